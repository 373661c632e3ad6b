/**
 * A URL for people: no user name, no password, no query values (tokens stand there too), no fragment.
 * Works on text that is no URL as well, since errors are about those.
 */
export const redactUrl = (url: string): string => {
  const withoutUser = url.replace(/^([a-z][a-z0-9+.-]*:)?\/\/[^/?#]*@/i, '$1//***@');
  const [path = '', query] = (withoutUser.split('#', 1)[0] ?? '').split(/\?(.*)/s, 2);
  return query === undefined || query === '' ? path : `${path}?***`;
};
