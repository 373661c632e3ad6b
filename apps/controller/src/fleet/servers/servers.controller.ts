import {
  createServerSchema,
  editServerSchema,
  idSchema,
  queryFlagSchema,
  serversQuerySchema,
  type ArchivedServer,
  type ServerView,
} from '@ironwheel/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CurrentActor, Roles, type Actor } from '../../platform/index.ts';
import { ArchiveServer } from './archive-server.ts';
import { ServersService } from './servers.service.ts';

const dryRunSchema = z.strictObject({ dry_run: queryFlagSchema.default(false) });
const serverId = { schema: idSchema('server') };

@ApiTags('servers')
@Controller('api/servers')
export class ServersController {
  constructor(
    private readonly servers: ServersService,
    private readonly archival: ArchiveServer,
  ) {}

  @Get()
  @Roles('viewer')
  list(
    @Query({ schema: serversQuerySchema }) query: z.output<typeof serversQuerySchema>,
  ): Promise<{ items: ServerView[]; total: number }> {
    return this.servers.list(query);
  }

  @Post()
  @HttpCode(201)
  @Roles('admin')
  create(
    @Body({ schema: createServerSchema }) body: z.output<typeof createServerSchema>,
    @CurrentActor() actor: Actor,
  ): Promise<ServerView> {
    return this.servers.create(body, actor);
  }

  @Get(':id')
  @Roles('viewer')
  get(@Param('id', serverId) id: string): Promise<ServerView> {
    return this.servers.view(id);
  }

  @Patch(':id')
  @Roles('admin')
  edit(
    @Param('id', serverId) id: string,
    @Body({ schema: editServerSchema }) body: z.output<typeof editServerSchema>,
  ): Promise<ServerView> {
    return this.servers.edit(id, body);
  }

  /** Archives it; with `dry_run` the answer shows what would end, and nothing is done. */
  @Delete(':id')
  @HttpCode(200)
  @Roles('admin')
  archive(
    @Param('id', serverId) id: string,
    @Query({ schema: dryRunSchema }) query: z.output<typeof dryRunSchema>,
  ): Promise<ArchivedServer> {
    return this.archival.archive(id, query.dry_run);
  }
}
