import { randomUUID } from 'node:crypto';
import { validateOnlyAnswerSchema } from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import { agentVersion } from '../agent-version.ts';
import { ClockOffset } from '../controller-link/clock-offset.ts';
import { ControllerClient } from '../controller-link/controller-client.ts';
import { ControllerError } from '../controller-link/controller-error.ts';
import { createKeyCredential } from '../controller-link/credential.ts';
import { createHttpPool } from '../controller-link/http-pool.ts';

export interface KeyToCheck {
  readonly url: string;
  readonly ca_file?: string;
  readonly workerId: string;
  readonly privateKey: string;
}

/** Codes that say that the key is good for nothing any more. */
const refusals = new Set(['AUTH_REQUIRED', 'AUTH_FORBIDDEN', 'WORKER_REVOKED', 'WORKER_NOT_FOUND']);

/**
 * Asks the controller with the worker's key, by a claim that claims nothing. Throws `ControllerError` when there was no
 * answer that says either.
 */
export async function isKeyAccepted(key: KeyToCheck, logger: StructuredLogger): Promise<boolean> {
  const pool = createHttpPool({ caFile: key.ca_file ?? null });
  try {
    const client = new ControllerClient({
      url: key.url,
      credential: await createKeyCredential(key.workerId, key.privateKey),
      pool,
      clockOffset: new ClockOffset(),
      logger,
      version: agentVersion,
    });
    await client.callJson(
      {
        method: 'POST',
        path: `/api/workers/${key.workerId}/claim-next`,
        auth: 'worker',
        json: {
          capabilities: {
            python_tags: ['cp312'],
            platform_tags: ['linux_none'],
            runner: 'check',
            free_slots: 0,
          },
          validate_only: true,
          claim_key: `check-${randomUUID()}`,
        },
      },
      validateOnlyAnswerSchema,
    );
    return true;
  } catch (error) {
    if (!(error instanceof ControllerError) || error.kind !== 'refused') throw error;
    return !refusals.has(error.code);
  } finally {
    await pool.close();
  }
}
