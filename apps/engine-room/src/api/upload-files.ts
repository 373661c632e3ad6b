import { inputViewSchema, listOf, type InputView } from '@ironwheel/contracts';
import { ApiError, toApiError } from './api-error.ts';
import { tellSignedOut } from './call-api.ts';

const answerSchema = listOf(inputViewSchema);

interface UploadOptions {
  readonly signal: AbortSignal;
  /** From 0 to 1; 1 also while the controller looks at what has come. */
  readonly onProgress: (share: number) => void;
}

/**
 * Hands files in, all of them or none: `POST /inputs`. `fetch` does not tell how far an upload is, hence the older way. Throws
 * `ApiError`, and the reason of `signal` when that was aborted.
 */
export function uploadFiles(files: readonly File[], options: UploadOptions): Promise<InputView[]> {
  const form = new FormData();
  for (const file of files) form.append('file', file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = (): void => request.abort();
    options.signal.addEventListener('abort', stop);
    request.upload.onprogress = ({ lengthComputable, loaded, total }) => {
      if (lengthComputable && total > 0) options.onProgress(loaded / total);
    };
    request.onabort = () => reject(toError(options.signal.reason));
    request.onerror = () =>
      reject(
        new ApiError({ code: 'UNREACHABLE', status: 0, detail: 'The upload broke off; nothing was taken.' }),
      );
    request.onload = () => {
      const { status, responseText: text } = request;
      if (status === 401) tellSignedOut();
      if (status < 200 || status > 299) reject(toApiError(status, text));
      else resolve(Promise.resolve(text).then(readAnswer));
    };
    request.onloadend = () => options.signal.removeEventListener('abort', stop);
    request.open('POST', '/api/inputs');
    request.setRequestHeader('accept', 'application/json');
    request.send(form);
  });
}

const toError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error('the upload was stopped');

function readAnswer(text: string): InputView[] {
  const parsed = answerSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data.items;
  throw new ApiError(
    { code: 'ANSWER_UNREADABLE', status: 201, detail: 'The files were taken; the answer cannot be read.' },
    { cause: parsed.error },
  );
}
