import { Module } from '@nestjs/common';
import { PoliciesRepository } from './policies.repository.ts';
import { PolicyInForce } from './policy-in-force.ts';

@Module({ providers: [PoliciesRepository, PolicyInForce], exports: [PoliciesRepository, PolicyInForce] })
export class PoliciesModule {}
