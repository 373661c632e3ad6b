import { queryFlagSchema, type BundleView, type CreatedBundle } from '@ironwheel/contracts';
import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CurrentActor, Roles, SecretAnswer, type Actor } from '../../platform/index.ts';
import { BundlesService } from './bundles.service.ts';
import { PublicBaseUrl } from './public-base-url.ts';

const serverParameter = { schema: z.string().min(1).max(100) };
const dryRunSchema = z.strictObject({ dry_run: queryFlagSchema.default(false) });

@ApiTags('provisioning')
@Controller('api/servers/:id/bundle')
export class ProvisioningController {
  constructor(
    private readonly bundles: BundlesService,
    private readonly baseUrl: PublicBaseUrl,
  ) {}

  /** The only answer that holds the link; a replay by Idempotency-Key comes without it. */
  @Post()
  @Roles('operator')
  @SecretAnswer('install_url', 'install_line')
  create(
    @Param('id', serverParameter) id: string,
    @Req() request: FastifyRequest,
    @CurrentActor() actor: Actor,
  ): Promise<CreatedBundle> {
    return this.bundles.create(id, this.baseUrl.of(request), actor);
  }

  @Get()
  @Roles('viewer')
  latest(@Param('id', serverParameter) id: string): Promise<BundleView> {
    return this.bundles.latest(id);
  }

  @Delete()
  @HttpCode(200)
  @Roles('operator')
  revoke(
    @Param('id', serverParameter) id: string,
    @Query({ schema: dryRunSchema }) query: z.output<typeof dryRunSchema>,
  ): Promise<BundleView & { readonly dry_run: boolean }> {
    return this.bundles.revoke(id, query.dry_run);
  }
}
