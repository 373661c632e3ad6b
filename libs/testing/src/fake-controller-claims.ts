import type { AttemptResult, Claim, ClaimNext, LogChunks } from '@ironwheel/contracts';

let serial = 0;
const uuid = (): string => {
  serial += 1;
  return `00000000-0000-7000-8000-${String(serial).padStart(12, '0')}`;
};

export interface FakeJob {
  readonly name?: string;
  readonly version?: string;
  readonly source?: Claim['job']['source'];
  readonly recipes?: Partial<Claim['recipes']>;
  readonly limits?: Partial<Claim['limits']>;
  readonly leaseS?: number;
  readonly renewEveryS?: number;
}

/** An attempt as the fake knows it. */
export class FakeAttempt {
  readonly renewals: { readonly at: number; readonly phase: string | null }[] = [];
  readonly artifacts = new Map<string, { readonly sha256: string; readonly size: number }>();
  log = '';
  logNextSeq = 0;
  logFinal = false;
  logDroppedBytes = 0;
  result: AttemptResult | null = null;
  /** How often a result was sent, accepted or not. */
  resultCalls = 0;
  lost = false;
  cancel: string | null = null;

  constructor(
    readonly claim: Claim,
    readonly claimKey: string,
  ) {}

  get id(): string {
    return this.claim.attempt_id;
  }

  get logBytes(): number {
    return Buffer.byteLength(this.log);
  }

  /** Takes chunks as the contract says; answers false for a gap. */
  takeChunks(body: LogChunks): boolean {
    for (const chunk of body.chunks) {
      if (chunk.seq < this.logNextSeq) continue;
      if (chunk.seq > this.logNextSeq || chunk.offset !== this.logBytes) return false;
      this.log += chunk.text;
      this.logNextSeq += 1;
    }
    if (body.final) this.logFinal = true;
    this.logDroppedBytes = body.dropped_bytes;
    return true;
  }
}

const toClaim = (job: FakeJob, request: ClaimNext): Claim => {
  const id = uuid();
  return {
    attempt_id: `att_${id}`,
    fencing: serial,
    attempt_token: `iwa_${id}.${serial}.fake-attempt-secret-${serial}`,
    attempt_number: 1,
    lease_s: job.leaseS ?? 60,
    renew_every_s: job.renewEveryS ?? 1,
    job: {
      job_id: `job_${id}`,
      name: job.name ?? 'sample',
      version: job.version ?? '1.0',
      python_tag: request.capabilities.python_tags[0] ?? 'cp312',
      platform_tag: request.capabilities.platform_tags[0] ?? 'linux_x86_64',
      generation: 1,
      build_tag: null,
      source: job.source ?? null,
    },
    recipes: { apt: [], dnf: [], env: {}, ...job.recipes },
    index: { index_url: null, extra_index_urls: [] },
    limits: {
      phase_timeout_s: { prepare: 60, fetch: 60, build: 120, repair: 60, verify: 60, upload: 60 },
      idle_output_s: 60,
      memory_bytes: 1024 ** 3,
      pids: 200,
      cpus: 1,
      disk_bytes: 1024 ** 3,
      log_max_bytes: 1024 * 1024,
      ...job.limits,
    },
    policy_version: 1,
  };
};

/** Jobs on offer and the attempts that came of them. */
export class FakeClaims {
  readonly attempts = new Map<string, FakeAttempt>();
  readonly requests: ClaimNext[] = [];
  #offers: FakeJob[] = [];
  paused = false;

  offer(...jobs: FakeJob[]): void {
    this.#offers.push(...jobs);
  }

  get waiting(): number {
    return this.#offers.length;
  }

  /** The same key gives the same claims again. */
  claim(request: ClaimNext): Claim[] {
    const known = [...this.attempts.values()].filter((attempt) => attempt.claimKey === request.claim_key);
    if (known.length > 0) return known.map((attempt) => attempt.claim);
    if (this.paused) return [];
    return this.#offers.splice(0, request.max).map((job) => {
      const attempt = new FakeAttempt(toClaim(job, request), request.claim_key);
      this.attempts.set(attempt.id, attempt);
      return attempt.claim;
    });
  }
}
