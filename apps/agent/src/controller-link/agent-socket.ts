import {
  agentLink,
  controllerMessageSchema,
  errorBodySchema,
  type AgentMessage,
  type ControllerMessage,
} from '@ironwheel/contracts';
import type { StructuredLogger } from '@ironwheel/logging';
import type { IncomingMessage } from 'node:http';
import { WebSocket, type RawData } from 'ws';
import { parseRetryAfter } from './controller-error.ts';
import type { ClockOffset } from './clock-offset.ts';
import type { LinkEnd } from './link-end.ts';

export interface AgentSocketOptions {
  /** Of the controller, http or https. */
  readonly url: string;
  readonly authorization: string;
  readonly version: string;
  /** Authorities to trust, or null for those of Node. */
  readonly ca: string[] | null;
  readonly clockOffset: ClockOffset;
  readonly logger: StructuredLogger;
  readonly onOpen: () => void;
  readonly onMessage: (message: ControllerMessage) => void;
}

const handshakeMs = 15_000;
const maxRefusalBytes = 16 * 1024;
const knownTypes = new Set<string>(controllerMessageSchema.options.map((option) => option.shape.type.value));

/** One websocket to the controller; `ended` resolves once, with how it ended. */
export class AgentSocket {
  readonly ended: Promise<LinkEnd>;
  readonly #socket: WebSocket;
  readonly #options: AgentSocketOptions;
  #end: (end: LinkEnd) => void = () => undefined;
  #lastHeardMs = performance.now();
  /** What the controller said before it closed: a close frame has no room for it. */
  #farewell: { readonly reason: string; readonly retryAfterMs: number | null } | null = null;
  #pings = 0;

  constructor(options: AgentSocketOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#socket = new WebSocket(
      `${options.url.replace(/^http/, 'ws')}${agentLink.path}`,
      agentLink.subprotocol,
      {
        headers: { authorization: options.authorization, 'user-agent': `ironwheel-agent/${options.version}` },
        perMessageDeflate: false,
        maxPayload: agentLink.maxFrameBytes,
        handshakeTimeout: handshakeMs,
        followRedirects: false,
        // A pinned certificate may stand for itself, as in `createHttpPool`.
        ...(options.ca === null ? {} : { ca: options.ca, allowPartialTrustChain: true }),
      },
    );
    this.#listen();
  }

  /** Milliseconds since anything came from the controller. */
  get silentMs(): number {
    return performance.now() - this.#lastHeardMs;
  }

  /** False when it is not open: then nobody will read it. */
  send(message: AgentMessage): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(message));
    return true;
  }

  ping(): void {
    this.#pings += 1;
    this.send({ type: 'agent:ping', n: this.#pings });
  }

  close(): void {
    this.#socket.close(1000, 'the supervisor stops');
  }

  /** Gives a connection up at whose other end nobody answers. */
  giveUp(detail: string): void {
    this.#end({ kind: 'lost', detail });
    this.#socket.terminate();
  }

  #listen(): void {
    const socket = this.#socket;
    socket.on('upgrade', (answer: IncomingMessage) => this.#measure(answer));
    socket.on('open', () => {
      this.#lastHeardMs = performance.now();
      this.#options.onOpen();
    });
    socket.on('message', (data: RawData, isBinary: boolean) => this.#hear(data, isBinary));
    socket.on('unexpected-response', (request, answer: IncomingMessage) => {
      this.#measure(answer);
      void readRefusal(answer).then((end) => {
        this.#end(end);
        request.destroy();
        socket.terminate();
      });
    });
    socket.on('error', (error) => this.#end({ kind: 'lost', detail: error.message }));
    socket.on('close', (code, reason) => {
      if (code === 1006) this.#end({ kind: 'lost', detail: 'the connection broke' });
      this.#end({
        kind: 'closed',
        code,
        reason: this.#farewell?.reason ?? reason.toString('utf8'),
        retryAfterMs: this.#farewell?.retryAfterMs ?? null,
      });
    });
  }

  #measure(answer: IncomingMessage): void {
    this.#options.clockOffset.measure(answer.headers.date, Date.now());
  }

  #hear(data: RawData, isBinary: boolean): void {
    this.#lastHeardMs = performance.now();
    const message = isBinary ? null : readMessage((data as Buffer).toString('utf8'));
    if (message === 'unknown') return;
    if (message === null) {
      this.#options.logger.warn('A frame of the controller was no message of the protocol.');
      this.#end({ kind: 'lost', detail: 'a frame was no message of the protocol' });
      this.#socket.close(4007, 'a frame was no message of this protocol');
      return;
    }
    if (message.type === 'controller:ping') this.send({ type: 'agent:pong', n: message.n });
    else if (message.type === 'controller:close') {
      this.#farewell = {
        reason: message.reason,
        retryAfterMs: message.retry_after_s === null ? null : Math.min(message.retry_after_s, 3600) * 1000,
      };
    } else if (message.type !== 'controller:pong') this.#options.onMessage(message);
  }
}

/** Null for what is no message at all, `unknown` for one of a newer controller. */
function readMessage(text: string): ControllerMessage | 'unknown' | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const type = typeof value === 'object' && value !== null ? (value as { type?: unknown }).type : undefined;
  if (typeof type === 'string' && !knownTypes.has(type)) return 'unknown';
  const parsed = controllerMessageSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}

async function readRefusal(answer: IncomingMessage): Promise<LinkEnd> {
  let text = '';
  try {
    for await (const part of answer) {
      text += String(part);
      if (text.length > maxRefusalBytes) break;
    }
  } catch {
    // The status alone says enough.
  }
  const status = answer.statusCode ?? 0;
  const body = errorBodySchema.safeParse(parseJson(text));
  return {
    kind: 'refused',
    status,
    code: body.success ? body.data.error : `HTTP_${status}`,
    detail: body.success ? body.data.detail : 'this is no answer of a controller; is the URL right?',
    retryAfterMs: parseRetryAfter(answer.headers['retry-after'], Date.now()),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
