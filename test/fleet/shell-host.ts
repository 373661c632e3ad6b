import { mustEndWell, type Finished, type RunOptions } from './run-command.ts';

/** A Linux machine on which a test is root. */
export abstract class ShellHost {
  abstract readonly name: string;

  /** Runs a shell command as root on the host, whatever its exit code. */
  abstract try(command: string, options?: RunOptions): Promise<Finished>;

  /** The same, and throws when it fails; answers what it printed. */
  async exec(command: string, options: RunOptions = {}): Promise<string> {
    return mustEndWell(`on ${this.name}: ${command.slice(0, 200)}`, await this.try(command, options));
  }

  /**
   * Ids of the processes whose command lines have all of these in them. Looked for on this side: over there a search
   * (`pgrep -f`) finds the shell that was told to search.
   */
  async findProcesses(...texts: readonly string[]): Promise<readonly number[]> {
    const listed = await this.exec('ps -e -ww -o pid= -o args=');
    return listed
      .split('\n')
      .filter((line) => texts.every((text) => line.includes(text)))
      .map((line) => Number.parseInt(line, 10));
  }

  /** Everything that a unit wrote to the journal. */
  async journal(unit: string, lines = 200): Promise<string> {
    return (await this.try(`journalctl --no-pager --output=cat --unit=${unit} --lines=${lines}`)).stdout;
  }

  /** One property of a unit, as `systemctl show` tells it. */
  async unit(unit: string, property: string): Promise<string> {
    return (await this.exec(`systemctl show --value --property=${property} ${unit}`)).trim();
  }
}
