import type { Readable } from 'node:stream';
import {
  logChunksAnswerSchema,
  resultAnswerSchema,
  uploadAnswerSchema,
  type AttemptResult,
  type LogChunks,
} from '@ironwheel/contracts';
import { z } from 'zod';
import type { ControllerClient } from './controller-client.ts';
import { ControllerError } from './controller-error.ts';

/** Whose call it is: the token is good for this attempt only. */
export interface AttemptAccess {
  readonly attemptId: string;
  readonly attemptToken: string;
  readonly fencing: number;
}

/** Answers after which the attempt is over for this worker, whatever it still has. */
export interface AttemptGone {
  readonly kind: 'gone';
  readonly code: string;
  readonly detail: string;
}

const goneCodes = new Set(['LEASE_LOST', 'RESULT_CONFLICT', 'ATTEMPT_NOT_FOUND']);
const toGone = (error: unknown): AttemptGone | null =>
  error instanceof ControllerError && goneCodes.has(error.code)
    ? { kind: 'gone', code: error.code, detail: error.message }
    : null;

const pathOf = ({ attemptId }: AttemptAccess, rest: string): string => `/api/attempts/${attemptId}/${rest}`;
const authOf = ({ attemptToken }: AttemptAccess) => ({ attemptToken });

const gapSchema = z.object({ next_seq: z.number().int(), next_offset: z.number().int() });

export type LogOutcome = { readonly nextSeq: number; readonly nextOffset: number; readonly closed: boolean };

/** Sends log chunks. `LOG_GAP` and `LOG_CLOSED` are answers, not errors: they say where to go on. */
export const sendLogChunks = async (
  client: ControllerClient,
  access: AttemptAccess,
  body: Omit<LogChunks, 'fencing'>,
): Promise<LogOutcome> => {
  try {
    const answer = await client.callJson(
      {
        method: 'POST',
        path: pathOf(access, 'log-chunks'),
        auth: authOf(access),
        json: { ...body, fencing: access.fencing },
      },
      logChunksAnswerSchema,
    );
    const last = body.chunks.at(-1);
    return {
      nextSeq: answer?.next_seq ?? (last === undefined ? 0 : last.seq + 1),
      nextOffset:
        answer?.next_offset ?? (last === undefined ? 0 : last.offset + Buffer.byteLength(last.text)),
      closed: answer?.closed ?? false,
    };
  } catch (error) {
    if (!(error instanceof ControllerError)) throw error;
    const gap = gapSchema.safeParse(error.body);
    if (error.code === 'LOG_GAP' && gap.success) {
      return { nextSeq: gap.data.next_seq, nextOffset: gap.data.next_offset, closed: false };
    }
    if (error.code === 'LOG_CLOSED') {
      const first = body.chunks[0];
      return {
        nextSeq: gap.success ? gap.data.next_seq : (first?.seq ?? 0),
        nextOffset: gap.success ? gap.data.next_offset : (first?.offset ?? 0),
        closed: true,
      };
    }
    throw error;
  }
};

/** The bytes of a source that the controller keeps (`input`, `own`); the caller checks the hash. */
export const fetchSource = (
  client: ControllerClient,
  access: AttemptAccess,
  signal: AbortSignal,
): Promise<Readable> =>
  client.callStream({
    method: 'GET',
    path: pathOf(access, 'source'),
    auth: authOf(access),
    timeoutMs: 120_000,
    signal,
  });

/** The bytes of a wheel that the controller serves; the caller checks the hash. */
export const fetchServedWheel = (
  client: ControllerClient,
  wheel: { readonly filename: string; readonly sha256: string },
  signal: AbortSignal,
): Promise<Readable> =>
  client.callStream({
    method: 'GET',
    path: `/files/${wheel.sha256}/${encodeURIComponent(wheel.filename)}`,
    auth: 'worker',
    timeoutMs: 120_000,
    signal,
  });

export interface ArtifactUpload {
  readonly filename: string;
  readonly sha256: string;
  readonly size: number;
  open(): Readable;
}

export type UploadOutcome = { readonly kind: 'stored' } | AttemptGone;

export const uploadArtifact = async (
  client: ControllerClient,
  access: AttemptAccess,
  artifact: ArtifactUpload,
  signal: AbortSignal,
): Promise<UploadOutcome> => {
  try {
    await client.callJson(
      {
        method: 'PUT',
        path: pathOf(access, `artifacts/${encodeURIComponent(artifact.filename)}`),
        auth: authOf(access),
        stream: {
          create: () => artifact.open(),
          headers: {
            'content-type': 'application/octet-stream',
            'content-length': String(artifact.size),
            'x-content-sha256': artifact.sha256,
          },
        },
        timeoutMs: 300_000,
        signal,
      },
      uploadAnswerSchema,
    );
    return { kind: 'stored' };
  } catch (error) {
    const gone = toGone(error);
    if (gone !== null) return gone;
    throw error;
  }
};

export type ResultOutcome =
  { readonly kind: 'accepted'; readonly state: string; readonly action: string } | AttemptGone;

export const sendResult = async (
  client: ControllerClient,
  access: AttemptAccess,
  result: AttemptResult,
  signal: AbortSignal,
): Promise<ResultOutcome> => {
  try {
    const answer = await client.callJson(
      { method: 'POST', path: pathOf(access, 'result'), auth: authOf(access), json: result, signal },
      resultAnswerSchema,
    );
    return {
      kind: 'accepted',
      state: answer?.state ?? result.status,
      action: answer?.decision.action ?? 'unknown',
    };
  } catch (error) {
    const gone = toGone(error);
    if (gone !== null) return gone;
    throw error;
  }
};
