import {
  commandsQuerySchema,
  commandWaitSchema,
  idSchema,
  serverCommandSchema,
  stopQuerySchema,
  type CommandImpact,
  type CommandVerb,
  type CommandView,
} from '@ironwheel/contracts';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CurrentActor, Roles, type Actor } from '../../platform/index.ts';
import { CommandsService } from './commands.service.ts';

type CommandBody = z.output<typeof serverCommandSchema>;
type Wait = z.output<typeof commandWaitSchema>;
type StopQuery = z.output<typeof stopQuerySchema>;
/** Id or name of a server. */
const server = { schema: z.string().min(1).max(100) };

/** The process of a server's worker. What is wanted of the worker (pause, drain, quarantine) is never touched here. */
@ApiTags('servers')
@Controller('api/servers/:id')
export class CommandsController {
  constructor(private readonly commands: CommandsService) {}

  @Post('start')
  @HttpCode(200)
  @Roles('operator')
  start(
    @Param('id', server) id: string,
    @Body({ schema: serverCommandSchema }) body: CommandBody,
    @Query({ schema: commandWaitSchema }) query: Wait,
    @CurrentActor() actor: Actor,
  ): Promise<CommandView> {
    return this.commands.issue(id, { verb: 'start', reason: body.reason }, actor, query.wait_s);
  }

  @Post('status')
  @HttpCode(200)
  @Roles('operator')
  status(
    @Param('id', server) id: string,
    @Body({ schema: serverCommandSchema }) body: CommandBody,
    @Query({ schema: commandWaitSchema }) query: Wait,
    @CurrentActor() actor: Actor,
  ): Promise<CommandView> {
    return this.commands.issue(id, { verb: 'status', reason: body.reason }, actor, query.wait_s);
  }

  @Post('stop')
  @HttpCode(200)
  @Roles('operator')
  stop(
    @Param('id', server) id: string,
    @Body({ schema: serverCommandSchema }) body: CommandBody,
    @Query({ schema: stopQuerySchema }) query: StopQuery,
    @CurrentActor() actor: Actor,
  ): Promise<CommandView | CommandImpact> {
    return this.#end('stop', id, body, query, actor);
  }

  @Post('restart')
  @HttpCode(200)
  @Roles('operator')
  restart(
    @Param('id', server) id: string,
    @Body({ schema: serverCommandSchema }) body: CommandBody,
    @Query({ schema: stopQuerySchema }) query: StopQuery,
    @CurrentActor() actor: Actor,
  ): Promise<CommandView | CommandImpact> {
    return this.#end('restart', id, body, query, actor);
  }

  @Get('commands')
  @Roles('viewer')
  list(
    @Param('id', server) id: string,
    @Query({ schema: commandsQuerySchema }) query: z.output<typeof commandsQuerySchema>,
  ): Promise<{ items: CommandView[]; total: number }> {
    return this.commands.list(id, query.limit, query.offset);
  }

  @Get('commands/:command_id')
  @Roles('viewer')
  get(
    @Param('id', server) id: string,
    @Param('command_id', { schema: idSchema('command') }) commandId: string,
    @Query({ schema: commandWaitSchema }) query: Wait,
  ): Promise<CommandView> {
    return this.commands.view(id, commandId, query.wait_s);
  }

  #end(
    verb: Extract<CommandVerb, 'stop' | 'restart'>,
    id: string,
    body: CommandBody,
    query: StopQuery,
    actor: Actor,
  ): Promise<CommandView | CommandImpact> {
    if (query.dry_run) return this.commands.preview(id, verb);
    const drainS = body.drain ? body.drain_timeout_s : undefined;
    return this.commands.issue(id, { verb, reason: body.reason, drainS }, actor, query.wait_s);
  }
}
