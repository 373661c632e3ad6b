import {
  artifactsQuerySchema,
  reasonBodySchema,
  sha256Schema,
  yankBodySchema,
  type ArtifactView,
} from '@ironwheel/contracts';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { PublicAddress, Roles } from '../../platform/index.ts';
import { toArtifactView } from './artifact.view.ts';
import { ArtifactsService } from './artifacts.service.ts';

const digest = { schema: sha256Schema };

@ApiTags('artifacts')
@Controller('api/artifacts')
export class ArtifactsController {
  constructor(
    private readonly artifacts: ArtifactsService,
    private readonly address: PublicAddress,
  ) {}

  @Get()
  @Roles('viewer')
  async list(
    @Query({ schema: artifactsQuerySchema }) query: z.output<typeof artifactsQuerySchema>,
  ): Promise<{ items: ArtifactView[]; total: number }> {
    const { rows, total } = await this.artifacts.list(query);
    return { items: rows.map((row) => toArtifactView(row, this.address.url)), total };
  }

  @Get(':sha256')
  @Roles('viewer')
  async get(@Param('sha256', digest) sha256: string): Promise<ArtifactView> {
    return toArtifactView(await this.artifacts.get(sha256), this.address.url);
  }

  @Post(':sha256/yank')
  @HttpCode(200)
  @Roles('operator')
  async yank(
    @Param('sha256', digest) sha256: string,
    @Body({ schema: yankBodySchema }) body: z.output<typeof yankBodySchema>,
  ): Promise<ArtifactView> {
    return toArtifactView(await this.artifacts.yank(sha256, body.reason ?? ''), this.address.url);
  }

  @Post(':sha256/unyank')
  @HttpCode(200)
  @Roles('operator')
  async unyank(
    @Body({ schema: reasonBodySchema }) _body: z.output<typeof reasonBodySchema>,
    @Param('sha256', digest) sha256: string,
  ): Promise<ArtifactView> {
    return toArtifactView(await this.artifacts.unyank(sha256), this.address.url);
  }
}
