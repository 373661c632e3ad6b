/*
 * A worker that builds nothing: it claims, waits for a moment and reports, again and again, until it is killed. A program
 * of its own, so that it can be; run by Node as it is. Environment: URL, WORKER_ID, PRIVATE_KEY (PEM).
 */
import { createPrivateKey, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { SignJWT } from 'jose';

interface StubClaim {
  readonly attempt_id: string;
  readonly attempt_token: string;
  readonly fencing: number;
}

const { URL: url = '', WORKER_ID: workerId = '', PRIVATE_KEY: pem = '' } = process.env;
const key = createPrivateKey(pem);
const slots = 8;
const longestBuildMs = 40;

const assertion = (): Promise<string> =>
  new SignJWT({})
    .setProtectedHeader({ alg: 'EdDSA', kid: workerId })
    .setSubject(workerId)
    .setAudience('ironwheel')
    .setIssuedAt()
    .setExpirationTime('60s')
    .setJti(randomUUID())
    .sign(key);

/** Null when the controller does not answer, or answers that it cannot now. */
async function post(path: string, token: string, body: unknown): Promise<Response | null> {
  try {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    return response.status >= 500 ? null : response;
  } catch (error) {
    if (error instanceof Error) return null;
    throw error;
  }
}

async function claim(claimKey: string): Promise<StubClaim[] | null> {
  const response = await post(`/api/workers/${workerId}/claim-next`, await assertion(), {
    capabilities: {
      python_tags: ['cp312'],
      platform_tags: ['linux_s390x'],
      runner: 'stub',
      free_slots: slots,
    },
    max: slots,
    wait_s: 2,
    claim_key: claimKey,
  });
  if (response === null) return null;
  if (response.status === 204) return [];
  return ((await response.json()) as { claims?: StubClaim[] }).claims ?? [];
}

/** Until the controller has heard it: accepted, or refused because the lease went to another. */
async function report({ attempt_id: id, attempt_token: token, fencing }: StubClaim): Promise<void> {
  await pause(Math.random() * longestBuildMs);
  const result = {
    fencing,
    status: 'failed',
    phase: 'build',
    error: { code: 'BUILD_FAILED', message: 'The stub builds nothing.', lines: [] },
    artifacts: [],
    phases: [],
    runner: 'stub',
    duration_s: 1,
    log: { bytes: 0, truncated: false, dropped_bytes: 0 },
  };
  while ((await post(`/api/attempts/${id}/result`, token, result)) === null) await pause(100);
}

for (let claimKey = randomUUID(); ;) {
  const claims = await claim(claimKey);
  if (claims === null) {
    // The same key: what an answer that was lost has given comes again.
    await pause(100);
    continue;
  }
  await Promise.all(claims.map(report));
  claimKey = randomUUID();
}
