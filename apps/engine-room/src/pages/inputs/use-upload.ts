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
  /** By name of the file, where the controller says which it was. */
  readonly problems: readonly FileProblems[];
  readonly start: (files: readonly File[]) => void;
  readonly stop: () => void;
}

const nothing = { files: [] as readonly File[], share: null, taken: null, error: null } as const;
type State = Pick<Upload, 'files' | 'share' | 'taken' | 'error'>;

/** One upload at a time. What went wrong stays until the next one. */
export function useUpload(onTaken?: (inputs: readonly InputView[]) => void): Upload {
  const [state, setState] = useState<State>(nothing);
  const running = useRef<AbortController | null>(null);
  const client = useQueryClient();
  useEffect(() => () => running.current?.abort(), []);

  const run = async (files: readonly File[]): Promise<void> => {
    const gone = new AbortController();
    running.current = gone;
    setState({ ...nothing, files, share: 0 });
    try {
      const inputs = await uploadFiles(files, {
        signal: gone.signal,
        onProgress: (share) => setState((before) => ({ ...before, share })),
      });
      setState({ ...nothing, files, taken: inputs.length });
      onTaken?.(inputs);
      await client.invalidateQueries({
        predicate: ({ meta }) => meta?.live?.topics.includes('inputs') === true,
      });
    } catch (error) {
      const isStopped = gone.signal.aborted;
      setState({
        ...nothing,
        files,
        error: isStopped ? null : error instanceof Error ? error : new Error(String(error)),
      });
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
    },
    stop: () => running.current?.abort(),
  };
}
