import { PackagingError, quoteForError } from './packaging-error.ts';
import { stripWhiteSpace } from './white-space.ts';

/**
 * A number of a version. Beyond what a double holds exactly it is a bigint: date stamps of 17 digits and more occur,
 * and rounding them makes two different releases equal (which is why no library is used here). Equal values always
 * have the same representation, so `===` and `<` are right for both.
 */
export type VersionNumber = number | bigint;

export interface PreRelease {
  readonly phase: 'a' | 'b' | 'rc';
  readonly number: VersionNumber;
}

/** A version by PEP 440. */
export interface Version {
  readonly epoch: VersionNumber;
  readonly release: readonly VersionNumber[];
  readonly pre: PreRelease | null;
  readonly post: VersionNumber | null;
  readonly dev: VersionNumber | null;
  readonly local: readonly (VersionNumber | string)[] | null;
  /** The normalized text. */
  readonly text: string;
}

const longestVersion = 1000;
const longestExactNumber = 15;

/** The pattern of PEP 440, appendix B, without anchors. */
const versionPattern =
  /^v?(?:(?<epoch>[0-9]+)!)?(?<release>[0-9]+(?:\.[0-9]+)*)(?:[-_.]?(?<phase>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?<pre>[0-9]+)?)?(?<post>-(?<dash>[0-9]+)|[-_.]?(?:post|rev|r)[-_.]?(?<postNumber>[0-9]+)?)?(?<dev>[-_.]?dev[-_.]?(?<devNumber>[0-9]+)?)?(?:\+(?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?$/;

const phases: Readonly<Record<string, PreRelease['phase']>> = {
  a: 'a',
  alpha: 'a',
  b: 'b',
  beta: 'b',
  c: 'rc',
  rc: 'rc',
  pre: 'rc',
  preview: 'rc',
};

/** The value of ASCII digits, exact at any length. */
export const toVersionNumber = (digits: string): VersionNumber => {
  const significant = digits.replace(/^0+(?=[0-9])/, '');
  return significant.length <= longestExactNumber ? Number(significant) : BigInt(significant);
};

const parseLocal = (text: string): (VersionNumber | string)[] =>
  text.split(/[-_.]/).map((part) => (/^[0-9]+$/.test(part) ? toVersionNumber(part) : part));

const formatVersion = (version: Omit<Version, 'text'>): string => {
  const { epoch, release, pre, post, dev, local } = version;
  const parts = [epoch === 0 ? '' : `${epoch}!`, release.join('.')];
  if (pre !== null) parts.push(`${pre.phase}${pre.number}`);
  if (post !== null) parts.push(`.post${post}`);
  if (dev !== null) parts.push(`.dev${dev}`);
  if (local !== null) parts.push(`+${local.join('.')}`);
  return parts.join('');
};

const zero = 48;
const nine = 57;
const dot = 46;

/**
 * A normalized release and nothing else, such as `1.26.4`: what most versions are. It is read by hand, since that
 * takes a fraction of the pattern's time. Undefined: the pattern must tell.
 */
const findPlainRelease = (text: string): number[] | undefined => {
  const release: number[] = [];
  let value = 0;
  let digits = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= zero && code <= nine) {
      digits += 1;
      if (digits > longestExactNumber || (digits > 1 && value === 0)) return undefined;
      value = value * 10 + code - zero;
    } else if (code === dot && digits > 0) {
      release.push(value);
      value = 0;
      digits = 0;
    } else return undefined;
  }
  if (digits === 0) return undefined;
  release.push(value);
  return release;
};

/** Reads a version (PEP 440); undefined when the text is none. */
export const findVersion = (text: string): Version | undefined => {
  const plain = text.length > longestVersion ? undefined : findPlainRelease(text);
  if (plain !== undefined) {
    return { epoch: 0, release: plain, pre: null, post: null, dev: null, local: null, text };
  }
  const trimmed = text.length > longestVersion ? '' : stripWhiteSpace(text);
  // ASCII first: lower-casing turns some other letters into ASCII ones.
  if (!/^[!-~]+$/.test(trimmed)) return undefined;
  const groups = versionPattern.exec(trimmed.toLowerCase())?.groups;
  if (groups?.['release'] === undefined) return undefined;
  const phase = groups['phase'] === undefined ? undefined : phases[groups['phase']];
  const numbers = {
    epoch: toVersionNumber(groups['epoch'] ?? '0'),
    release: groups['release'].split('.').map(toVersionNumber),
    pre: phase === undefined ? null : { phase, number: toVersionNumber(groups['pre'] ?? '0') },
    post:
      groups['post'] === undefined ? null : toVersionNumber(groups['dash'] ?? groups['postNumber'] ?? '0'),
    dev: groups['dev'] === undefined ? null : toVersionNumber(groups['devNumber'] ?? '0'),
    local: groups['local'] === undefined ? null : parseLocal(groups['local']),
  };
  return { ...numbers, text: formatVersion(numbers) };
};

/** Reads a version (PEP 440). Throws `VERSION_INVALID`. */
export const parseVersion = (text: string): Version => {
  const version = findVersion(text);
  if (version === undefined) {
    throw new PackagingError('VERSION_INVALID', `${quoteForError(text)} is not a version (PEP 440).`);
  }
  return version;
};

/** Pre-releases in the sense of PEP 440: alpha, beta, candidate, and every development release. */
export const isPrerelease = (version: Version): boolean => version.pre !== null || version.dev !== null;

/** The version without its local label. */
export const toPublicVersion = (version: Version): Version => {
  if (version.local === null) return version;
  const numbers = { ...version, local: null };
  return { ...numbers, text: formatVersion(numbers) };
};

/** Equal for equal versions: `1.0` and `1.0.0` are one release, however its files spell it. */
export const toVersionKey = (version: Version): string => {
  const last = version.release.findLastIndex((part) => part !== 0);
  return formatVersion({ ...version, release: version.release.slice(0, Math.max(last + 1, 1)) });
};
