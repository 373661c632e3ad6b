import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { childEnvironment, nodeBin, root } from '../setup.mjs';
import { readEvent } from './read-event.mjs';

const upStopMs = 120_000;

/** `ironwheel up` as a child of ours; its log goes to a file, its events to us. */
/**
 * @param {{cli: string, dataDirectory: string, logFile: string, port: string, runner: string}} options
 */
export function startUp({ cli, dataDirectory, logFile, port, runner }) {
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'w', 0o600);
  const args = ['up', '--json', '--port', port, '--runner', runner, '--data-dir', dataDirectory];
  const child = spawn(nodeBin(), [cli, ...args], {
    cwd: root,
    env: childEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C is for us; we end it in our own time.
    detached: true,
  });
  const up = { child, index: null, pipProblem: null, tail: [], ready: null, ended: null };
  const note = (line) => {
    writeSync(log, `${line}\n`);
    up.tail = [...up.tail, line].slice(-15);
  };
  up.ended = once(child, 'close').then(([code, signal]) => {
    closeSync(log);
    return signal ?? `exit code ${code}`;
  });
  createInterface({ input: child.stderr }).on('line', note);
  up.ready = new Promise((done) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = readEvent(line);
      if (event.event === 'log') return note(`${event.from}: ${event.line}`);
      note(event.event === undefined ? line : `up: ${line}`);
      if (event.event === 'pip') ({ index: up.index, problem: up.pipProblem } = event);
      else if (event.event === 'worker') console.log(`Worker with runner ${event.runner} (${event.reason}).`);
      else if (event.event === 'restart') console.log(`${event.description}; it is started again.`);
      else if (event.event === 'ready') done(event);
    });
  });
  return up;
}

/** SIGTERM, once more when it takes long, and never an orphan: `up` ends its children itself. */
export async function stopUp(up) {
  if (up.child.exitCode !== null || up.child.signalCode !== null) return;
  up.child.kill('SIGTERM');
  const hurry = setTimeout(() => up.child.kill('SIGTERM'), upStopMs / 2);
  const kill = setTimeout(() => up.child.kill('SIGKILL'), upStopMs);
  await up.ended;
  clearTimeout(hurry);
  clearTimeout(kill);
}
