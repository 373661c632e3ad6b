import {
  hostArchitectures,
  importRuntimeQuerySchema,
  queryFlagSchema,
  type HostArchitecture,
  type RuntimeView,
} from '@ironwheel/contracts';
import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { RawBody, Roles } from '../../platform/index.ts';
import { RuntimeStore } from './runtime-store.ts';

/** RUNTIME_MAX_BYTES is the limit that counts. */
const maxAnnouncedBytes = 2 ** 33;
const dryRunSchema = z.strictObject({ dry_run: queryFlagSchema.default(false) });

@ApiTags('provisioning')
@Controller('api/runtimes')
export class RuntimesController {
  constructor(private readonly runtimes: RuntimeStore) {}

  @Get()
  @Roles('viewer')
  async list(): Promise<{ items: RuntimeView[]; total: number }> {
    const items = await this.runtimes.list();
    return { items, total: items.length };
  }

  /** Hosts will run it: only an administrator hands one in. */
  @Post()
  @RawBody(maxAnnouncedBytes)
  @Roles('admin')
  import(
    @Req() request: FastifyRequest,
    @Query({ schema: importRuntimeQuerySchema }) query: z.output<typeof importRuntimeQuerySchema>,
  ): Promise<RuntimeView> {
    return this.runtimes.import(request.raw, query.arch);
  }

  @Delete(':arch')
  @HttpCode(200)
  @Roles('admin')
  async remove(
    @Param('arch', { schema: z.enum(hostArchitectures) }) arch: HostArchitecture,
    @Query({ schema: dryRunSchema }) query: z.output<typeof dryRunSchema>,
  ): Promise<RuntimeView & { readonly dry_run: boolean }> {
    return { ...(await this.runtimes.remove(arch, query.dry_run)), dry_run: query.dry_run };
  }
}
