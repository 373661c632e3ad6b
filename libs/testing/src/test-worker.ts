import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { SampleWheel } from './sample-wheel.ts';
import type { TestController } from './start-controller.ts';

/** JSON of the wire as a foreign client sees it; the fields that tests read most have their type. */
export interface TestBody {
  readonly [field: string]: unknown;
  readonly error: string;
  readonly detail: string;
  readonly items: readonly TestBody[];
  readonly entries: readonly TestBody[];
  readonly total: number;
  readonly token: string;
  readonly sha256: string;
  readonly url: string;
  readonly worker_id: string;
}

export interface TestAnswer<Body = TestBody> {
  readonly status: number;
  readonly headers: Headers;
  /** Empty when the answer has no body. */
  readonly body: Body;
}

/** One JSON call; an empty `token` sends none, and a body that is a text goes as it is. */
export async function callController<Body = TestBody>(
  controller: Pick<TestController, 'url'>,
  method: string,
  path: string,
  token: string,
  body?: unknown,
): Promise<TestAnswer<Body>> {
  const answer = await fetch(controller.url + path, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: JSON.parse(text || '{}') as Body };
}

export interface TestTarget {
  readonly python_tag: string;
  readonly platform_tag: string;
}

export interface TestClaim {
  readonly attempt_id: string;
  readonly fencing: number;
  readonly attempt_token: string;
  readonly job: { readonly job_id: string; readonly name: string; readonly generation: number };
}

/** Where a controller is, and who may make tokens there. */
export type ReachedController = Pick<TestController, 'url' | 'adminToken'>;

/** A worker that speaks the wire protocol and builds nothing: its wheels are handed to it. */
export class TestWorker {
  private constructor(
    readonly controller: ReachedController,
    readonly id: string,
    private readonly key: KeyObject,
  ) {}

  static async enroll(controller: ReachedController, name = `worker-${randomUUID()}`): Promise<TestWorker> {
    const minted = await callController(controller, 'POST', '/api/tokens', controller.adminToken, {
      name: 'enrolment',
      role: 'worker',
    });
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const enrolled = await callController(controller, 'POST', '/api/agent/enroll', '', {
      enrollment_token: minted.body.token,
      name,
      public_key: publicKey.export({ type: 'spki', format: 'pem' }),
      machine_id: null,
      hostname: 'test',
      version: '0.1.0',
    });
    if (enrolled.status !== 200) throw new Error(`enrolment failed: ${JSON.stringify(enrolled.body)}`);
    return new TestWorker(controller, enrolled.body.worker_id, privateKey);
  }

  /** One that a host has enrolled, with the key that it made. */
  static ofKey(controller: ReachedController, id: string, key: KeyObject): TestWorker {
    return new TestWorker(controller, id, key);
  }

  /** The signed assertion that goes into `Authorization`. */
  assertion(): Promise<string> {
    return new SignJWT({})
      .setProtectedHeader({ alg: 'EdDSA', kid: this.id })
      .setSubject(this.id)
      .setAudience('ironwheel')
      .setIssuedAt()
      .setExpirationTime('60s')
      .setJti(randomUUID())
      .sign(this.key);
  }

  async post(path: string, body: unknown): Promise<TestAnswer> {
    return callController(this.controller, 'POST', path, await this.assertion(), body);
  }

  /** Enqueues one job and claims work of its target; throws when there is none. */
  async claim(name: string, version: string, target: TestTarget): Promise<TestClaim> {
    const { controller } = this;
    await callController(controller, 'POST', '/api/queue/enqueue', controller.adminToken, {
      package: name,
      version,
      ...target,
    });
    const claimed = await this.post(`/api/workers/${this.id}/claim-next`, {
      capabilities: {
        python_tags: [target.python_tag],
        platform_tags: [target.platform_tag],
        runner: 'stub',
        free_slots: 1,
      },
      claim_key: randomUUID(),
    });
    const [claim] = (claimed.body['claims'] ?? []) as TestClaim[];
    if (claim?.job.name !== name) {
      throw new Error(`claimed ${claim?.job.name ?? 'nothing'} for ${name}: ${claimed.status}`);
    }
    return claim;
  }

  /** `headers` replace the right ones. */
  async upload(
    claim: Pick<TestClaim, 'attempt_id' | 'attempt_token'>,
    wheel: SampleWheel,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<TestAnswer> {
    const path = `/api/attempts/${claim.attempt_id}/artifacts/${encodeURIComponent(wheel.filename)}`;
    const answer = await fetch(this.controller.url + path, {
      method: 'PUT',
      headers: {
        authorization: `Bearer ${claim.attempt_token}`,
        'content-type': 'application/octet-stream',
        'x-content-sha256': wheel.sha256,
        ...headers,
      },
      body: new Uint8Array(wheel.bytes),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as TestBody };
  }

  /** Success with these wheels; with none, a failure of the package itself. */
  report(claim: TestClaim, wheels: readonly SampleWheel[], errorCode = 'BUILD_FAILED'): Promise<TestAnswer> {
    return callController(
      this.controller,
      'POST',
      `/api/attempts/${claim.attempt_id}/result`,
      claim.attempt_token,
      {
        fencing: claim.fencing,
        status: wheels.length > 0 ? 'succeeded' : 'failed',
        phase: wheels.length > 0 ? 'upload' : 'build',
        error: wheels.length > 0 ? null : { code: errorCode, message: 'The compiler failed.', lines: [] },
        artifacts: wheels.map(({ filename, sha256, bytes }) => ({ filename, sha256, size: bytes.length })),
        phases: [],
        runner: 'stub',
        duration_s: 1,
        log: { bytes: 0, truncated: false, dropped_bytes: 0 },
      },
    );
  }

  /** All of it: a job, its claim, the upload and the result. Throws when any of these is refused. */
  async publish(wheel: SampleWheel, name: string, version: string, target: TestTarget): Promise<TestClaim> {
    const claim = await this.claim(name, version, target);
    const uploaded = await this.upload(claim, wheel);
    if (uploaded.status !== 200) throw new Error(`the upload was refused: ${JSON.stringify(uploaded.body)}`);
    const reported = await this.report(claim, [wheel]);
    if (reported.status !== 200) throw new Error(`the result was refused: ${JSON.stringify(reported.body)}`);
    return claim;
  }
}
