import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * One HTTP/1.1 connection with one request at a time and answers of a stated length: what a client takes of the processor
 * is taken from what is measured, so it does no more than it must.
 */
export class KeptConnection {
  #received = '';
  #settle: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    // All that is asked for answers in ASCII.
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => this.#take(text));
    socket.on('error', (error) => this.#settle?.reject(error));
    socket.on('close', () => this.#settle?.reject(new Error('the connection was closed')));
  }

  static async open(port: number): Promise<KeptConnection> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new KeptConnection(socket);
  }

  /** `head` is the request line and the headers, but for the length of the body. */
  ask(head: string, body = ''): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
      this.#received = '';
      this.socket.write(
        `${head}host: bench\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
        'utf8',
      );
    });
  }

  close(): void {
    this.socket.destroy();
  }

  #take(text: string): void {
    this.#received += text;
    const end = this.#received.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = this.#received.slice(0, end);
    const length = Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? 0);
    if (this.#received.length < end + 4 + length) return;
    const settle = this.#settle;
    this.#settle = null;
    settle?.resolve({ status: Number(head.slice(9, 12)), text: this.#received.slice(end + 4) });
  }
}
