import { Injectable } from '@nestjs/common';

/** Resolves to null when all is well, else to a sentence for the operator. Must end within two seconds. */
export type ReadinessCheck = () => Promise<string | null>;

/** Further conditions for `GET /api/health/ready`, handed in by features (the artifact store, for one). */
@Injectable()
export class ReadinessChecks {
  readonly #checks = new Map<string, ReadinessCheck>();

  add(name: string, check: ReadinessCheck): void {
    this.#checks.set(name, check);
  }

  entries(): readonly (readonly [string, ReadinessCheck])[] {
    return [...this.#checks];
  }
}
