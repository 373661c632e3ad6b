import type { SignerKind } from './signing-keys.ts';

/** What an assertion says of itself, once its signature was found to be good. Times in seconds since the epoch. */
export interface VerifiedAssertion {
  readonly kind: SignerKind;
  readonly signerId: string;
  /** The key that it was verified with, as PEM; with any other key it has to be verified anew. */
  readonly publicKey: string;
  readonly expiresAt: number;
  readonly notBefore: number | undefined;
}

/** A signer's claims are its own to choose; what is longer than ours ever are is verified each time. */
const longestKeptText = 1024;

/**
 * The last assertion of each signer whose signature was good, by its exact text. It spares the signature only: whether the
 * assertion is still in time, and what became of its key, is for the caller to look at each time. One for each signer, so
 * that no signer can take the room of the others.
 */
export class VerifiedAssertions {
  readonly #byText = new Map<string, VerifiedAssertion>();
  readonly #texts = new Map<string, string>();

  constructor(private readonly most: number) {}

  find(text: string, kind: SignerKind): VerifiedAssertion | undefined {
    const kept = this.#byText.get(text);
    return kept?.kind === kind ? kept : undefined;
  }

  keep(text: string, assertion: VerifiedAssertion): void {
    if (text.length > longestKeptText) return;
    const { signerId } = assertion;
    this.#forget(signerId);
    if (this.#texts.size >= this.most) {
      this.#texts.clear();
      this.#byText.clear();
    }
    this.#texts.set(signerId, text);
    this.#byText.set(text, assertion);
  }

  #forget(signerId: string): void {
    const text = this.#texts.get(signerId);
    if (text === undefined) return;
    this.#texts.delete(signerId);
    this.#byText.delete(text);
  }
}
