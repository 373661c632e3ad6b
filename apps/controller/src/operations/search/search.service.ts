import { Injectable } from '@nestjs/common';
import { isValidName, normalizeName } from '@ironwheel/packaging';
import type { SearchHit } from './search-hit.ts';
import { SearchRepository } from './search.repository.ts';

const jobsPerName = 5;
const idForm = /^(?:[a-z]{3}_[0-9a-f-]{36}|[0-9a-f]{64}|[A-Za-z0-9][A-Za-z0-9._:+-]{0,99})$/;

/** One field for everything: an id, a digest, the beginning of a package's name, a worker's name or host. */
@Injectable()
export class SearchService {
  constructor(private readonly repository: SearchRepository) {}

  async search(text: string, limit: number): Promise<{ items: SearchHit[] }> {
    const query = text.trim();
    const hits = new Map<string, SearchHit>();
    const add = (rows: readonly SearchHit[]): void => {
      for (const row of rows) if (hits.size < limit) hits.set(`${row.kind} ${row.id}`, row);
    };
    if (idForm.test(query)) add(await this.repository.findById(query));
    // The last sign may be the separator before what is still to be typed.
    const name = query.replace(/[-_.]+$/, '');
    if (isValidName(name)) {
      const prefix = normalizeName(query);
      const names = await this.repository.listNames(prefix, limit);
      add(await this.repository.listPackages(names));
      add(await this.repository.listJobs(names, jobsPerName));
      add(await this.repository.listArtifacts(prefix, limit));
    }
    if (query !== '') add(await this.repository.listWorkers(query, limit));
    return { items: [...hits.values()] };
  }
}
