import { InvalidArgumentError } from 'commander';

/** Parsers of option values; a bad value is a usage error that names what was expected. */
export const integerOption =
  (min: number, max: number) =>
  (text: string): number => {
    const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) {
      throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
    }
    return value;
  };

export const urlOption = (text: string): string => {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol) || url.username !== '') {
    throw new InvalidArgumentError('Expected an http:// or https:// URL without a user in it.');
  }
  return text.replace(/\/+$/, '');
};

/** Of a package index: pip's own form, which may carry credentials. */
export const indexUrlOption = (text: string): string => {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidArgumentError('Expected an http:// or https:// URL.');
  }
  return text;
};

export const pythonOption = (text: string): string => {
  if (!/^3\.\d{1,2}(?:\.\d{1,3})?t?$/.test(text)) {
    throw new InvalidArgumentError(
      'Expected a Python version such as 3.12, or 3.13t for a free-threaded one.',
    );
  }
  return text;
};

/** `2026-01-31`, or a moment in RFC 3339; as UTC. */
export const timeOption = (text: string): string => {
  const form = /^\d{4}-\d{2}-\d{2}(?:[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2}))?$/;
  const time = form.test(text) ? new Date(text) : new Date(Number.NaN);
  // 30 February is the 2nd of March to a Date.
  if (Number.isNaN(time.getTime()) || (text.length === 10 && time.toISOString().slice(0, 10) !== text)) {
    throw new InvalidArgumentError('Expected a day or a moment, such as 2026-01-31 or 2026-01-31T12:00:00Z.');
  }
  return time.toISOString();
};

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `90s`, `15m`, `12h`, `30d`; in seconds. */
export const durationOption = (text: string): number => {
  const match = /^(\d{1,9})([smhd])$/.exec(text);
  const factor = unitSeconds[match?.[2] ?? ''];
  if (match === null || factor === undefined) {
    throw new InvalidArgumentError('Expected a number with a unit: 90s, 15m, 12h or 30d.');
  }
  return Number(match[1]) * factor;
};

/** Collects an option that may be given more than once, each with several values separated by commas. */
export const listOption = (text: string, before: readonly string[] = []): string[] => [
  ...before,
  ...text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
];

/** Collects an option `NAME=VALUE` that may be given more than once; an empty value is for the command to understand. */
export const pairOption = (
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> => {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected NAME=VALUE.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
};

/** Pairs on top of those of before: an empty value takes a name away. */
export const mergePairs = (
  before: Readonly<Record<string, string>>,
  pairs: Readonly<Record<string, string>>,
): Record<string, string> =>
  Object.fromEntries(Object.entries({ ...before, ...pairs }).filter(([, value]) => value !== ''));
