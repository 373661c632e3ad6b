import { Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { idSchema, inputsQuerySchema, listQuery } from '@ironwheel/contracts';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { CurrentActor, Roles, type Actor } from '../../platform/index.ts';
import { dryRunQuerySchema } from '../jobs/index.ts';
import { InputsService } from './inputs.service.ts';
import { ReceiveInputs } from './receive-inputs.ts';

const pageSchema = listQuery();
const inputIdSchema = idSchema('input');

@ApiTags('inputs')
@Controller('api/inputs')
export class InputsController {
  constructor(
    private readonly inputs: InputsService,
    private readonly receiveInputs: ReceiveInputs,
  ) {}

  @Post()
  @Roles('operator')
  @HttpCode(201)
  receive(@Req() request: FastifyRequest, @CurrentActor() actor: Actor) {
    return this.receiveInputs.receive(request, actor);
  }

  @Get()
  @Roles('viewer')
  list(@Query({ schema: inputsQuerySchema }) query: z.output<typeof inputsQuerySchema>) {
    return this.inputs.list(query);
  }

  @Get('pending')
  @Roles('viewer')
  pending(@Query({ schema: pageSchema }) query: z.output<typeof pageSchema>) {
    return this.inputs.listPending(query);
  }

  @Get(':id')
  @Roles('viewer')
  get(@Param('id', { schema: inputIdSchema }) id: string) {
    return this.inputs.get(id);
  }

  @Delete(':id')
  @Roles('operator')
  delete(
    @Param('id', { schema: inputIdSchema }) id: string,
    @Query({ schema: dryRunQuerySchema }) query: z.output<typeof dryRunQuerySchema>,
  ) {
    return this.inputs.delete(id, query.dry_run);
  }
}
