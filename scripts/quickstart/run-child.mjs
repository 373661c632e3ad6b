import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { childEnvironment, root } from '../setup.mjs';

let running = null;
/** Runs a child on this terminal; resolves with its exit code and, with `capture`, what it printed. */
export async function runChild(file, args, { capture = false, env = childEnvironment() } = {}) {
  const child = spawn(file, args, {
    cwd: root,
    env,
    stdio: ['ignore', capture ? 'pipe' : 'inherit', capture ? 'pipe' : 'inherit'],
  });
  running = child;
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (part) => (stdout += part));
  child.stderr?.on('data', (part) => (stderr += part));
  const [code] = await once(child, 'close');
  running = null;
  return { code: code ?? 1, stdout, stderr };
}

/** Ends the child that runs now, if there is one. */
export const stopRunning = () => running?.kill('SIGTERM');
