import type { InputView } from '@ironwheel/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ApiError } from '../../api/api-error.ts';
import { uploadFiles } from '../../api/upload-files.ts';
import { groupProblems, type FileProblems } from './group-problems.ts';

export interface Upload {
  readonly files: readonly File[];
  /** From 0 to 1; null: nothing is under way. */
  readonly share: number | null;
  /** How many were taken by the last call; null: it took none, or there was none. */
  readonly taken: number | null;
  readonly error: Error | null;
  /** Files were given while others were under way, and left out. */
  readonly hasRefused: boolean;
  /** By name of the file, where the controller says which it was. */
  readonly problems: readonly FileProblems[];
  readonly start: (files: readonly File[]) => void;
  readonly stop: () => void;
}

type State = Pick<Upload, 'files' | 'share' | 'taken' | 'error' | 'hasRefused'>;
const nothing: State = { files: [], share: null, taken: null, error: null, hasRefused: false };

/** One upload at a time. What went wrong stays until the next one. */
export function useUpload(onTaken?: (inputs: readonly InputView[]) => void): Upload {
  const [state, setState] = useState<State>(nothing);
  const running = useRef<AbortController | null>(null);
  const client = useQueryClient();
  useEffect(() => () => running.current?.abort(), []);

  const run = async (files: readonly File[]): Promise<void> => {
    const gone = new AbortController();
    running.current = gone;
    const end = (change: Partial<State>): void =>
      setState(({ hasRefused }) => ({ ...nothing, files, hasRefused, ...change }));
    setState({ ...nothing, files, share: 0 });
    try {
      const inputs = await uploadFiles(files, {
        signal: gone.signal,
        onProgress: (share) => setState((before) => ({ ...before, share })),
      });
      end({ taken: inputs.length });
      // Not waited for: the next files can come meanwhile.
      void client.invalidateQueries({
        predicate: ({ meta }) => meta?.live?.topics.includes('inputs') === true,
      });
      onTaken?.(inputs);
    } catch (error) {
      const isStopped = gone.signal.aborted;
      end({ error: isStopped ? null : error instanceof Error ? error : new Error(String(error)) });
    } finally {
      running.current = null;
    }
  };
  const { error, files } = state;
  return {
    ...state,
    problems:
      error instanceof ApiError
        ? groupProblems(
            error.issues,
            files.map(({ name }) => name),
          )
        : [],
    start: (given) => {
      if (running.current === null) void run(given);
      else setState((before) => ({ ...before, hasRefused: true }));
    },
    stop: () => running.current?.abort(),
  };
}
