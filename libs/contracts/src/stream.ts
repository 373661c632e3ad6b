import { z } from 'zod';
import { eventSchema } from './history.ts';
import { timeSchema } from './wire-types.ts';

/** What messages of `GET /stream` are about. `history` carries the events themselves; of the others only ids are told. */
export const streamTopics = [
  'history',
  'jobs',
  'attempts',
  'plans',
  'inputs',
  'workers',
  'servers',
  'pools',
  'claims',
  'hints',
  'policies',
  'artifacts',
  'projects',
  'tokens',
  'runtimes',
] as const;
export const streamTopicSchema = z.enum(streamTopics);
export type StreamTopic = z.infer<typeof streamTopicSchema>;

/** `topics`: names with commas between; without it, all. */
export const streamQuerySchema = z.strictObject({
  topics: z
    .string()
    .max(500)
    .transform((text) => text.split(','))
    .pipe(z.array(streamTopicSchema).min(1))
    .optional(),
});

/** Types of messages, as they stand behind `event:`. */
export const streamMessageTypes = ['history', 'changed', 'beat', 'reset'] as const;
export type StreamMessageType = (typeof streamMessageTypes)[number];

/** `event: history`: one event of the history, once. */
export const streamHistorySchema = eventSchema;
/** `event: changed`: what was read of these is old. No ids: of any of them. */
export const streamChangedSchema = z.object({ topic: streamTopicSchema, ids: z.array(z.string()) });
export type StreamChanged = z.infer<typeof streamChangedSchema>;
/** `event: beat`: everything until `at` has been sent. `now` is the controller's clock. */
export const streamBeatSchema = z.object({ at: timeSchema, now: timeSchema });
export type StreamBeat = z.infer<typeof streamBeatSchema>;
/** `event: reset`: the place to go on from is too old or not of this database; read everything anew. */
export const streamResetSchema = z.object({ reason: z.string() });
