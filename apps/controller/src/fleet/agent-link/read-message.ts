import { agentLink, agentMessageSchema, type AgentMessage } from '@ironwheel/contracts';

export type ReadMessage =
  | { readonly kind: 'message'; readonly message: AgentMessage }
  /** Of a newer agent: ignored and counted. */
  | { readonly kind: 'unknown-type' }
  /** A hello of a protocol version that is not spoken here; its other fields may mean anything. */
  | { readonly kind: 'unsupported'; readonly version: number }
  | { readonly kind: 'malformed'; readonly why: string };

const knownTypes = new Set<string>(agentMessageSchema.options.map((option) => option.shape.type.value));
const typeForm = /^[a-z]{1,20}:[a-z-]{1,40}$/;
const malformed = (why: string): ReadMessage => ({ kind: 'malformed', why });

/** What a frame of an agent says. Never throws. */
export function readAgentMessage(text: string): ReadMessage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed('it is not JSON');
  }
  if (typeof value !== 'object' || value === null) return malformed('it is no object');
  const { type, protocol_version: version } = value as { type?: unknown; protocol_version?: unknown };
  if (typeof type !== 'string' || !typeForm.test(type)) return malformed('it has no type');
  if (!knownTypes.has(type)) return { kind: 'unknown-type' };
  if (type === 'agent:hello' && typeof version === 'number' && version !== agentLink.protocolVersion) {
    return { kind: 'unsupported', version };
  }
  const parsed = agentMessageSchema.safeParse(value);
  if (parsed.success) return { kind: 'message', message: parsed.data };
  const [issue] = parsed.error.issues;
  return malformed(`${type}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'does not fit'}`);
}
