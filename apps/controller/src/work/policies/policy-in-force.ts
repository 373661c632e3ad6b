import { hash } from 'node:crypto';
import { policyDocumentSchema, type PolicyDocument } from '@ironwheel/contracts';
import { canonicalJson, type Policy } from '@ironwheel/decisions';
import { StructuredLogger } from '@ironwheel/logging';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, NotificationBus } from '../../platform/index.ts';
import { PoliciesRepository, type PolicyRow } from './policies.repository.ts';
import { toPolicy } from './to-policy.ts';

/** Tells that another version is in force. */
export const policyChangedChannel = 'policy_changed';

export interface PolicyVersion {
  readonly version: number;
  readonly sha256: string;
  readonly document: PolicyDocument;
  readonly policy: Policy;
}

/** SHA-256 of the canonical JSON of a value, as hexadecimal digits. */
export const digestOf = (value: unknown): string => digestOfText(canonicalJson(value));

/** The same of what is canonical JSON already. */
export const digestOfText = (text: string): string => hash('sha256', text, 'hex');

const firstAuthor = 'ironwheel';
const firstReason = 'What a controller starts with.';

/** The version of the policy that is in force, read once and again whenever another one is; the last good one is kept. */
@Injectable()
export class PolicyInForce implements OnModuleInit {
  readonly #logger: StructuredLogger;
  #current: PolicyVersion | null = null;

  constructor(
    logger: StructuredLogger,
    private readonly database: Database,
    private readonly policies: PoliciesRepository,
    private readonly notifications: NotificationBus,
  ) {
    this.#logger = logger.child({ component: 'policies' });
  }

  async onModuleInit(): Promise<void> {
    const document = policyDocumentSchema.parse({ meta: { author: firstAuthor, reason: firstReason } });
    await this.database.transaction((tx) =>
      this.policies.ensureFirst(tx, {
        document,
        sha256: digestOf(document),
        author: firstAuthor,
        reason: firstReason,
      }),
    );
    await this.reload();
    await this.notifications.listen(policyChangedChannel, () => void this.#tryReload());
  }

  get(): PolicyVersion {
    if (this.#current === null) throw new Error('no policy was read yet');
    return this.#current;
  }

  /** Reads the version in force anew. Throws when it cannot be read; the one before stays. */
  async reload(): Promise<PolicyVersion> {
    const row = await this.policies.findActive();
    if (row === null) throw new Error('no version of the policy is in force');
    this.#current = toVersion(row);
    return this.#current;
  }

  /** A version of before, as it decided. Null: there is none, or it cannot be read any more. */
  async find(version: number): Promise<PolicyVersion | null> {
    if (this.#current?.version === version) return this.#current;
    const row = await this.policies.find(version);
    return row === null ? null : toVersion(row);
  }

  async #tryReload(): Promise<void> {
    try {
      await this.reload();
    } catch (error) {
      this.#logger.error('the policy could not be read anew; the version before stays in force', { error });
    }
  }
}

function toVersion(row: PolicyRow): PolicyVersion {
  const document = policyDocumentSchema.parse(row.document);
  return { version: row.version, sha256: row.sha256, document, policy: toPolicy(row.version, document) };
}
