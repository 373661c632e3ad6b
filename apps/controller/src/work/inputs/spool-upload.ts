import type { FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileNameSchema } from '@ironwheel/contracts';
import { AppError } from '../../platform/index.ts';

/** A file of a form, on disk until the request is over. */
export interface SpooledFile {
  readonly filename: string;
  readonly path: string;
}

export interface SpoolLimits {
  readonly maxFiles: number;
  readonly maxFileBytes: number;
}

/**
 * Writes the files of a multipart form to `directory` and hands them to `use`; whatever happens, nothing of them is
 * left there. Throws REQUEST_UNSUPPORTED_MEDIA, REQUEST_MALFORMED, REQUEST_INVALID, REQUEST_TOO_LARGE,
 * INPUT_INVALID (a file name that is none) and ARTIFACT_STORE_FULL.
 */
export async function spoolUpload<T>(
  request: FastifyRequest,
  directory: string,
  limits: SpoolLimits,
  use: (files: readonly SpooledFile[]) => Promise<T>,
): Promise<T> {
  if (!request.isMultipart()) {
    throw new AppError(
      'REQUEST_UNSUPPORTED_MEDIA',
      'Send the files as multipart/form-data, for example with curl -F file=@requirements.txt.',
    );
  }
  const own = join(directory, randomUUID());
  await mkdir(own, { recursive: true, mode: 0o700 });
  try {
    return await use(await writeFiles(request, own, limits));
  } catch (error) {
    throw toUploadError(error, limits);
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** What went wrong while reading the form, not while using its files. */
class UploadError extends Error {}

async function writeFiles(
  request: FastifyRequest,
  directory: string,
  limits: SpoolLimits,
): Promise<SpooledFile[]> {
  const files: SpooledFile[] = [];
  try {
    const parts = request.parts({
      // A path in a file name is refused, not cut off.
      preservePath: true,
      limits: {
        files: limits.maxFiles,
        fileSize: limits.maxFileBytes,
        fields: 0,
        parts: limits.maxFiles,
        headerPairs: 20,
      },
    });
    for await (const part of parts) {
      if (part.type !== 'file') {
        throw new AppError('REQUEST_INVALID', 'The form has a field that is no file; send files only.');
      }
      const filename = checkFileName(part.filename);
      const path = join(directory, String(files.length));
      await pipeline(part.file, createWriteStream(path, { mode: 0o600, flags: 'wx' }));
      if (part.file.truncated) throw tooLarge(limits);
      files.push({ filename, path });
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new UploadError('the form could not be read', { cause: error });
  }
  if (files.length === 0) {
    throw new AppError('REQUEST_INVALID', 'The form holds no file; send at least one.', {
      issues: [{ path: '', message: 'expected at least one file' }],
    });
  }
  return files;
}

function checkFileName(filename: string | undefined): string {
  const parsed = fileNameSchema.safeParse(filename);
  // A lone surrogate stands for bytes that were not UTF-8.
  if (parsed.success && parsed.data.isWellFormed() && !parsed.data.includes('\ufffd')) return parsed.data;
  throw new AppError(
    'INPUT_INVALID',
    'A file of the form has no plain file name; send its name without a path, in UTF-8, at most 255 characters.',
  );
}

const tooLarge = (limits: SpoolLimits): AppError =>
  new AppError('REQUEST_TOO_LARGE', `A file is larger than the ${limits.maxFileBytes} bytes that are taken.`);

const diskFull = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

function toUploadError(error: unknown, limits: SpoolLimits): unknown {
  if (!(error instanceof UploadError)) return error;
  const { cause } = error;
  const code = (cause as { code?: unknown } | undefined)?.code;
  if (typeof code === 'string' && diskFull.has(code)) {
    return new AppError('ARTIFACT_STORE_FULL', 'There is no room for the files on the disk.', { cause });
  }
  if (code === 'FST_REQ_FILE_TOO_LARGE') return tooLarge(limits);
  if (code === 'FST_FILES_LIMIT' || code === 'FST_PARTS_LIMIT') {
    return new AppError(
      'REQUEST_TOO_LARGE',
      `The form has more than ${limits.maxFiles} files; send them in several calls.`,
    );
  }
  if (code === 'FST_FIELDS_LIMIT') {
    return new AppError('REQUEST_INVALID', 'The form has a field that is no file; send files only.', {
      cause,
    });
  }
  const isOurs = typeof code === 'string' && /^E[A-Z]+$/.test(code) && code !== 'ECONNRESET';
  if (isOurs) return cause;
  return new AppError('REQUEST_MALFORMED', 'The form cannot be read: it is cut off or not valid multipart.', {
    cause,
  });
}
