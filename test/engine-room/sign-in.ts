import type { BrowserContext } from 'playwright-core';

/** Opens a session with a token, and puts its cookie into a profile, as the sign-in page does. */
export async function signIn(context: BrowserContext, url: string, token: string): Promise<void> {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ token }),
  });
  const [name = '', value = ''] = (answer.headers.get('set-cookie') ?? '').split(';')[0]?.split('=') ?? [];
  await context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }]);
}
