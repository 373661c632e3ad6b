import { RunnerError } from '@ironwheel/plugin-kit';

/** What package managers say of a mirror that does not answer, or not now. What they passed over without harm is none of it. */
const unanswered: readonly RegExp[] = [
  // apt; a list that could not be refreshed is a warning, and only after it is a package missing.
  /^(?:[EW]: .*| +)(?:Temporary failure resolving|Could not (?:resolve|connect to)|Cannot initiate the connection|Unable to connect to)/m,
  /^(?:[EW]: .*| +)(?:Connection (?:failed|timed out)|Error reading from server|(?:429|50[0234]) {2}\S)|Mirror sync in progress/m,
  // dnf and microdnf, unless the mirrors answered that there is no such thing
  /^(?![^]*Status code: 404)[^]*(?:All mirrors were tried|Error downloading packages)/,
  // rustup
  /error sending request|error: could not download file/,
];

/** As podman-cli.ts says it. */
const stopped = /^podman run did not end within/m;
const installing =
  /^(?:Unpacking|Selecting previously|Preparing to unpack|Setting up|Processing triggers|Running scriptlet|Installing|Upgrading)\b/;

/** A mirror that drops packets makes everybody wait; a package that is being installed, as is said last, waits for something else. */
function waitedForMirror(output: string): boolean {
  const at = output.search(stopped);
  const last = output.slice(0, Math.max(0, at)).trimEnd().split('\n').at(-1) ?? '';
  return at !== -1 && !installing.test(last.trim());
}

/** Whatever else is said then comes of it. */
const full = /No space left on device|Disk quota exceeded/;

const mostSaid = 1500;

/**
 * Why the packages of a recipe could not be installed: `RECIPE_PACKAGES_UNREACHABLE` where a mirror did not answer, which
 * passes, else `RECIPE_IMAGE_FAILED`. The whole output counts, not its end alone.
 */
export const recipeFailure = (names: readonly string[], output: string): RunnerError => {
  const what = `${names.join(', ')} could not be installed`;
  const said = output.trim().split('\n').slice(-4).join(' | ');
  const isUnanswered = unanswered.some((pattern) => pattern.test(output)) || waitedForMirror(output);
  return isUnanswered && !full.test(output)
    ? new RunnerError(
        'RECIPE_PACKAGES_UNREACHABLE',
        `${what}, a mirror did not answer: ${said}`.slice(0, mostSaid),
      )
    : new RunnerError('RECIPE_IMAGE_FAILED', `${what}: ${said}`.slice(0, mostSaid));
};
