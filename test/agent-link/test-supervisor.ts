import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@ironwheel/config';
import { createLogger } from '@ironwheel/logging';
import { agentSection } from '../../apps/agent/src/config/agent-config.ts';
import { saveAgentIdentity } from '../../apps/agent/src/enroll/agent-identity.ts';
import { runSupervisor } from '../../apps/agent/src/supervisor/run-supervisor.ts';
import { until, type TestAgentRow } from './fleet-rows.ts';

type Line = Readonly<Record<string, unknown>> & { readonly msg: string };

/** The real supervisor, in this process, with a state directory of its own. */
export class TestSupervisor {
  readonly lines: Line[] = [];
  readonly status: string[] = [];
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  private constructor(
    readonly row: TestAgentRow,
    readonly directory: string,
  ) {}

  static async start(url: string, row: TestAgentRow, directory?: string): Promise<TestSupervisor> {
    const supervisor = new TestSupervisor(row, directory ?? mkdtempSync(join(tmpdir(), 'iw-supervisor-')));
    const privateKey = row.key.export({ type: 'pkcs8', format: 'pem' }) as string;
    const identity = { agent_id: row.agentId, server_id: row.serverId, name: row.name, url };
    await saveAgentIdentity(supervisor.directory, identity, privateKey);
    supervisor.#running = runSupervisor({
      stateDirectory: supervisor.directory,
      agent: loadConfig([agentSection], {}, { foreignKeys: [] }).get(agentSection),
      notifier: {
        ready: (text) => void supervisor.status.push(text),
        status: (text) => void supervisor.status.push(text),
        stopping: () => undefined,
        close: () => undefined,
      },
      logger: createLogger({
        service: 'supervisor',
        level: 'debug',
        pretty: false,
        write: (line) => void supervisor.lines.push(JSON.parse(line) as Line),
      }),
      stopSignal: supervisor.#stop.signal,
    });
    return supervisor;
  }

  line(beginning: string, after = 0): Promise<Line> {
    return until(
      `a line "${beginning}"`,
      () => this.lines.slice(after).find(({ msg }) => msg.startsWith(beginning)),
      40_000,
    );
  }

  get record(): { readonly last_generation: number; readonly seen: readonly string[] } {
    return JSON.parse(readFileSync(join(this.directory, 'commands.json'), 'utf8')) as {
      last_generation: number;
      seen: string[];
    };
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
