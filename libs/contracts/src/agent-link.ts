import { z } from 'zod';
import { checkResultSchema, commandEnvelopeSchema } from './command.ts';
import { hostLoadSchema, processStates } from './server.ts';
import { plainTextSchema, timeSchema } from './wire-types.ts';

/** The websocket between an agent and its controller: `GET /agent/v1`. Each frame is one of these as JSON text. */
export const agentLink = {
  path: '/agent/v1',
  subprotocol: 'ironwheel.agent.v1',
  protocolVersion: 1,
  maxFrameBytes: 64 * 1024,
  /** A connection that does not say hello by then is closed. */
  helloWithinMs: 10_000,
  /** Clocks further apart than this are refused: leases and expiries would mean nothing. */
  maxClockOffsetMs: 5 * 60_000,
  /** An end that hears nothing for three intervals gives the connection up. */
  silentIntervals: 3,
} as const;

/** Close codes of the controller (RFC 6455: 4000 to 4999 are private). */
export const agentCloseCodes = {
  /** Come back after `retry_after_s`. */
  retryLater: 4000,
  /** A newer connection of the same agent took its place. */
  replaced: 4001,
  /** The key was revoked, or its server is gone: do not come back. */
  revoked: 4003,
  /** A frame was no message of this protocol. */
  malformed: 4007,
  /** The protocol version is not spoken here. */
  unsupported: 4010,
  /** The two clocks are too far apart; the reason says by how much. */
  clockOff: 4011,
  /** Another machine has this key: an operator must look. */
  cloned: 4012,
} as const;

const idText = z.string().min(1).max(100);
const unitSchema = z.object({
  unit: z.string().max(100),
  active_state: z.string().max(40),
  sub_state: z.string().max(40),
  main_pid: z.number().int().nonnegative(),
  restarts: z.number().int().nonnegative(),
});
export type UnitFacts = z.infer<typeof unitSchema>;
const unitsSchema = z.object({
  process_state: z.enum(processStates),
  units: z.array(unitSchema).max(10),
});

/** What an agent sends. Unknown fields are ignored, unknown types ignored and counted. */
export const agentMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('agent:hello'),
    protocol_version: z.number().int().positive(),
    agent_id: idText,
    version: plainTextSchema(40),
    hostname: plainTextSchema(255),
    machine_id: plainTextSchema(100).nullable(),
    /** Of this run of the machine; another one at the same time is another machine. */
    boot_id: plainTextSchema(100).nullable(),
    /** The agent's clock. */
    now: timeSchema,
    last_generation: z.number().int().nonnegative(),
    state: unitsSchema,
  }),
  z.object({
    type: z.literal('agent:send-heartbeat'),
    load: hostLoadSchema,
    state: unitsSchema,
  }),
  z.object({ type: z.literal('agent:report-units'), state: unitsSchema }),
  z.object({
    type: z.literal('agent:accept-command'),
    command_id: idText,
    generation: z.number().int(),
    accepted: z.boolean(),
    /** Why not: `expired`, `old_generation`, `replayed`, `busy`. */
    refusal: plainTextSchema(200).nullable(),
  }),
  z.object({
    type: z.literal('agent:report-command'),
    command_id: idText,
    generation: z.number().int(),
    ok: z.boolean(),
    detail: plainTextSchema(1000),
    state: unitsSchema.nullable(),
    checks: z.array(checkResultSchema).max(20).nullable(),
  }),
  z.object({ type: z.literal('agent:ping'), n: z.number().int() }),
  z.object({ type: z.literal('agent:pong'), n: z.number().int() }),
]);
export type AgentMessage = z.infer<typeof agentMessageSchema>;

/** What a controller sends. */
export const controllerMessageSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('controller:welcome'),
    protocol_version: z.number().int().positive(),
    heartbeat_interval_s: z.number().int().positive(),
    server: z.object({ server_id: idText, name: z.string(), pool: z.string() }),
    now: timeSchema,
  }),
  z.object({ type: z.literal('controller:issue-command'), command: commandEnvelopeSchema }),
  z.object({
    type: z.literal('controller:close'),
    code: z.number().int(),
    reason: z.string().max(500),
    retry_after_s: z.number().nonnegative().nullable(),
  }),
  z.object({ type: z.literal('controller:ping'), n: z.number().int() }),
  z.object({ type: z.literal('controller:pong'), n: z.number().int() }),
]);
export type ControllerMessage = z.infer<typeof controllerMessageSchema>;
