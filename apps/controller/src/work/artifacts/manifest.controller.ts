import { manifestQuerySchema, manifestSchema } from '@ironwheel/contracts';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { BodyLimit, Database, PublicAddress, Roles } from '../../platform/index.ts';
import { ManifestRepository, type Manifest } from './manifest.repository.ts';
import { toManifestEntry, type ManifestView } from './manifest.view.ts';

const maxBodyBytes = 16 * 1024 * 1024;

/** What a run has built (seed 001). */
@ApiTags('artifacts')
@Controller('api/manifest')
export class ManifestController {
  constructor(
    private readonly database: Database,
    private readonly manifests: ManifestRepository,
    private readonly address: PublicAddress,
  ) {}

  @Get()
  @Roles('viewer')
  async get(
    @Query({ schema: manifestQuerySchema }) query: z.output<typeof manifestQuerySchema>,
  ): Promise<ManifestView> {
    const runId = query.run_id ?? (await this.manifests.findLastRun());
    const rows = runId === null ? [] : await this.manifests.list(runId, query.limit, query.offset);
    const [first] = rows;
    return {
      run_id: runId,
      python_tag: first?.python_tag ?? null,
      platform_tag: first?.platform_tag ?? null,
      entries: rows.map((row) => toManifestEntry(row, this.address.url)),
    };
  }

  /** Saves the entries of a run in place of those before. */
  @Post()
  @HttpCode(200)
  @Roles('operator', 'worker')
  @BodyLimit(maxBodyBytes)
  async save(@Body({ schema: manifestSchema }) body: Manifest): Promise<{ run_id: string; entries: number }> {
    await this.database.transaction((tx) => this.manifests.save(tx, body));
    return { run_id: body.run_id, entries: body.entries.length };
  }
}
