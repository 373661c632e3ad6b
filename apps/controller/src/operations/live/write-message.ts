import type { StreamBeat, StreamChanged, StreamMessageType } from '@ironwheel/contracts';
import { writePosition, type FeedPosition } from './feed-position.ts';
import type { FeedEntry } from './feed.repository.ts';

const write = (type: StreamMessageType, data: unknown, position?: FeedPosition): string =>
  `event: ${type}\n${position === undefined ? '' : `id: ${writePosition(position)}\n`}data: ${JSON.stringify(data)}\n\n`;

/** How soon a browser is to come again. */
export const opening = 'retry: 2000\n\n';
export const heartbeat = ': heartbeat\n\n';
export const writeHistory = ({ event, position }: FeedEntry): string => write('history', event, position);
export const writeChanged = (changed: StreamChanged): string => write('changed', changed);
export const writeBeat = (beat: StreamBeat, position: FeedPosition): string => write('beat', beat, position);
export const writeReset = (reason: string, position: FeedPosition): string =>
  write('reset', { reason }, position);
