import { Injectable } from '@nestjs/common';

/** Who signs assertions with a key that was made on its host. */
export const signerKinds = ['worker', 'agent'] as const;
export type SignerKind = (typeof signerKinds)[number];

export interface SigningKey {
  /** Id of the worker or the agent; the `kid` of its assertions. */
  readonly id: string;
  readonly name: string;
  /** Ed25519 public key, SPKI in PEM. */
  readonly publicKey: string;
  /** Why its valid assertions are refused nevertheless; null when they are not. */
  readonly refusal: 'revoked' | 'cloned' | null;
}

/** Where the public keys of one kind are; a room of the fleet binds it when it starts. */
export interface SigningKeyDirectory {
  /** The key of a signer, also of a revoked one; null when there is no such signer. */
  findKey(id: string): Promise<SigningKey | null>;
}

/** The place where features hand in their directories, since the platform imports no feature. */
@Injectable()
export class SigningKeys {
  readonly #directories = new Map<SignerKind, SigningKeyDirectory>();

  bind(kind: SignerKind, directory: SigningKeyDirectory): void {
    this.#directories.set(kind, directory);
  }

  async findKey(kind: SignerKind, id: string): Promise<SigningKey | null> {
    return (await this.#directories.get(kind)?.findKey(id)) ?? null;
  }
}
