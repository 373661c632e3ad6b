import {
  projectNameSchema,
  projectsQuerySchema,
  setOriginSchema,
  type ProjectView,
} from '@ironwheel/contracts';
import { normalizeName } from '@ironwheel/packaging';
import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Database, Roles } from '../platform/index.ts';
import { ProjectsRepository, type ProjectRow } from '../work/artifacts/index.ts';

const toProjectView = (row: ProjectRow): ProjectView => ({
  name: row.name,
  origin: row.origin,
  own_since: row.own_since?.toISOString() ?? null,
  updated_at: row.updated_at.toISOString(),
});

/** Where the index answers for a name. */
@ApiTags('index')
@Controller('api/projects')
export class ProjectsController {
  constructor(
    private readonly database: Database,
    private readonly projects: ProjectsRepository,
  ) {}

  @Get()
  @Roles('viewer')
  async list(
    @Query({ schema: projectsQuerySchema }) query: z.output<typeof projectsQuerySchema>,
  ): Promise<{ items: ProjectView[]; total: number }> {
    const { rows, total } = await this.projects.list(query.limit, query.offset);
    return { items: rows.map(toProjectView), total };
  }

  /** The one way to let upstream answer for a name that is ours. */
  @Put(':name/origin')
  @Roles('admin')
  async setOrigin(
    @Param('name', { schema: projectNameSchema }) name: string,
    @Body({ schema: setOriginSchema }) body: z.output<typeof setOriginSchema>,
  ): Promise<ProjectView> {
    const row = await this.database.transaction((tx) =>
      this.projects.setOrigin(tx, normalizeName(name), body.origin),
    );
    return toProjectView(row);
  }
}
