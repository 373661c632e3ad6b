import {
  createHintSchema,
  hintIdSchema,
  hintsQuerySchema,
  listQuery,
  queryFlagSchema,
  replaceHintSchema,
  testHintsSchema,
  type DeletedHint,
  type HintApplication,
  type HintSuggestionView,
  type HintTestAnswer,
  type HintView,
} from '@ironwheel/contracts';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { BodyLimit, CurrentActor, NotAudited, Roles, type Actor } from '../../platform/index.ts';
import { HintsService } from './hints.service.ts';
import { SuggestHints } from './suggest-hints.ts';
import { TryHints } from './try-hints.ts';

const hintId = { schema: hintIdSchema };
const pageSchema = listQuery();
const dryRunSchema = z.strictObject({ dry_run: queryFlagSchema.default(false) });

@ApiTags('hints')
@Controller('api/hints')
export class HintsController {
  constructor(
    private readonly hints: HintsService,
    private readonly suggestions: SuggestHints,
    private readonly trial: TryHints,
  ) {}

  @Get()
  @Roles('viewer')
  list(
    @Query({ schema: hintsQuerySchema }) query: z.output<typeof hintsQuerySchema>,
  ): Promise<{ items: HintView[]; total: number }> {
    return this.hints.list(query);
  }

  @Post()
  @HttpCode(201)
  @Roles('operator')
  create(
    @Body({ schema: createHintSchema }) body: z.output<typeof createHintSchema>,
    @CurrentActor() actor: Actor,
  ): Promise<HintView> {
    return this.hints.create(body, actor);
  }

  @Post('test')
  @HttpCode(200)
  @Roles('viewer')
  @NotAudited()
  @BodyLimit(8 * 1024 * 1024)
  test(@Body({ schema: testHintsSchema }) body: z.output<typeof testHintsSchema>): Promise<HintTestAnswer> {
    return this.trial.try(body);
  }

  @Get('suggestions')
  @Roles('viewer')
  suggest(
    @Query({ schema: pageSchema }) { limit, offset }: z.output<typeof pageSchema>,
  ): Promise<{ items: HintSuggestionView[]; total: number }> {
    return this.suggestions.list(limit, offset);
  }

  @Get(':id')
  @Roles('viewer')
  view(@Param('id', hintId) id: string): Promise<HintView> {
    return this.hints.view(id);
  }

  @Get(':id/applications')
  @Roles('viewer')
  listApplications(
    @Param('id', hintId) id: string,
    @Query({ schema: pageSchema }) { limit, offset }: z.output<typeof pageSchema>,
  ): Promise<{ items: HintApplication[] }> {
    return this.hints.listApplications(id, limit, offset);
  }

  @Put(':id')
  @Roles('operator')
  replace(
    @Param('id', hintId) id: string,
    @Body({ schema: replaceHintSchema }) body: z.output<typeof replaceHintSchema>,
    @CurrentActor() actor: Actor,
  ): Promise<HintView> {
    return this.hints.replace(id, body, actor);
  }

  @Delete(':id')
  @Roles('operator')
  remove(
    @Param('id', hintId) id: string,
    @Query({ schema: dryRunSchema }) { dry_run: isDryRun }: z.output<typeof dryRunSchema>,
  ): Promise<DeletedHint> {
    return this.hints.remove(id, isDryRun);
  }
}
