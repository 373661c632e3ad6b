import { describe, expect, it } from 'vitest';
import { complaintOf, PodmanCli } from './podman-cli.ts';

const shell = new PodmanCli('/bin/sh', {});

describe('a call of podman', () => {
  it('that takes too long is ended, and the complaint says so', async () => {
    const result = await shell.run(['-c', 'echo "level=warning: slow" >&2; exec sleep 60'], 200);
    expect(result.ok).toBe(false);
    expect(complaintOf(result)).toBe('podman -c did not end within 0.2 s');
  });

  it('that fails by itself is told in its own words', async () => {
    const result = await shell.run(['-c', 'echo "Error: no such image" >&2; exit 125']);
    expect(result).toMatchObject({ ok: false, stderr: 'Error: no such image\n' });
    expect(complaintOf(result)).toBe('Error: no such image');
  });
});
