import { z } from 'zod';

/** A name with versions (PEP 508), without an address: the same that the build driver takes. */
export const buildRequirementSchema = z
  .string()
  .max(2000)
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\s*(?:\[[A-Za-z0-9._,\s-]*\])?\s*(?:\(?[<>=!~][^;@#\\\r\n]*)?(?:;[^\r\n]*)?$/,
    'expected a name with versions (PEP 508), without an address',
  );

export const recipeRepositories = ['crb', 'epel', 'backports'] as const;

const aptPackage = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9+.-]{0,100}(?:=[A-Za-z0-9.+:~-]+)?$/,
    'expected a package of apt, such as libssl-dev or libssl-dev=3.0.1',
  );
/** A package, or what a package provides for pkg-config. */
const dnfPackage = z
  .string()
  .regex(
    /^(?:[A-Za-z0-9][A-Za-z0-9+._-]{0,100}|pkgconfig\([A-Za-z0-9+._-]{1,80}\))$/,
    'expected a package of dnf, such as openssl-devel or pkgconfig(openssl)',
  );
const environmentSchema = z.record(
  z
    .string()
    .regex(/^[A-Z_][A-Z0-9_]{0,100}$/, 'expected the name of a variable: capital letters, digits and "_"'),
  z.string().max(4000),
);

/**
 * What a build is given beside its source (seed 000: `recipes: {dnf, apt}`). What is not named takes no effect; of
 * packages and repositories only those of the image's own package manager do.
 */
const fields = {
  apt: z.array(aptPackage).max(100).default([]),
  dnf: z.array(dnfPackage).max(100).default([]),
  /** For the steps that run code of the package. */
  env: environmentSchema.default({}),
  /** Package repositories that are switched on first: `crb` and `epel` on dnf, `backports` on apt. */
  repositories: z.array(z.enum(recipeRepositories)).max(3).optional(),
  /** Compilers that are newer than the image's own: `gcc` or `gcc-14`, `rust`. */
  toolchain: z
    .array(z.string().regex(/^(?:gcc(?:-\d{1,2})?|rust)$/, 'expected gcc, gcc-14 or rust'))
    .max(5)
    .optional(),
  /** Build requirements that replace those of the same name, or are added. */
  build_requires: z.array(buildRequirementSchema).max(100).optional(),
  /** Lines of a constraints file for all build requirements. */
  build_constraints: z.array(buildRequirementSchema).max(500).optional(),
  /** `config_settings` of PEP 517. */
  config_settings: z.record(z.string().min(1).max(200), z.string().max(4000)).optional(),
  /** A unified diff, in characters at most 200 000, against the root of the source. */
  patch: z.string().max(200_000).optional(),
} as const;

export const recipesSchema = z.object(fields);
export type Recipes = z.infer<typeof recipesSchema>;

/** As a person writes it: what is not known is refused. */
export const statedRecipesSchema = z.strictObject(fields);
