import {
  buildRequirementSchema,
  fileNameSchema,
  platformTagSchema,
  projectNameSchema,
  pythonTagSchema,
  sha256Schema,
  versionTextSchema,
} from '@ironwheel/contracts';
import { z } from 'zod';

/** A folder within a source, without a way out of it. */
const subdirectorySchema = z
  .string()
  .min(1)
  .max(500)
  .regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$))[^\\\p{Cc}]+$/u, 'expected a folder within the source');

/** What git would take for an option, for two states, or for the way to one is no state. */
const gitRevSchema = z
  .string()
  .regex(
    /^(?![-+./])(?!.*(?:\.\.|@\{|\/\/))[^\s~^:?*[\\\p{Cc}]{1,200}$/u,
    'expected a tag, a branch or a commit',
  );

/**
 * `<work>/job.json`: what the build driver is to build. Written by the worker before the first step, read by every
 * step. The same schema is described at the top of `build-driver/ironwheel_build.py`, which checks it again.
 */
export const driverJobSchema = z.strictObject({
  schema: z.literal(1),
  name: projectNameSchema,
  version: versionTextSchema,
  python_tag: pythonTagSchema,
  platform_tag: platformTagSchema,
  /** Build tag that the wheel must carry (PEP 427: starts with a digit); null: none. */
  build_tag: z
    .string()
    .regex(/^\d[A-Za-z0-9_.]{0,40}$/)
    .nullable()
    .default(null),
  /**
   * `path`: file name inside `<work>/source/`. `url`: fetched by the `fetch` step. `git`: checked out by it, at `rev`
   * (a tag, a branch, a commit; null: what the server calls HEAD), with its submodules.
   * Null: the sdist of `name==version` is looked up on the index.
   */
  source: z
    .union([
      z.strictObject({ path: fileNameSchema, sha256: sha256Schema.nullable().default(null) }),
      z.strictObject({
        url: z.string().max(4000),
        filename: fileNameSchema,
        sha256: sha256Schema.nullable().default(null),
        subdirectory: subdirectorySchema.nullable().default(null),
      }),
      z.strictObject({
        git: z
          .string()
          .max(4000)
          .regex(/^https?:\/\/[^\s\\\p{Cc}/-][^\s\\\p{Cc}]*$/iu, 'expected an https or http URL'),
        rev: gitRevSchema.nullable().default(null),
        subdirectory: subdirectorySchema.nullable().default(null),
      }),
    ])
    .nullable()
    .default(null),
  index: z
    .strictObject({
      /** Null: pip's own setting, else its default. */
      index_url: z.string().max(4000).nullable().default(null),
      extra_index_urls: z.array(z.string().max(4000)).max(20).default([]),
    })
    .default({ index_url: null, extra_index_urls: [] }),
  /** Environment of the recipe; only the steps that run code of the package get it. */
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,100}$/), z.string().max(4000)).default({}),
  /** `config_settings` of PEP 517. */
  config_settings: z.record(z.string().max(200), z.string().max(4000)).default({}),
  /** Build requirements that replace those of the same name, or are added. */
  build_requires: z.array(buildRequirementSchema).max(100).default([]),
  /** A unified diff against the root of the source; empty: none. */
  patch: z.string().max(200_000).default(''),
  /** Lines of a constraints file for the build requirements. */
  build_constraints: z.array(z.string().max(2000)).max(1000).default([]),
  /** Seconds since the epoch; default 2020-01-01, so that the same sdist gives the same bytes everywhere. */
  source_date_epoch: z.number().int().min(315_532_800).default(1_577_836_800),
  /** Processors that a build may use at a time. */
  parallel: z.number().int().min(1).max(256).default(1),
  limits: z
    .strictObject({
      /** Bytes of output kept of the whole attempt. */
      log_max_bytes: z.number().int().min(65_536).default(33_554_432),
      sdist_max_bytes: z.number().int().positive().default(1_073_741_824),
      unpacked_max_bytes: z.number().int().positive().default(8_589_934_592),
      unpacked_max_entries: z.number().int().positive().default(300_000),
      wheel_max_bytes: z.number().int().positive().default(4_294_967_296),
    })
    .prefault({}),
});
/** What a caller writes: defaults may be left out. */
export type DriverJobInput = z.input<typeof driverJobSchema>;
export type DriverJob = z.output<typeof driverJobSchema>;
