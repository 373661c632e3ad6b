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

export const pythonOption = (text: string): string => {
  if (!/^3\.\d{1,2}(?:\.\d{1,3})?$/.test(text)) {
    throw new InvalidArgumentError('Expected a Python version such as 3.12.');
  }
  return text;
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
