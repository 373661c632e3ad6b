import { callController, createSampleWheel, startController, TestWorker } from '@ironwheel/testing';
import { describe, expect, it } from 'vitest';

const target = { python_tag: 'cp312', platform_tag: 'manylinux_2_28_s390x' };
const wheel = createSampleWheel({ name: 'index-pure' });

describe('package index with a read token', () => {
  it('asks for a credential, takes a viewer token as a Basic password, and lets only the reader keep it', async () => {
    const controller = await startController({
      env: { INDEX_READ_TOKEN_REQUIRED: 'true', INDEX_UPSTREAM_PASSTHROUGH: 'false' },
    });
    try {
      const worker = await TestWorker.enroll(controller);
      await worker.publish(wheel, 'index-pure', '1.0', target);
      const { body } = await callController(controller, 'POST', '/api/tokens', controller.adminToken, {
        name: 'pip',
        role: 'viewer',
      });
      const basic = `Basic ${Buffer.from(`anyone:${body.token}`).toString('base64')}`;
      const paths = ['/simple/', '/simple/index-pure/', `/files/${wheel.sha256}/${wheel.filename}`];
      for (const path of paths) {
        const refused = await fetch(controller.url + path);
        expect(refused.status).toBe(401);
        expect(refused.headers.get('www-authenticate')).toMatch(/^Basic /);
        const wrong = await fetch(controller.url + path, { headers: { authorization: 'Basic eDp5' } });
        expect(wrong.status).toBe(401);
        const taken = await fetch(controller.url + path, { headers: { authorization: basic } });
        expect(taken.status).toBe(200);
        expect(taken.headers.get('cache-control')).toMatch(/^private/);
        expect(taken.headers.get('set-cookie')).toBeNull();
        await taken.arrayBuffer();
      }
      expect(
        (await fetch(`${controller.url}/simple/not-ours/`, { headers: { authorization: basic } })).status,
      ).toBe(404);
    } finally {
      await controller.close();
    }
  });
});
