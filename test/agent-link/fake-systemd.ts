import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const script = `#!/bin/sh
dir="$FAKE_SYSTEMD_DIR"
echo "$*" >> "$dir/calls"
for last; do :; done
set_unit() { printf 'LoadState=loaded\\nActiveState=%s\\nSubState=%s\\nMainPID=%s\\nNRestarts=0\\nInvocationID=%s\\nJob=%s\\nResult=%s\\nTimeoutStopUSec=30s\\nTimeoutStartUSec=30s\\n' "$@" > "$dir/unit.new"; mv "$dir/unit.new" "$dir/unit"; }
next() { n=$(($(cat "$dir/runs") + 1)); echo "$n" > "$dir/runs"; echo "$n"; }
case " $* " in
  *" show "*ironwheel-worker.service*) cat "$dir/unit" ;;
  *" show "*) echo "Sat 2026-01-01 00:00:00 UTC" ;;
  *" start "*) n=$(next); if [ -e "$dir/broken" ]; then set_unit failed failed 0 "run$n" "" exit-code; else set_unit active running "$((1000 + n))" "run$n" "" success; fi ;;
  *" stop "*) if [ -e "$dir/slow" ]; then set_unit deactivating stop-sigterm 1000 old 7 success; else set_unit inactive dead 0 "" "" success; fi ;;
  *" restart "*) n=$(next); set_unit active running "$((1000 + n))" "run$n" "" success ;;
  *) echo "Unknown command verb $last." >&2; exit 1 ;;
esac
`;

/** A `systemctl` of a directory's own, whose unit is a file. One at a time: it stands first on this process's path. */
export class FakeSystemd {
  readonly directory = mkdtempSync(join(tmpdir(), 'iw-systemd-'));
  readonly #path = process.env['PATH'] ?? '';

  constructor() {
    const bin = join(this.directory, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'systemctl'), script);
    chmodSync(join(bin, 'systemctl'), 0o755);
    writeFileSync(join(this.directory, 'runs'), '0\n');
    writeFileSync(join(this.directory, 'calls'), '');
    this.set('inactive', 'dead');
    process.env['PATH'] = `${bin}${delimiter}${this.#path}`;
    process.env['FAKE_SYSTEMD_DIR'] = this.directory;
  }

  set(active: string, sub: string, more = ''): void {
    // In one go, as the script does it: a look that finds the file empty takes the unit for one that is not there.
    const next = join(this.directory, 'unit.set');
    writeFileSync(next, `LoadState=loaded\nActiveState=${active}\nSubState=${sub}\nMainPID=0\n${more}`);
    renameSync(next, join(this.directory, 'unit'));
  }

  get unit(): string {
    return readFileSync(join(this.directory, 'unit'), 'utf8');
  }

  /** A stop stays under way until the unit is set by the test. */
  set isSlow(slow: boolean) {
    this.#flag('slow', slow);
  }

  /** A start fails. */
  set isBroken(broken: boolean) {
    this.#flag('broken', broken);
  }

  /** Every call but the looks. */
  get calls(): string[] {
    return readFileSync(join(this.directory, 'calls'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.includes(' show '));
  }

  close(): void {
    process.env['PATH'] = this.#path;
    delete process.env['FAKE_SYSTEMD_DIR'];
    rmSync(this.directory, { recursive: true, force: true });
  }

  #flag(name: string, on: boolean): void {
    const path = join(this.directory, name);
    if (on) writeFileSync(path, '');
    else if (existsSync(path)) rmSync(path);
  }
}
