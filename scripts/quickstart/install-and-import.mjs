import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runChild } from './run-child.mjs';
import { Stop } from './stop.mjs';

/** The environment of pip without any of its own settings: what is installed comes from our index alone. */
function pipEnvironment() {
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^PIP_|^PYTHON/.test(key)));
  return {
    ...env,
    PIP_CONFIG_FILE: '/dev/null',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
  };
}

const importScript = `
import importlib, importlib.metadata as metadata, importlib.machinery as machinery, json, sys
for name in sys.argv[1:]:
    files = metadata.files(name) or []
    tops, compiled = set(), 0
    for file in files:
        suffix = next((s for s in (*machinery.EXTENSION_SUFFIXES, ".py") if file.name.endswith(s)), None)
        if suffix is None or ".dist-info" in file.parts[0] or ".data" in file.parts[0] or ".." in file.parts:
            continue
        compiled += suffix != ".py"
        tops.add(file.parts[0] if len(file.parts) > 1 else file.name[:-len(suffix)])
    for top in sorted(tops):
        importlib.import_module(top)
    kind = "%d compiled" % compiled if compiled else "pure"
    print("  import %-28s %-10s %s" % (", ".join(sorted(tops)), metadata.version(name), kind))
`;

/** Installs the run's wheels into a fresh virtual environment, each checked by its hash, and imports them. */
export async function installAndImport(workDirectory, url, results) {
  const venv = join(workDirectory, 'venv');
  rmSync(venv, { recursive: true, force: true });
  const env = pipEnvironment();
  const made = await runChild('python3', ['-m', 'venv', venv], { capture: true, env });
  if (made.code !== 0)
    throw new Stop(`No virtual environment could be made: ${(made.stderr || made.stdout).trim()}`);
  // Wheels with a plain linux tag fit this kind of machine only, so they stand in the index of their target alone.
  const isPortable = results.every((row) => !/-linux_[a-z0-9_]+\.whl$/.test(row.wheel));
  const target = results.find((row) => row.python_tag !== undefined);
  const simple = isPortable
    ? `${url}/simple/`
    : `${url}/index/${target.python_tag}-${target.platform_tag}/simple/`;
  const requirements = join(workDirectory, 'requirements.txt');
  writeFileSync(
    requirements,
    results.map((row) => `${row.name}==${row.version} --hash=sha256:${row.sha256}\n`).join(''),
  );
  const pip = join(venv, 'bin', 'pip');
  const line = `pip install --index-url ${simple} ${results.map((row) => `${row.name}==${row.version}`).join(' ')}`;
  const args = [
    'install',
    '--no-cache-dir',
    '--only-binary',
    ':all:',
    '--require-hashes',
    '--index-url',
    simple,
    '-r',
    requirements,
  ];
  const installed = await runChild(pip, args, { capture: true, env });
  if (installed.code !== 0)
    throw new Stop(`pip could not install from ${simple}:\n${(installed.stdout + installed.stderr).trim()}`);
  console.log(`pip install --require-hashes --index-url ${simple}: ${results.length} wheels installed`);
  const imported = await runChild(
    join(venv, 'bin', 'python'),
    ['-I', '-c', importScript, ...results.map((row) => row.name)],
    {
      capture: true,
      env,
    },
  );
  process.stdout.write(imported.stdout);
  if (imported.code !== 0)
    throw new Stop(`An installed wheel cannot be imported:\n${imported.stderr.trim()}`);
  return line;
}
