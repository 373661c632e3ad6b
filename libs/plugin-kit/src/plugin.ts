import type { z } from 'zod';
import type { PluginKind, PluginManifest } from './manifest.ts';

/** A logger that already carries the plugin's id. Fixed sentence first, then fields. */
export interface PluginLogger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** Time as a plugin sees it, so that tests can turn it. */
export interface PluginClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds that never go back. */
  monotonic(): number;
}

/** All that a plugin gets. It never reads the environment, writes to the console or ends the process. */
export interface PluginContext<Config> {
  readonly config: Config;
  readonly logger: PluginLogger;
  readonly clock: PluginClock;
  /** A directory of the plugin's own; kept between starts. */
  readonly workDirectory: string;
  /** Aborted when the process shuts down. */
  readonly signal: AbortSignal;
}

export interface ProbeResult {
  readonly ok: boolean;
  /** What does not work, as a stable code and a sentence that says what to do. */
  readonly problems: readonly { readonly code: string; readonly text: string }[];
  /** Facts for people and for `doctor`. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Life of every plugin: `open → probe → (use)* → close`. `probe` may be called again at any time. */
export interface PluginInstance {
  probe(): Promise<ProbeResult>;
  close(): Promise<void>;
}

/** What a plugin module exports as `plugin`. */
export interface PluginModule<
  Instance extends PluginInstance = PluginInstance,
  Schema extends z.ZodType = z.ZodType,
> {
  readonly manifest: PluginManifest;
  readonly configSchema: Schema;
  open(context: PluginContext<z.output<Schema>>): Promise<Instance>;
}

/** A module of one kind, as the composition root lists it. */
export interface CatalogueEntry {
  readonly kind: PluginKind;
  readonly id: string;
  /** Loads the module; called only when the plugin is configured. */
  load(): Promise<unknown>;
}
