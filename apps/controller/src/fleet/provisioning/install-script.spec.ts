import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Release } from './install-files.ts';
import { quoteShell } from './quote-shell.ts';
import { writeInstallLine } from './write-install-line.ts';
import { writeInstallScript, writeRefusalScript, type InstallScriptValues } from './write-install-script.ts';
import { writeUninstallScript } from './wrap-script.ts';

const scripts = join(import.meta.dirname, '../../../../../systemd/install');
const scriptParts = readdirSync(scripts)
  .sort()
  .map((name) => ({ name, text: readFileSync(join(scripts, name), 'utf8') }));
const content = Buffer.from('console.log("agent")\n');
const release: Release = {
  scriptParts,
  files: [
    {
      path: 'agent/main.mjs',
      mode: '644',
      content,
      sha256: createHash('sha256').update(content).digest('hex'),
    },
  ],
};
const values: InstallScriptValues = {
  controllerUrl: 'https://wheels.example',
  token: 'iwb_0123456789abcdefghijkl',
  serverId: 'srv_1',
  serverName: "o'brien",
  pool: 'default',
  version: '0.1.0',
  trust: {
    kind: 'pinned',
    pin: 'cGlu',
    caPem: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n',
  },
  runtimes: [{ arch: 's390x', version: '24.21.0', sha256: 'a'.repeat(64), bytes: 50_000_000 }],
};
const script = writeInstallScript(release, values);
const shells = ['sh', 'dash', 'bash'].filter((shell) => spawnSync(shell, ['-c', ':']).status === 0);
/** Every program that the script could call, as one that tells that it was called. */
const programs = [...new Set(script.match(/\b[a-z][a-z0-9-]{1,20}\b/g))].filter(
  (word) =>
    !/^(?:sh|if|then|fi|else|elif|do|done|case|esac|for|in|while|exit|return|set|shift|trap|umask|export|readonly)$/.test(
      word,
    ),
);

describe('the install script', () => {
  let directory: string;
  let calls: string;
  const run = (text: string, args: readonly string[] = [], path = join(directory, 'bin')) =>
    spawnSync('/bin/sh', ['-s', '--', ...args], {
      input: text,
      encoding: 'utf8',
      cwd: directory,
      env: { PATH: path, CALLS: calls },
    });
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'ironwheel-script-'));
    calls = join(directory, 'calls');
    const bin = join(directory, 'bin');
    spawnSync('mkdir', [bin]);
    for (const program of programs) {
      const file = join(bin, program);
      writeFileSync(file, `#!/bin/sh\necho ${program} >>"$CALLS"\nexit 1\n`);
      chmodSync(file, 0o755);
    }
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it.each(shells)('is read without an error by %s', (shell) => {
    for (const text of [script, writeRefusalScript(['no']), writeUninstallScript(scriptParts)]) {
      expect(spawnSync(shell, ['-n'], { input: text, encoding: 'utf8' })).toMatchObject({
        status: 0,
        stderr: '',
      });
    }
  });

  it('does nothing when it was cut off, wherever that was', () => {
    const lastLine = script.trimEnd().lastIndexOf('\n') + 1;
    const everyKiB = Array.from({ length: Math.floor(script.length / 1024) + 1 }, (_, index) => index * 1024);
    const inTheLastLine = Array.from(
      { length: script.trimEnd().length - lastLine },
      (_, index) => lastLine + index,
    );
    for (const length of [...everyKiB, ...inTheLastLine]) run(script.slice(0, length));
    expect(existsSync(calls)).toBe(false);
    expect(readdirSync(directory).sort()).toEqual(['bin']);
  });

  it('runs when it is whole, so that the test above could fail', () => {
    run(script);
    expect(readFileSync(calls, 'utf8')).toContain('mktemp');
    rmSync(calls);
  });

  it('says what is wrong with a link, and ends with 1', () => {
    const refused = run(writeRefusalScript(["It's over: $(touch gone) `touch gone`."]), [], '/nowhere');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toBe("ironwheel: It's over: $(touch gone) `touch gone`.\n");
    expect(existsSync(join(directory, 'gone'))).toBe(false);
  });

  it('refuses an option that it does not know before it looks at anything', () => {
    const refused = run(script, ['--drn-run'], process.env['PATH']);
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toContain('unknown option: --drn-run');
  });

  it('keeps the token out of every argument of a program but the link itself', () => {
    const uses = script.split('\n').filter((line) => line.includes('$install_token'));
    expect(uses).toEqual([
      expect.stringMatching(/printf '%s\\n' "\$install_token" \| "\$root\/ironwheel-agent"/),
      expect.stringMatching(/fetch "\$controller_url\/install\/\$install_token\/progress/),
    ]);
  });

  it('quotes whatever a name holds', () => {
    const nasty = `a'b"c$(d)\`e\`\\f\n;g`;
    const said = spawnSync('/bin/sh', ['-c', `printf %s ${quoteShell(nasty)}`], { encoding: 'utf8' });
    expect(said.stdout).toBe(nasty);
  });

  it('is fetched with the key pinned where no public authority vouches for it', () => {
    const url = 'https://wheels.example/install/iwb_x';
    expect(writeInstallLine(url, values.trust)).toBe(`curl -sSk --pinnedpubkey 'sha256//cGlu' '${url}' | sh`);
    expect(writeInstallLine(url, { kind: 'public' })).toBe(`curl -sS '${url}' | sh`);
  });

  describe('fetching', () => {
    /** The script's own functions, with a download that answers from a file. */
    const fetchRelease = (answer: string) => {
      const source = [
        "root=/nowhere controller_url=https://wheels.example controller_ca='' TMPDIR=.",
        `install_files=${quoteShell(release.files.map((file) => `${file.sha256} ${file.content.length} ${file.mode} ${file.path}`).join('\n'))}`,
        ...scriptParts.filter(({ name }) => /^(?:10|40)-/.test(name)).map(({ text }) => text),
        `fetch() { printf %s ${quoteShell(answer)} >"$2"; }`,
        'make_work',
        'fetch_release',
        'find "$work/release" -type f',
      ].join('\n');
      return run(source, [], process.env['PATH']);
    };

    it('takes a file with the announced digest', () => {
      expect(fetchRelease(content.toString()).stdout).toContain('release/agent/main.mjs');
    });

    it('refuses one that was changed on the way, naming it, and leaves nothing behind', () => {
      const refused = fetchRelease('console.log("other")\n');
      expect(refused.status).toBe(1);
      expect(refused.stdout).toBe('');
      expect(refused.stderr).toMatch(/main\.mjs is not what the controller announced.*Nothing was installed/);
      expect(readdirSync(directory).filter((name) => name.startsWith('ironwheel-install'))).toEqual([]);
    });
  });
});
