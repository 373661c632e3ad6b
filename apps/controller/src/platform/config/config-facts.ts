import { Injectable } from '@nestjs/common';

/** Facts of `GET /api/config` that only a feature knows. */
export interface ConfigFactValues {
  readonly target: {
    readonly python_version: string;
    readonly python_tag: string;
    readonly platform_tag: string;
  };
  readonly artifact_store: string;
  readonly claims_paused: boolean;
  readonly index_url: string | null;
}

/** Features hand in what they know; until they have, the view says what the configuration says. */
@Injectable()
export class ConfigFacts {
  readonly #sources = new Map<keyof ConfigFactValues, () => Promise<unknown>>();

  provide<Name extends keyof ConfigFactValues>(
    name: Name,
    source: () => Promise<ConfigFactValues[Name]>,
  ): void {
    this.#sources.set(name, source);
  }

  async find<Name extends keyof ConfigFactValues>(name: Name): Promise<ConfigFactValues[Name] | undefined> {
    return (await this.#sources.get(name)?.()) as ConfigFactValues[Name] | undefined;
  }
}
