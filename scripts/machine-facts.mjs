// What this machine has of the things that only some tests need. Everything here answers; nothing throws.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const asked = (program, args, timeoutMs = 20_000) => {
  const result = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: timeoutMs,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { ok: result.status === 0, text: (result.stdout ?? '').trim() };
};

/** Python's own word on whether extensions can be built and environments be made. */
const pythonProbe = `
import ensurepip, os, sys, sysconfig, venv
print(os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))
`;

/** Asks pip for one small project on the index that its own configuration names; no host is written here. */
const indexAnswers = () =>
  asked('python3', [
    '-m',
    'pip',
    '--disable-pip-version-check',
    'index',
    'versions',
    'pip',
    '--timeout',
    '8',
    '--retries',
    '1',
  ]).ok;

/**
 * Names what is missing here and which tests that costs. An empty list: everything can run.
 * @returns {{ what: string, costs: string }[]}
 */
export function missingHere() {
  const missing = [];
  const say = (what, costs) => missing.push({ what, costs });
  if (!['/usr/bin/chromium', '/usr/bin/chromium-browser'].some((path) => existsSync(path)))
    say('no chromium in /usr/bin', 'pages in a browser (in the suite engine-room)');
  if (!asked('redis-server', ['--version']).ok) say('no redis-server', 'the queue backend redis');
  if (!asked('java', ['-version']).ok) say('no java', 'the queue backend kafka (in the suite queues)');
  else if (!asked('mvn', ['-version']).ok)
    say('no mvn', 'fetching a broker for the queue backend kafka (in the suite queues)');
  if (!asked('python3', ['--version']).ok) {
    say('no python3', 'builds of wheels');
    return missing;
  }
  const python = asked('python3', ['-c', pythonProbe]);
  if (!python.ok) say('python3 has no venv or ensurepip (python3-venv)', 'builds of wheels');
  else if (python.text !== 'True') say('no Python headers (python3-dev)', 'builds of C extensions');
  if (!['cc', 'gcc', 'clang'].some((name) => asked(name, ['--version']).ok)) {
    say('no C compiler', 'builds of C extensions');
  }
  if (!asked('python3', ['-m', 'pip', '--version']).ok) say('python3 has no pip', 'asking the package index');
  else if (!indexAnswers()) say('no package index can be reached', 'tests that install from the index');
  const podman = asked('podman', ['--version']);
  if (!podman.ok) say('no podman', 'the podman suite');
  else if (!existsSync('/proc/self/ns/user')) say('no user namespaces', 'rootless podman');
  return missing;
}
