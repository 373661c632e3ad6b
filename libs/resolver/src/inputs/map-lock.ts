import {
  type LockFile,
  type LockSelection,
  type LockSource,
  type SelectedPackage,
} from '@ironwheel/packaging';
import { redactUrl } from '../index-client/redact-url.ts';
import { findWheelFileName, isPureWheel } from '@ironwheel/packaging';
import { InputInvalidError } from './input-error.ts';
import { type LockedFile, type LockedPackage, type LockedSource } from './locked-package.ts';

/** The others prove nothing. */
const soundAlgorithms: ReadonlySet<string> = new Set(['sha256', 'sha384', 'sha512']);
const mostNames = 20;

const nameOf = ({ normalizedName, version }: SelectedPackage): string =>
  version === null ? normalizedName : `${normalizedName} ${version.text}`;

/** Plans are shown to many: a lock's user name and password go no further. `git@` of ssh is no secret. */
const withoutCredentials = (text: string): string => {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  if (url.username === '' && url.password === '') return text;
  url.password = '';
  if (url.protocol === 'http:' || url.protocol === 'https:') url.username = '';
  return url.href;
};

const toSource = (source: LockSource): LockedSource => {
  switch (source.kind) {
    case 'index':
      return { kind: 'index', url: source.url === null ? null : withoutCredentials(source.url) };
    case 'url':
      return { kind: 'url', url: withoutCredentials(source.url) };
    case 'git':
      return { ...source, url: withoutCredentials(source.url) };
    case 'path':
      return { kind: 'directory', path: source.path };
  }
};

const toFile = ({ filename, url, hashes, size, uploadTime }: LockFile): LockedFile => ({
  filename,
  // A `file:` URL is a place of the machine where the lock was made.
  url: url !== null && /^https?:/i.test(url) ? withoutCredentials(url) : null,
  hashes: Object.fromEntries(Object.entries(hashes).filter(([algorithm]) => soundAlgorithms.has(algorithm))),
  size,
  uploadTime,
});

/** Anyone on the way could choose the bytes of a file that comes over http and is checked by nothing. */
const findUnprotected = (file: LockedFile): string | undefined =>
  file.url?.startsWith('http:') === true && Object.keys(file.hashes).length === 0
    ? `${file.filename} comes over http (${redactUrl(file.url)}) and the lock has no SHA-256 of it; lock it with hashes, or from an https index`
    : undefined;

const toLockedPackage = (one: SelectedPackage, fileName: string): LockedPackage => ({
  normalizedName: one.normalizedName,
  version: one.version,
  label: `${fileName}: ${nameOf(one)}`,
  isDirect: one.isDirect,
  source: toSource(one.source),
  files: one.files.map(toFile),
  needs: one.needs.map(({ normalizedName, version, extras, marker }) => ({
    name: normalizedName,
    version: version?.text ?? null,
    extras,
    marker,
  })),
});

/** Throws `InputInvalidError` for files that nothing would protect. */
export const toLockedPackages = (selection: LockSelection, fileName: string): LockedPackage[] => {
  const packages = selection.packages.map((one) => toLockedPackage(one, fileName));
  const problems = packages.flatMap(({ files, label }) =>
    files.flatMap((file) => {
      const problem = findUnprotected(file);
      return problem === undefined ? [] : [`${label}: ${problem}.`];
    }),
  );
  if (problems.length > 0) throw new InputInvalidError(problems);
  return packages;
};

const listNames = (packages: readonly SelectedPackage[]): string => {
  const names = packages.slice(0, mostNames).map(nameOf).join(', ');
  return packages.length > mostNames ? `${names} and ${packages.length - mostNames} more` : names;
};

const isPureFile = ({ filename }: LockFile): boolean => {
  const wheel = findWheelFileName(filename);
  return wheel !== undefined && isPureWheel(wheel);
};

/** Sentences about what of a lock cannot be taken as it stands. */
export const describeLock = ({ packages, roots, notes }: LockSelection, fileName: string): string[] => {
  const local = packages.filter(({ source }) => source.kind === 'path');
  const unbuildable = packages.filter(
    ({ source, files }) =>
      source.kind === 'index' && files.every((file) => file.kind === 'wheel' && !isPureFile(file)),
  );
  const sentences = [
    ...notes,
    ...(roots.length === 0
      ? []
      : [`It was made for ${roots.slice(0, mostNames).join(', ')}, which is not planned itself.`]),
    ...(local.length === 0
      ? []
      : [
          `These are folders or files of the machine where it was made: ${listNames(local)}. Hand in their sdists or wheels as well.`,
        ]),
    ...(unbuildable.length === 0
      ? []
      : [
          `It names neither an sdist nor a pure wheel of ${listNames(unbuildable)}; what does not fit the target can be built only from a source that is handed in or that the index has.`,
        ]),
  ];
  return sentences.map((sentence) => `${fileName}: ${sentence}`);
};
