import { IndexUnreachableError } from './index-error.ts';
import { type Netrc, type NetrcLogin } from './netrc.ts';

/** One index: the address of its simple API, for example `https://…/simple/`. User and password in it are used. */
export interface IndexSource {
  readonly url: string;
  readonly credentials?: { readonly username: string; readonly password: string };
}

export interface PreparedIndex {
  /** Ends in `/`, without credentials. */
  readonly url: string;
  /** Value of `Authorization`. */
  readonly authorization: string | undefined;
}

const decodeUserInfo = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    // A "%" that escapes nothing is meant as it stands.
    return text;
  }
};

const toBasic = (username: string, password: string): string | undefined =>
  username === '' && password === ''
    ? undefined
    : `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

const toNetrcBasic = (login: NetrcLogin | null | undefined): string | undefined =>
  login === null || login === undefined ? undefined : toBasic(login.login, login.password);

/** Throws `IndexUnreachableError` for what is no http or https address. Credentials that are given win over netrc. */
export const prepareIndex = (source: IndexSource, netrc: Netrc | null): PreparedIndex => {
  const { url, credentials } = source;
  if (!URL.canParse(url) || !/^https?:/i.test(url)) {
    throw new IndexUnreachableError('network', url, 'it is not an http or https address.');
  }
  const parsed = new URL(url);
  const username = credentials?.username ?? decodeUserInfo(parsed.username);
  const password = credentials?.password ?? decodeUserInfo(parsed.password);
  parsed.username = '';
  parsed.password = '';
  parsed.hash = '';
  if (!parsed.pathname.endsWith('/')) parsed.pathname += '/';
  const fromNetrc = toNetrcBasic(netrc?.machines.get(parsed.hostname) ?? netrc?.fallback);
  return { url: parsed.href, authorization: toBasic(username, password) ?? fromNetrc };
};

/**
 * What is sent along to a file: the credentials of the index at its origin (of several the one with the longest common
 * path), else those that netrc states for its very host. A listing may name any host, so `default` of netrc is not
 * for files, nor is http without encryption.
 */
export const findFileAuthorization = (
  fileUrl: string,
  indexes: readonly PreparedIndex[],
  netrc: Netrc | null,
): string | undefined => {
  const file = new URL(fileUrl);
  const near = indexes
    .filter(({ url }) => new URL(url).origin === file.origin)
    .map((index) => ({ index, common: countCommonSegments(new URL(index.url).pathname, file.pathname) }))
    .sort((one, other) => other.common - one.common)[0];
  if (near !== undefined) return near.index.authorization;
  return file.protocol === 'https:' ? toNetrcBasic(netrc?.machines.get(file.hostname)) : undefined;
};

const countCommonSegments = (one: string, other: string): number => {
  const others = other.split('/');
  const segments = one.split('/');
  const firstOther = segments.findIndex((segment, at) => segment !== others[at]);
  return firstOther === -1 ? segments.length : firstOther;
};
