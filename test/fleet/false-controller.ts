import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import {
  agentLink,
  agentMessageSchema,
  type AgentMessage,
  type CommandEnvelope,
  type ControllerMessage,
} from '@ironwheel/contracts';
import { WebSocketServer, type WebSocket } from 'ws';
import { until } from '../drills/drill-process.ts';
import type { Certificate } from './self-made-certificate.ts';

type Answer = Extract<AgentMessage, { type: 'agent:accept-command' }>;
type Hello = Extract<AgentMessage, { type: 'agent:hello' }>;

/**
 * Stands at the controller's address with the controller's certificate and repeats what it likes: what an agent refuses
 * must not depend on a controller that behaves.
 */
export class FalseController {
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #heard: AgentMessage[] = [];
  #socket: WebSocket | null = null;

  private constructor(certificate: Certificate, serverName: string) {
    const files = { cert: readFileSync(certificate.cert), key: readFileSync(certificate.key) };
    this.#server = createServer(files, (_request, response) => response.writeHead(503).end());
    this.#sockets = new WebSocketServer({ server: this.#server, path: agentLink.path });
    this.#sockets.on('connection', (socket) => {
      socket.on('message', (data) => {
        const message = agentMessageSchema.parse(JSON.parse((data as Buffer).toString('utf8')));
        this.#heard.push(message);
        if (message.type === 'agent:ping') this.#send(socket, { type: 'controller:pong', n: message.n });
        if (message.type === 'agent:hello' && message.hostname === serverName) this.#welcome(socket);
      });
    });
  }

  static async start(
    certificate: Certificate,
    address: string,
    port: number,
    serverName: string,
  ): Promise<FalseController> {
    const controller = new FalseController(certificate, serverName);
    await new Promise<void>((resolve, reject) => {
      controller.#server.once('error', reject);
      controller.#server.listen(port, address, resolve);
    });
    return controller;
  }

  /** The hello of the agent of that name, once it is here. */
  async greet(): Promise<Hello> {
    await until('an agent at the false controller', () => this.#socket !== null);
    return this.#last((message): message is Hello => message.type === 'agent:hello');
  }

  /** What the agent says to a command. */
  async issue(command: CommandEnvelope): Promise<Answer> {
    if (this.#socket === null) throw new Error('no agent is here');
    const before = this.#heard.length;
    this.#send(this.#socket, { type: 'controller:issue-command', command });
    return until(`an answer to ${command.command_id}`, () => {
      const answers = this.#heard
        .slice(before)
        .filter((message): message is Answer => message.type === 'agent:accept-command');
      return answers.find(({ command_id }) => command_id === command.command_id) ?? null;
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#sockets.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #welcome(socket: WebSocket): void {
    this.#socket = socket;
    this.#send(socket, {
      type: 'controller:welcome',
      protocol_version: agentLink.protocolVersion,
      heartbeat_interval_s: 10,
      server: { server_id: 'srv_false', name: 'false', pool: 'default' },
      now: new Date().toISOString(),
    });
  }

  #last<Found extends AgentMessage>(isWanted: (message: AgentMessage) => message is Found): Found {
    const found = this.#heard.findLast(isWanted);
    if (found === undefined) throw new Error('the agent has not said so');
    return found;
  }

  #send(socket: WebSocket, message: ControllerMessage): void {
    socket.send(JSON.stringify(message));
  }
}
