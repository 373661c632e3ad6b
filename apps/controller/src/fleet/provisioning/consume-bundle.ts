import type { SqlExecutor } from '@ironwheel/plugin-kit';
import { Injectable } from '@nestjs/common';
import { Clock, type Actor } from '../../platform/index.ts';
import { findRefusal } from './bundle-state.ts';
import { hashBundleToken } from './bundle-token.ts';
import type { BundleOfServer } from './bundle.row.ts';
import { BundlesRepository } from './bundles.repository.ts';
import { BundlesService } from './bundles.service.ts';

export type Consumption =
  | { readonly kind: 'consumed'; readonly bundle: BundleOfServer }
  /** `bundle` is null when the token is not one of ours. */
  | { readonly kind: 'refused'; readonly bundle: BundleOfServer | null; readonly refusal: string };

/** An enrolment takes its bundle in its own transaction: both happen or neither. */
@Injectable()
export class ConsumeBundle {
  constructor(
    private readonly bundles: BundlesRepository,
    private readonly service: BundlesService,
    private readonly clock: Clock,
  ) {}

  async consume(tx: SqlExecutor, token: string): Promise<Consumption> {
    const hash = hashBundleToken(token);
    const bundle = await this.bundles.holdByToken(tx, hash);
    if (bundle === null) return { kind: 'refused', bundle, refusal: 'This token is not known here.' };
    const refusal = findRefusal(bundle, this.clock.now());
    if (refusal !== null) return { kind: 'refused', bundle, refusal };
    return (await this.bundles.consume(tx, hash, this.clock.now()))
      ? { kind: 'consumed', bundle }
      : { kind: 'refused', bundle, refusal: 'This link was used, revoked or has expired just now.' };
  }

  /** Outside the transaction, which a refusal rolls back. */
  recordRefusal(bundle: BundleOfServer, refusal: string, actor: Actor): Promise<void> {
    return this.service.recordRefusal(bundle, refusal, actor);
  }
}
