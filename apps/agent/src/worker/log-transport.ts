import { LogRefusedError, type LogTransport } from '@ironwheel/plugin-kit';
import { sendLogChunks } from '../controller-link/attempt-calls.ts';
import type { ControllerClient } from '../controller-link/controller-client.ts';
import { ControllerError } from '../controller-link/controller-error.ts';
import type { AttemptRegistry } from './attempt/attempt-registry.ts';

/** Hands log pieces to the controller with the token of their attempt. */
export const createLogTransport = (client: ControllerClient, registry: AttemptRegistry): LogTransport => ({
  async send(attemptId, { pieces, final, droppedBytes }) {
    const access = registry.findAccess(attemptId);
    if (access === null) throw new LogRefusedError('ATTEMPT_UNKNOWN', 'the token of this attempt is gone');
    try {
      return await sendLogChunks(client, access, {
        chunks: pieces.map(({ seq, offset, text }) => ({ seq, offset, text })),
        final,
        dropped_bytes: droppedBytes,
      });
    } catch (error) {
      if (error instanceof ControllerError && !error.mayRetry) {
        throw new LogRefusedError(error.code, error.message, { cause: error });
      }
      throw error;
    }
  },
});
