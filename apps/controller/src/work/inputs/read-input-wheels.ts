import { Injectable } from '@nestjs/common';
import { LoadedConfig } from '@ironwheel/config';
import { parseWheelFileName } from '@ironwheel/packaging';
import { AppError } from '../../platform/index.ts';
import {
  ArtifactBytes,
  readWheelContent,
  toNewArtifact,
  UnsoundArchiveError,
  type InputArtifact,
} from '../artifacts/index.ts';
import type { InputRow } from './input.row.ts';
import { InputsRepository } from './inputs.repository.ts';
import { inputsSection } from './inputs.section.ts';

/** What the METADATA of one plan's wheels may be together: it is in memory at once. An honest one has some kilobytes. */
const maxMetadataChars = 64 * 1024 * 1024;

/** A wheel that was handed in, and the target that it is to be served for. */
export interface WantedInputWheel {
  readonly filename: string;
  readonly sha256: string;
  readonly pythonTag: string;
  readonly platformTag: string;
}

/** Reads what the index has to know of wheels that were handed in; each was checked whole when it came. */
@Injectable()
export class ReadInputWheels {
  readonly #limits;

  constructor(
    private readonly inputs: InputsRepository,
    private readonly bytes: ArtifactBytes,
    config: LoadedConfig,
  ) {
    this.#limits = { maxUnpackedBytes: config.get(inputsSection).INPUT_UNPACKED_MAX_BYTES };
  }

  /** Throws INPUT_NOT_FOUND for one that no run has used or whose bytes are gone, INPUT_INVALID, REQUEST_TOO_LARGE. */
  async read(wanted: readonly WantedInputWheel[]): Promise<InputArtifact[]> {
    if (wanted.length === 0) return [];
    const inputs = await this.inputs.listUsedWheels(wanted.map(({ sha256 }) => sha256));
    const artifacts: InputArtifact[] = [];
    let metadataChars = 0;
    for (const one of wanted) {
      const input = inputs.find(({ filename, sha256 }) => filename === one.filename && sha256 === one.sha256);
      if (input === undefined) throw gone(one.filename);
      const { pythonTag, platformTag } = one;
      const artifact = { ...(await this.#read(input)), inputId: input.id, pythonTag, platformTag };
      metadataChars += artifact.metadata.length;
      if (metadataChars > maxMetadataChars) throw tooMuch(input.filename);
      artifacts.push(artifact);
    }
    return artifacts;
  }

  async #read({ filename, sha256, size }: InputRow): Promise<ReturnType<typeof toNewArtifact>> {
    const wheel = parseWheelFileName(filename);
    const read = async (start: number, end: number) => {
      const stream = await this.bytes.read(sha256, { start, end });
      if (stream === null) throw gone(filename);
      return stream;
    };
    try {
      const content = await readWheelContent(wheel, { size, read }, this.#limits);
      return toNewArtifact(wheel, { sha256, size }, content);
    } catch (cause) {
      if (!(cause instanceof UnsoundArchiveError)) throw cause;
      throw new AppError('INPUT_INVALID', `${filename} is not a sound wheel: ${cause.message}.`, { cause });
    }
  }
}

const gone = (filename: string): AppError =>
  new AppError('INPUT_NOT_FOUND', `${filename} is no longer there; hand it in again and make a new plan.`);

const tooMuch = (filename: string): AppError =>
  new AppError(
    'REQUEST_TOO_LARGE',
    `With ${filename} the METADATA of the plan's wheels is larger than ${maxMetadataChars} characters; plan fewer at a time.`,
  );
