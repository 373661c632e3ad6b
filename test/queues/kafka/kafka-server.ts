import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDirectory, findFreePort, removeTestDirectory, waitForPort } from '@ironwheel/testing';
import { endWithThisProcess } from '../../../libs/testing/src/postgres-watchdog.ts';
import { repositoryRoot } from '../../guards/repository-files.ts';

const jars = join(repositoryRoot, '.cache', 'kafka', 'jars');
const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies';
const heapMb = 384;
const readyMs = 120_000;

const canRun = (program: string, ...args: string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0;

/** Fetches the broker once, by Maven and its settings. Null when there is one, else why there is none. */
export function prepareKafka(): string | null {
  if (!canRun('java', '-version')) return 'no java';
  if (existsSync(jars)) return null;
  if (!canRun('mvn', '-version')) return 'no mvn to fetch the broker with';
  const fresh = `${jars}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  const pom = join(import.meta.dirname, 'pom.xml');
  const { status } = spawnSync('mvn', ['-q', '-B', '-f', pom, plugin, `-DoutputDirectory=${fresh}`], {
    stdio: 'ignore',
    timeout: 600_000,
  });
  if (status === 0 && readdirSync(fresh).some((name) => name.startsWith('kafka_'))) {
    renameSync(fresh, jars);
    return null;
  }
  rmSync(fresh, { recursive: true });
  return 'mvn could not fetch the broker';
}

/** A private Kafka of one node in KRaft mode on free loopback ports, with a data directory of its own. */
export class TestKafka {
  readonly #directory: string;
  readonly #port: number;
  #child: ChildProcess | null = null;
  #callOff = (): void => undefined;

  private constructor(directory: string, port: number) {
    this.#directory = directory;
    this.#port = port;
  }

  static async start(): Promise<TestKafka> {
    const directory = createTestDirectory('kafka');
    const port = await findFreePort();
    const controllerPort = await findFreePort();
    const settings = {
      'process.roles': 'broker,controller',
      'node.id': '1',
      'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
      listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
      'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
      'controller.listener.names': 'CONTROLLER',
      'inter.broker.listener.name': 'PLAINTEXT',
      'log.dirs': join(directory, 'data'),
      'offsets.topic.replication.factor': '1',
      'offsets.topic.num.partitions': '4',
      'transaction.state.log.replication.factor': '1',
      'transaction.state.log.min.isr': '1',
      'group.initial.rebalance.delay.ms': '0',
      'auto.create.topics.enable': 'false',
      // One that was killed is fenced for as long as its session was to last.
      'broker.session.timeout.ms': '3000',
    };
    const text = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
    writeFileSync(join(directory, 'server.properties'), text.join(''));
    const server = new TestKafka(directory, port);
    const format = ['format', '-t', 'ironwheelTestCluster00', '-c', join(directory, 'server.properties')];
    if (spawnSync('java', server.#java('kafka.tools.StorageTool', ...format)).status !== 0) {
      throw new Error('the storage of the broker could not be formatted');
    }
    await server.start();
    return server;
  }

  get brokers(): string {
    return `127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const args = this.#java('kafka.Kafka', join(this.#directory, 'server.properties'));
    const child = spawn('java', args, { stdio: 'ignore' });
    this.#child = child;
    this.#callOff = endWithThisProcess(child.pid, this.#directory, 'KILL');
    const ended = new Promise<never>((_, reject) =>
      child.once('close', (code) => reject(new Error(`the broker ended with ${String(code)}`))),
    );
    ended.catch(() => undefined);
    await Promise.race([waitForPort(this.#port, readyMs), ended]);
  }

  /** `kill -9`. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    this.#callOff();
  }

  async close(): Promise<void> {
    await this.kill();
    removeTestDirectory(this.#directory);
  }

  #java(main: string, ...args: string[]): string[] {
    return [`-Xmx${heapMb}m`, '-XX:+UseSerialGC', '-cp', join(jars, '*'), main, ...args];
  }
}
