import type { logStreamEndSchema, LogView } from '@ironwheel/contracts';
import type { z } from 'zod';
import type { LogRange, LogSource } from './log-source.ts';

export const toLogView = (source: LogSource, range: LogRange): LogView => ({
  name: source.name,
  version: source.version,
  attempt_id: source.attemptId,
  content: range.text,
  offset: range.offset,
  next_offset: range.nextOffset,
  size: source.size,
  truncated: source.truncated,
  dropped_bytes: source.droppedBytes,
  complete: source.complete,
  timestamp: source.at.toISOString(),
});

export const toLogEnd = (source: LogSource): z.output<typeof logStreamEndSchema> => ({
  attempt_id: source.attemptId,
  size: source.size,
  truncated: source.truncated,
  dropped_bytes: source.droppedBytes,
  complete: source.settled,
});
