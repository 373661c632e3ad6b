import { listQuery, projectNameSchema } from '@ironwheel/contracts';
import { normalizeName } from '@ironwheel/packaging';
import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { z } from 'zod';
import { Roles } from '../platform/index.ts';
import { origins, PackageIndexRepository, type ProjectRow } from './package-index.repository.ts';

const projectsQuerySchema = listQuery();
const originBodySchema = z.strictObject({ origin: z.enum(origins), reason: z.string().max(500).optional() });

const toView = (row: ProjectRow) => ({
  name: row.name,
  origin: row.origin,
  own_since: row.own_since?.toISOString() ?? null,
  updated_at: row.updated_at.toISOString(),
});

/** Where the index answers for a project. Opening one of ours to the upstream is an administrator's decision. */
@Controller('api/projects')
export class ProjectsController {
  constructor(private readonly repository: PackageIndexRepository) {}

  @Get()
  @Roles('viewer')
  async list(@Query({ schema: projectsQuerySchema }) query: z.output<typeof projectsQuerySchema>) {
    return { items: (await this.repository.listProjects(query.limit, query.offset)).map(toView) };
  }

  @Put(':name/origin')
  @Roles('admin')
  async setOrigin(
    @Param('name', { schema: projectNameSchema }) name: string,
    @Body({ schema: originBodySchema }) body: z.output<typeof originBodySchema>,
  ) {
    return toView(await this.repository.setOrigin(normalizeName(name), body.origin));
  }
}
