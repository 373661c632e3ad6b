import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

interface Reply {
  readonly return?: unknown;
  readonly error?: { readonly class: string; readonly desc: string };
}

/** The other end of `qemu-ga` in a virtual machine: one command at a time, one line of JSON each way. */
export class GuestAgent {
  readonly #socket: Socket;
  readonly #waiting: ((reply: Reply) => void)[] = [];
  #last: Promise<unknown> = Promise.resolve();

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.once('close', () => {
      for (const each of this.#waiting.splice(0)) {
        each({ error: { class: 'Closed', desc: 'the virtual machine has ended' } });
      }
    });
    createInterface({ input: socket }).on('line', (line) =>
      this.#waiting.shift()?.(JSON.parse(line) as Reply),
    );
  }

  static connect(path: string): Promise<GuestAgent> {
    return new Promise((resolve, reject) => {
      const socket = createConnection(path);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new GuestAgent(socket));
      });
    });
  }

  /** Calls a command of its protocol. @throws when the guest answers with an error. */
  async call<Answer>(execute: string, args: Readonly<Record<string, unknown>> = {}): Promise<Answer> {
    const reply = this.#last.then(() => this.#exchange({ execute, arguments: args }));
    this.#last = reply;
    const { return: answer, error } = await reply;
    if (error !== undefined) throw new Error(`${execute}: ${error.desc}`);
    return answer as Answer;
  }

  close(): void {
    this.#socket.destroy();
  }

  #exchange(command: unknown): Promise<Reply> {
    return new Promise((resolve) => {
      if (this.#socket.destroyed) {
        resolve({ error: { class: 'Closed', desc: 'the virtual machine has ended' } });
        return;
      }
      this.#waiting.push(resolve);
      this.#socket.write(`${JSON.stringify(command)}\n`);
    });
  }
}
