import { Injectable } from '@nestjs/common';

export interface WorkerKey {
  readonly workerId: string;
  readonly name: string;
  /** Ed25519 public key, SPKI in PEM. */
  readonly publicKey: string;
  readonly isRevoked: boolean;
}

/** Where the public keys of the workers are; `fleet/workers` binds it when it starts. */
export interface WorkerKeyDirectory {
  /** The key of a worker, also of a revoked one; null when there is no such worker. */
  findKey(workerId: string): Promise<WorkerKey | null>;
}

/** The place where a feature hands in its directory, since the platform imports no feature. */
@Injectable()
export class WorkerKeys implements WorkerKeyDirectory {
  #directory: WorkerKeyDirectory | null = null;

  bind(directory: WorkerKeyDirectory): void {
    this.#directory = directory;
  }

  async findKey(workerId: string): Promise<WorkerKey | null> {
    return (await this.#directory?.findKey(workerId)) ?? null;
  }
}
