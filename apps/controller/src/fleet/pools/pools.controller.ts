import {
  createPoolSchema,
  editPoolSchema,
  poolActionSchema,
  poolNameSchema,
  poolsQuerySchema,
  queryFlagSchema,
  scalePoolSchema,
  type ArchivedPool,
  type PoolView,
} from '@ironwheel/contracts';
import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Roles } from '../../platform/index.ts';
import { ArchivePool } from './archive-pool.ts';
import { PoolsService } from './pools.service.ts';

const dryRunSchema = z.strictObject({ dry_run: queryFlagSchema.default(false) });
const poolName = { schema: poolNameSchema };

@ApiTags('pools')
@Controller('api/pools')
export class PoolsController {
  constructor(
    private readonly pools: PoolsService,
    private readonly archival: ArchivePool,
  ) {}

  @Get()
  @Roles('viewer')
  list(
    @Query({ schema: poolsQuerySchema }) query: z.output<typeof poolsQuerySchema>,
  ): Promise<{ items: PoolView[]; total: number }> {
    return this.pools.list(query);
  }

  @Post()
  @HttpCode(201)
  @Roles('admin')
  create(@Body({ schema: createPoolSchema }) body: z.output<typeof createPoolSchema>): Promise<PoolView> {
    return this.pools.create(body);
  }

  @Get(':pool')
  @Roles('viewer')
  get(@Param('pool', poolName) name: string): Promise<PoolView> {
    return this.pools.view(name);
  }

  @Patch(':pool')
  @Roles('admin')
  edit(
    @Param('pool', poolName) name: string,
    @Body({ schema: editPoolSchema }) body: z.output<typeof editPoolSchema>,
  ): Promise<PoolView> {
    return this.pools.edit(name, body);
  }

  @Post(':pool/archive')
  @HttpCode(200)
  @Roles('admin')
  archive(
    @Body({ schema: poolActionSchema }) _body: z.output<typeof poolActionSchema>,
    @Param('pool', poolName) name: string,
    @Query({ schema: dryRunSchema }) query: z.output<typeof dryRunSchema>,
  ): Promise<ArchivedPool> {
    return this.archival.archive(name, query.dry_run);
  }

  @Post(':pool/set-default')
  @HttpCode(200)
  @Roles('admin')
  setDefault(
    @Body({ schema: poolActionSchema }) _body: z.output<typeof poolActionSchema>,
    @Param('pool', poolName) name: string,
  ): Promise<PoolView> {
    return this.pools.setDefault(name);
  }

  @Post(':pool/scale')
  @HttpCode(200)
  @Roles('operator')
  scale(
    @Param('pool', poolName) name: string,
    @Body({ schema: scalePoolSchema }) body: z.output<typeof scalePoolSchema>,
  ): Promise<PoolView> {
    return this.pools.scale(name, body);
  }
}
