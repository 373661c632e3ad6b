import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { createTokenSchema, idSchema, listQuery, type TokenView } from '@ironwheel/contracts';
import type { z } from 'zod';
import { SecretAnswer } from '../idempotency/secret-answer.ts';
import { Roles } from './decorators.ts';
import { TokenService } from './token.service.ts';

const pageQuery = listQuery();

@ApiTags('tokens')
@Controller('api/tokens')
@Roles('admin')
export class TokensController {
  readonly #tokens: TokenService;

  constructor(tokens: TokenService) {
    this.#tokens = tokens;
  }

  @Get()
  @ApiOkResponse({ description: 'Tokens, newest first, without their secrets.' })
  async list(
    @Query({ schema: pageQuery }) page: z.output<typeof pageQuery>,
  ): Promise<{ items: TokenView[]; total: number }> {
    return this.#tokens.list(page.limit, page.offset);
  }

  @Post()
  @SecretAnswer('token')
  async create(
    @Body({ schema: createTokenSchema }) body: z.output<typeof createTokenSchema>,
  ): Promise<TokenView & { token: string }> {
    const { name, role, expires_in_s: expiresInS } = body;
    return this.#tokens.create({ name, role, ...(expiresInS === undefined ? {} : { expiresInS }) });
  }

  @Delete(':id')
  @HttpCode(204)
  async revoke(@Param('id', { schema: idSchema('token') }) id: string): Promise<void> {
    await this.#tokens.revoke(id);
  }
}
