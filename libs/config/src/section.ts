import type { z } from 'zod';

/** One environment key: its schema takes the text of the variable. */
export interface KeyDefinition<Schema extends z.ZodType = z.ZodType> {
  /** Parses the text of the variable; may transform it (numbers, lists, flags). */
  readonly schema: Schema;
  /** Text that is used when the variable is not set or empty. Without it, an unset key is `undefined`. */
  readonly default?: string;
  /** Unit of a number, for the documentation: `s`, `ms`, `bytes`. */
  readonly unit?: string;
  /** Never shown; may also come from the file that `<KEY>_FILE` names. */
  readonly secret?: boolean;
  /** One sentence for docs/configuration.md. */
  readonly description: string;
  /** Other names of the key, the first set one wins after the key itself (`REDIS_URL` before `REDIS_ADDR`). */
  readonly aliases?: readonly string[];
}

export type KeyDefinitions = Readonly<Record<string, KeyDefinition>>;

/** What a key becomes: never undefined when it has a default. */
export type ValueOf<Definition extends KeyDefinition> = Definition extends { readonly default: string }
  ? z.output<Definition['schema']>
  : z.output<Definition['schema']> | undefined;

export interface ConfigSection<Keys extends KeyDefinitions = KeyDefinitions> {
  readonly keys: Keys;
}

export type ConfigOf<Section extends ConfigSection> = {
  readonly [Key in keyof Section['keys']]: ValueOf<Section['keys'][Key]>;
};

/** Declares the keys of one feature, beside the feature. */
export function defineSection<const Keys extends KeyDefinitions>(keys: Keys): ConfigSection<Keys> {
  return { keys };
}
