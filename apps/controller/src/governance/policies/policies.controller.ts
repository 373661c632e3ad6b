import {
  listQuery,
  validatePolicySchema,
  type PolicyValidation,
  type PolicyVersionView,
  type policyVersionDetailSchema,
} from '@ironwheel/contracts';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AppError, NotAudited, Roles } from '../../platform/index.ts';
import { PoliciesRepository } from '../../work/policies/index.ts';
import { toPolicyVersionDetail, toPolicyVersionView } from './policy.view.ts';
import { ValidatePolicy } from './validate-policy.ts';

const versionParam = { schema: z.coerce.number().int().min(1).max(2_147_483_647) };
const versionsQuerySchema = listQuery();

@ApiTags('policies')
@Controller('api/policies')
export class PoliciesController {
  constructor(
    private readonly policies: PoliciesRepository,
    private readonly validation: ValidatePolicy,
  ) {}

  @Get('versions')
  @Roles('viewer')
  async list(
    @Query({ schema: versionsQuerySchema }) query: z.output<typeof versionsQuerySchema>,
  ): Promise<{ items: PolicyVersionView[]; total: number }> {
    const { rows, total } = await this.policies.list(query.limit, query.offset);
    return { items: rows.map(toPolicyVersionView), total };
  }

  @Get('versions/:version')
  @Roles('viewer')
  async get(
    @Param('version', versionParam) version: number,
  ): Promise<z.output<typeof policyVersionDetailSchema>> {
    const row = await this.policies.find(version);
    if (row === null) throw new AppError('POLICY_NOT_FOUND', `There is no version ${version} of the policy.`);
    return toPolicyVersionDetail(row);
  }

  /** Looks at a document and keeps nothing. */
  @Post('validate')
  @HttpCode(200)
  @Roles('operator')
  @NotAudited()
  validate(
    @Body({ schema: validatePolicySchema }) body: z.output<typeof validatePolicySchema>,
  ): Promise<PolicyValidation> {
    return this.validation.validate(body.document);
  }
}
