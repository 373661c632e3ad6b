/** What the benchmark and its processes of simulated agents tell each other. */
export interface SimulatedAgent {
  readonly agentId: string;
  /** PKCS #8 in PEM. */
  readonly privateKey: string;
}

export interface SimulationOrder {
  readonly agents: readonly SimulatedAgent[];
  readonly url: string;
  /** Certificate to trust, in PEM; null without TLS. */
  readonly ca: string | null;
  /** Of this process's own, so that ports do not run out. */
  readonly localAddress: string;
  /** The first connections are spread over this time. */
  readonly spreadMs: number;
}

export interface SimulationFacts {
  readonly linked: number;
  readonly beats: number;
  readonly commands: number;
  readonly refused: number;
  readonly lost: number;
}
