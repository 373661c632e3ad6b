export const causes = [
  'package',
  'recipe',
  'platform',
  'resource',
  'worker',
  'provider',
  'policy',
  'cancelled',
  'unknown',
] as const;
export type Cause = (typeof causes)[number];

/** How an attempt ended, as far as a rule may look at it. */
export interface AttemptFacts {
  readonly status: 'succeeded' | 'failed' | 'cancelled' | 'lost';
  readonly phase: string | null;
  readonly errorCode: string | null;
  readonly exitCode: number | null;
}

export interface Classification {
  readonly cause: Cause;
  /** Which rule said so; `none` when no rule fitted. */
  readonly rule: string;
}

/** Error codes of attempts, by who or what is at fault. A code that is not here is `unknown`. */
const causeOfCode: Readonly<Record<string, Cause>> = {
  // package: the source does not build, or is not sound
  BUILD_FAILED: 'package',
  BUILD_BACKEND_FAILED: 'package',
  BUILD_BACKEND_MISSING: 'package',
  REQUIRES_FAILED: 'package',
  NETWORK_IN_BUILD: 'package',
  PYPROJECT_INVALID: 'package',
  SDIST_INVALID: 'package',
  SDIST_UNSAFE_PATH: 'package',
  SDIST_UNSAFE_LINK: 'package',
  SDIST_TOO_LARGE: 'package',
  WHEEL_INVALID: 'package',
  WHEEL_NAME_MISMATCH: 'package',
  WHEEL_MISSING: 'package',
  WHEEL_TOO_LARGE: 'package',
  WHEEL_UNSAFE_PATH: 'package',
  WHEEL_TAG_MISMATCH: 'platform',
  ELF_MISMATCH: 'platform',
  IMPORT_FAILED: 'package',
  INSTALL_FAILED: 'package',
  REPAIR_FAILED: 'platform',
  // recipe: something has to be installed or set first
  RECIPE_IMAGE_FAILED: 'recipe',
  BUILD_REQUIREMENT_MISSING: 'recipe',
  HEADER_MISSING: 'recipe',
  // resource: the build needs more than it was given
  OUT_OF_MEMORY: 'resource',
  DISK_FULL: 'resource',
  PHASE_TIMEOUT: 'resource',
  IDLE_TIMEOUT: 'resource',
  PIDS_LIMIT: 'resource',
  // worker: this host cannot do its work
  RUNNER_UNAVAILABLE: 'worker',
  RUNNER_FAILED: 'worker',
  IMAGE_MISSING: 'worker',
  INTERPRETER_MISSING: 'worker',
  COMPILER_MISSING: 'worker',
  STEP_VANISHED: 'worker',
  WORKER_DEFECT: 'worker',
  WORKER_RESTARTED: 'worker',
  WORKER_STOPPED: 'worker',
  DRIVER_OUTPUT_FLOOD: 'package',
  DRIVER_FILE_UNSAFE: 'package',
  UPLOAD_FAILED: 'worker',
  // provider: an outside source did not answer, or answered wrongly
  INDEX_UNREACHABLE: 'provider',
  SOURCE_FETCH_FAILED: 'provider',
  SOURCE_HASH_MISMATCH: 'provider',
  SOURCE_NOT_FOUND: 'provider',
  BUILD_REQUIREMENT_FETCH_FAILED: 'provider',
};

/** Names the cause of an attempt's end. Pure: the same facts give the same answer. */
export function classify(facts: AttemptFacts): Classification {
  if (facts.status === 'cancelled') return { cause: 'cancelled', rule: 'status:cancelled' };
  if (facts.status === 'lost') return { cause: 'worker', rule: 'status:lost' };
  const cause = facts.errorCode === null ? undefined : causeOfCode[facts.errorCode];
  if (cause !== undefined && facts.errorCode !== null) return { cause, rule: `code:${facts.errorCode}` };
  if (facts.exitCode === 137) return { cause: 'resource', rule: 'exit:137' };
  return { cause: 'unknown', rule: 'none' };
}
