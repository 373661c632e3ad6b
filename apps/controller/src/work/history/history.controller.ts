import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  failuresQuerySchema,
  historyQuerySchema,
  listQuery,
  postEventsSchema,
  projectNameSchema,
  recentQuerySchema,
  versionTextSchema,
} from '@ironwheel/contracts';
import type { z } from 'zod';
import { Roles } from '../../platform/index.ts';
import { HistoryService } from './history.service.ts';

const pageSchema = listQuery();

/** The history of seed 001. Names match in any spelling (PEP 503). */
@ApiTags('history')
@Controller('api')
export class HistoryController {
  constructor(private readonly history: HistoryService) {}

  @Roles('viewer')
  @Get('recent')
  recent(@Query({ schema: recentQuerySchema }) query: z.output<typeof recentQuerySchema>) {
    return this.history.list(query);
  }

  @Roles('viewer')
  @Get('history')
  list(@Query({ schema: historyQuerySchema }) query: z.output<typeof historyQuerySchema>) {
    return this.history.list(query);
  }

  @Roles('viewer')
  @Get('package/:name')
  package(@Param('name', { schema: projectNameSchema }) name: string) {
    return this.history.getPackage(name);
  }

  @Roles('viewer')
  @Get('event/:name/:version')
  event(
    @Param('name', { schema: projectNameSchema }) name: string,
    @Param('version', { schema: versionTextSchema }) version: string,
  ) {
    return this.history.getLatestEvent(name, version);
  }

  @Roles('viewer')
  @Get('failures')
  failures(@Query({ schema: failuresQuerySchema }) query: z.output<typeof failuresQuerySchema>) {
    return this.history.listFailures(query);
  }

  @Roles('viewer')
  @Get('variants/:name')
  variants(
    @Param('name', { schema: projectNameSchema }) name: string,
    @Query({ schema: pageSchema }) query: z.output<typeof pageSchema>,
  ) {
    return this.history.listVariants(name, query);
  }

  @Roles('viewer')
  @Get('top-failures')
  topFailures(@Query({ schema: pageSchema }) query: z.output<typeof pageSchema>) {
    return this.history.listTopFailures(query);
  }

  @Roles('viewer')
  @Get('top-slowest')
  topSlowest(@Query({ schema: pageSchema }) query: z.output<typeof pageSchema>) {
    return this.history.listTopSlowest(query);
  }

  @Post('events')
  @Roles('worker')
  @HttpCode(201)
  post(@Body({ schema: postEventsSchema }) body: z.output<typeof postEventsSchema>) {
    return this.history.post(body);
  }
}
