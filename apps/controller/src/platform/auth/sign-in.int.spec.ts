import { callController, startController, type TestController } from '@ironwheel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let controller: TestController;
beforeAll(async () => {
  controller = await startController({ features: [] });
});
afterAll(() => controller.close());

const signIn = (token: string, headers: Record<string, string> = { origin: controller.url }) =>
  fetch(`${controller.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ token }),
  });
const cookieOf = (answer: Response): string => (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
const whoIs = (cookie: string) => fetch(`${controller.url}/api/session`, { headers: { cookie } });

async function mint(role: string): Promise<{ token: string; token_id: string }> {
  const answer = await callController<{ token: string; token_id: string }>(
    controller,
    'POST',
    '/api/tokens',
    controller.adminToken,
    { name: role, role },
  );
  return answer.body;
}

describe('signing in from a page', () => {
  it('turns a token into a session that says who it is and holds no token', async () => {
    const { token } = await mint('operator');
    const answer = await signIn(token);
    expect([answer.status, await answer.json()]).toMatchObject([200, { name: 'operator', role: 'operator' }]);
    expect(answer.headers.get('set-cookie')).toMatch(/; HttpOnly; SameSite=Strict$/);
    expect(answer.headers.get('set-cookie')).not.toContain(token);
    expect(await (await whoIs(cookieOf(answer))).json()).toMatchObject({ role: 'operator' });
  });

  it('replaces the session of a token that was revoked', async () => {
    const leaver = await mint('viewer');
    const old = cookieOf(await signIn(leaver.token));
    await callController(controller, 'DELETE', `/api/tokens/${leaver.token_id}`, controller.adminToken);
    expect((await whoIs(old)).status).toBe(401);
    const again = await signIn(controller.adminToken, { origin: controller.url, cookie: old });
    expect((await whoIs(cookieOf(again))).status).toBe(200);
  });

  it('refuses a wrong token, a machine’s token and another site', async () => {
    expect((await signIn('iw_wrong')).status).toBe(401);
    expect((await signIn((await mint('worker')).token)).status).toBe(403);
    const foreign = await signIn(controller.adminToken, { origin: 'https://evil.example' });
    expect([foreign.status, foreign.headers.get('set-cookie')]).toEqual([403, null]);
    expect((await signIn(controller.adminToken, {})).status).toBe(403);
  });

  it('a page is not answered with the browser’s own window for passwords, a navigation is', async () => {
    const page = await fetch(`${controller.url}/api/session`, { headers: { 'sec-fetch-dest': 'empty' } });
    expect([page.status, page.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="ironwheel"']);
    const navigation = await fetch(`${controller.url}/api/session`, {
      headers: { 'sec-fetch-dest': 'document' },
    });
    expect(navigation.headers.get('www-authenticate')).toMatch(/^Basic /);
  });
});
