import { agentCloseCodes, agentLink } from '@ironwheel/contracts';
import { LoadedConfig } from '@ironwheel/config';
import { StructuredLogger } from '@ironwheel/logging';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import {
  AppError,
  Clock,
  Metrics,
  refuseUpgrade,
  ShutdownSignal,
  SignedAssertions,
  UpgradeRoutes,
  type UpgradeRequest,
} from '../../platform/index.ts';
import { AgentConnection } from './agent-connection.ts';
import { agentLinkSection } from './agent-link.section.ts';
import { HandshakeGate } from './handshake-gate.ts';
import { HearAgent } from './hear-agent.ts';

/** `GET /agent/v1`: who may open a socket. What is said on it goes to `HearAgent`. */
@Injectable()
export class AgentEndpoint implements OnModuleInit {
  readonly #gate: HandshakeGate;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: agentLink.maxFrameBytes,
    perMessageDeflate: false,
    clientTracking: false,
  });
  readonly #refused;
  readonly #logger: StructuredLogger;

  constructor(
    private readonly routes: UpgradeRoutes,
    private readonly assertions: SignedAssertions,
    private readonly hearAgent: HearAgent,
    private readonly shutdown: ShutdownSignal,
    private readonly clock: Clock,
    config: LoadedConfig,
    metrics: Metrics,
    logger: StructuredLogger,
  ) {
    const settings = config.get(agentLinkSection);
    this.#gate = new HandshakeGate({
      connections: settings.AGENT_CONNECTIONS_MAX,
      connectionsPerAddress: settings.AGENT_CONNECTIONS_PER_ADDRESS_MAX,
      handshakesPerS: settings.AGENT_HANDSHAKE_RATE,
    });
    this.#logger = logger.child({ component: 'agent-link' });
    this.#refused = metrics.counter({
      name: 'agent_handshakes_refused_total',
      help: 'Handshakes of agents that were refused, by status.',
      labels: ['status'],
    });
  }

  onModuleInit(): void {
    this.routes.add(agentLink.path, (upgrade) => void this.#upgrade(upgrade));
  }

  async #upgrade(upgrade: UpgradeRequest): Promise<void> {
    const { socket, remoteAddr } = upgrade;
    const onError = (): void => void socket.destroy();
    socket.on('error', onError);
    let isInside = false;
    try {
      checkForm(upgrade);
      if (this.shutdown.isStopping) {
        throw new AppError('SERVICE_UNAVAILABLE', 'The controller is stopping; try again.', {
          retryAfterS: 2,
        });
      }
      this.#gate.enter(remoteAddr, this.clock.now().getTime(), Math.random());
      isInside = true;
      const agentId = await this.#identify(upgrade);
      if (socket.destroyed)
        throw new AppError('REQUEST_MALFORMED', 'The connection ended before its answer.');
      socket.off('error', onError);
      // Whatever becomes of it: `ws` itself answers a request that is no websocket handshake, and ends the connection.
      socket.once('close', () => this.#gate.leave(remoteAddr));
      isInside = false;
      this.#server.handleUpgrade(upgrade.request, socket, upgrade.head, (webSocket) => {
        this.#open(webSocket, agentId, remoteAddr);
      });
    } catch (error) {
      if (isInside) this.#gate.leave(remoteAddr);
      if (!(error instanceof AppError)) this.#logger.error('a handshake could not be looked at', { error });
      this.#refused.inc({ status: error instanceof AppError ? String(error.status) : '500' });
      refuseUpgrade(socket, error);
    }
  }

  /** Only the Authorization header counts: no query, no cookie. */
  async #identify({ request }: UpgradeRequest): Promise<string> {
    const [, assertion] = /^Bearer +(ey[^\s]{1,4096})$/i.exec(request.headers.authorization ?? '') ?? [];
    const key = assertion === undefined ? null : await this.assertions.verify(assertion, 'agent');
    if (key === null) {
      throw new AppError(
        'AUTH_REQUIRED',
        'This needs the signed assertion of an agent, and a clock that is right.',
      );
    }
    return key.id;
  }

  #open(socket: WebSocket, agentId: string, remoteAddr: string): void {
    const now = this.clock.now().getTime();
    const connection = new AgentConnection(agentId, remoteAddr, socket, now);
    socket.on('error', (error) => {
      // `ws` has closed the socket with the code of RFC 6455 (1009 for a frame that is too large) already.
      this.#logger.debug('a socket of an agent failed', { agent_id: agentId, detail: error.message });
    });
    socket.on('close', () => this.hearAgent.lose(connection));
    socket.on('message', (data: RawData, isBinary: boolean) => {
      if (isBinary) connection.closeMalformed('it is binary');
      else this.hearAgent.hear(connection, (data as Buffer).toString('utf8'));
    });
    socket.on('ping', () => {
      if (!connection.hear(this.clock.now().getTime())) socket.terminate();
    });
    this.hearAgent.take(connection);
    if (this.shutdown.isStopping) {
      connection.close(agentCloseCodes.retryLater, 'The controller stops; come back later.', 2);
    }
  }
}

/** Browsers have no business here, whatever they carry. */
function checkForm({ request }: UpgradeRequest): void {
  const { headers } = request;
  if (headers.origin !== undefined || headers.cookie !== undefined) {
    throw new AppError('AUTH_FORBIDDEN', 'This endpoint is for agents: it takes no Origin and no cookies.');
  }
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!offered.includes(agentLink.subprotocol)) {
    throw new AppError('REQUEST_MALFORMED', `The subprotocol ${agentLink.subprotocol} was not offered.`);
  }
}
