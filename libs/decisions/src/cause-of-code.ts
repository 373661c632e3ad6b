import type { Cause } from './causes.ts';

/**
 * Error codes of attempts, by who or what is at fault: those of the build driver, of the runners, of the worker, and
 * those with which the controller refuses a wheel. A code that is not here, for example one of a foreign plugin, is
 * `unknown`.
 */
const codesOfCause = {
  /** The source does not build, or is not sound. */
  package: [
    'ARTIFACT_CONTENT_INVALID',
    'ARTIFACT_NAME_INVALID',
    'ARTIFACT_NAME_TAKEN',
    'BACKEND_FAILED',
    'BACKEND_INVALID',
    'BUILD_BACKEND_FAILED',
    'BUILD_BACKEND_MISSING',
    'BUILD_CRASHED',
    'BUILD_FAILED',
    'BUILD_REQUIREMENT_CONFLICT',
    'BUILD_REQUIREMENT_UNSAFE',
    'COMPILE_FAILED',
    'DRIVER_FILE_UNSAFE',
    'DRIVER_OUTPUT_FLOOD',
    'IMPORT_FAILED',
    'INSTALL_FAILED',
    'LINK_FAILED',
    'NETWORK_IN_BUILD',
    'PYPROJECT_INVALID',
    'REQUEST_TOO_LARGE',
    'REQUIRES_FAILED',
    'SDIST_INVALID',
    'SDIST_LAYOUT',
    'SDIST_NAME_MISMATCH',
    'SDIST_TOO_LARGE',
    'SDIST_UNREADABLE',
    'SDIST_UNSAFE_LINK',
    'SDIST_UNSAFE_PATH',
    'SOURCE_REV_NOT_FOUND',
    'SOURCE_UNSAFE',
    'WHEEL_CONTENT_INVALID',
    'WHEEL_IMPORT_FAILED',
    'WHEEL_INSTALL_FAILED',
    'WHEEL_INVALID',
    'WHEEL_MISSING',
    'WHEEL_NAME_INVALID',
    'WHEEL_NAME_MISMATCH',
    'WHEEL_TOO_LARGE',
    'WHEEL_UNSAFE_PATH',
  ],
  /** Something has to be installed or set first. */
  recipe: [
    'BUILD_REQUIREMENT_MISSING',
    'ENVIRONMENT_INVALID',
    'HEADER_MISSING',
    'LIBRARY_MISSING',
    'MODULE_MISSING',
    'PATCH_FAILED',
    'RECIPE_IMAGE_FAILED',
    'RECIPE_UNSUPPORTED',
    'TOOL_MISSING',
  ],
  /** The wheel does not fit the platform that it was built for. */
  platform: ['ELF_MISMATCH', 'REPAIR_FAILED', 'WHEEL_TAG_MISMATCH'],
  /** The build needs more than it was given. */
  resource: ['DISK_FULL', 'IDLE_TIMEOUT', 'OUT_OF_MEMORY', 'PHASE_TIMEOUT', 'PIDS_LIMIT'],
  /** This host cannot do its work. */
  worker: [
    'ARTIFACT_HASH_MISMATCH',
    'COMPILER_MISSING',
    'CONTAINER_UNSTARTABLE',
    'CONTROLLER_UNREACHABLE',
    'DRIVER_DEFECT',
    'DRIVER_MISSING',
    'HANDLE_INVALID',
    'IMAGE_MISSING',
    'INTERPRETER_MISSING',
    'INTERRUPTED',
    'JOB_INVALID',
    'NETWORK_UNAVAILABLE',
    'PLATFORM_MISMATCH',
    'PODMAN_UNAVAILABLE',
    'PYTHON_HEADERS_MISSING',
    'PYTHON_MISMATCH',
    'RUNNER_FAILED',
    'RUNNER_NOT_ALLOWED',
    'RUNNER_UNAVAILABLE',
    'STEP_ORDER',
    'STEP_VANISHED',
    'UPLOAD_FAILED',
    'VENV_UNAVAILABLE',
    'WORKER_DEFECT',
    'WORKER_RESTARTED',
    'WORKER_STOPPED',
  ],
  /** An outside source did not answer, or answered wrongly. */
  provider: [
    'BUILD_REQUIREMENT_FETCH_FAILED',
    'BUILD_REQUIREMENT_HASH_MISMATCH',
    'INDEX_DENIED',
    'INDEX_UNREACHABLE',
    'RECIPE_PACKAGES_UNREACHABLE',
    'SDIST_HASH_MISMATCH',
    'SDIST_NOT_FOUND',
    'SOURCE_FETCH_FAILED',
    'SOURCE_HASH_MISMATCH',
    'SOURCE_NOT_FOUND',
    'SOURCE_REV_MISMATCH',
  ],
} as const satisfies Partial<Record<Cause, readonly string[]>>;

const named: [code: string, cause: Cause][] = [];
for (const cause of ['package', 'recipe', 'platform', 'resource', 'worker', 'provider'] as const) {
  for (const code of codesOfCause[cause]) named.push([code, cause]);
}
export const causeOfCode: ReadonlyMap<string, Cause> = new Map(named);

/** Codes that say that a build failed and little more: what its lines say comes first. */
export const vagueCodes: ReadonlySet<string> = new Set([
  'BACKEND_FAILED',
  'BUILD_BACKEND_FAILED',
  'BUILD_CRASHED',
  'BUILD_FAILED',
  'COMPILE_FAILED',
  'INSTALL_FAILED',
  'REQUIRES_FAILED',
]);

/** The source is not there, or not yet: an index may have it in some hours. */
export const missingSourceCodes: ReadonlySet<string> = new Set(['SDIST_NOT_FOUND', 'SOURCE_NOT_FOUND']);
