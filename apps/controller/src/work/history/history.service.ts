import { Injectable } from '@nestjs/common';
import type {
  EventView,
  failuresQuerySchema,
  historyQuerySchema,
  packageSummarySchema,
  postEventsSchema,
  topFailureSchema,
  topSlowestSchema,
} from '@ironwheel/contracts';
import { findVersion, normalizeName } from '@ironwheel/packaging';
import type { z } from 'zod';
import { AppError, Database } from '../../platform/index.ts';
import { findEventPosition, toEventCursor, type EventPosition } from './event-cursor.ts';
import type { EventFilter, EventRow } from './event.entity.ts';
import { toEventView } from './event.view.ts';
import { EventsRepository } from './events.repository.ts';

type Page = { readonly limit: number; readonly offset: number; readonly cursor?: string | undefined };

export interface EventList {
  readonly items: EventView[];
  readonly next_cursor?: string;
}

/** Window of `/top-failures`: what failed long ago and was mended since says nothing about today. */
const topFailuresWindowS = 30 * 86_400;
const maxVersions = 500;

/** Reads the history for people, and takes the events of direct-mode workers. */
@Injectable()
export class HistoryService {
  constructor(
    private readonly events: EventsRepository,
    private readonly database: Database,
  ) {}

  /** `/recent` and `/history`. Throws REQUEST_INVALID for a cursor that is none. */
  async list(query: z.output<typeof historyQuerySchema>): Promise<EventList> {
    const filter: EventFilter = {
      name: query.package,
      status: query.status,
      runId: query.run_id,
      from: query.from,
      to: query.to,
    };
    return this.#page(filter, query);
  }

  /** `/failures`: what failed, of one package or of all. */
  async listFailures(query: z.output<typeof failuresQuerySchema>): Promise<EventList> {
    return this.#page({ name: query.name, status: 'failed' }, query);
  }

  /** Throws PACKAGE_NOT_FOUND for a package without any event. */
  async getPackage(name: string): Promise<z.output<typeof packageSummarySchema>> {
    const [counts, latest, versions] = await Promise.all([
      this.events.countStatuses(name),
      this.events.list({ name }, { limit: 1, offset: 0 }),
      this.events.listVersions(name, maxVersions),
    ]);
    const last = latest[0];
    if (last === undefined) throw packageNotFound(name);
    return {
      name: normalizeName(name),
      status_counts: counts,
      latest: toEventView(last),
      versions: versions.map((row) => ({
        version: row.version,
        latest_status: row.status,
        timestamp: row.at.toISOString(),
      })),
    };
  }

  /** The last event of a version, in either spelling of it. Throws EVENT_NOT_FOUND. */
  async getLatestEvent(name: string, version: string): Promise<EventView> {
    const row = await this.events.findLatest(name, toVersionSpellings(version));
    if (row === undefined) {
      throw new AppError(
        'EVENT_NOT_FOUND',
        `There is no event for ${normalizeName(name)} ${version}; /api/package/${normalizeName(name)} lists the versions that have one.`,
      );
    }
    return toEventView(row);
  }

  async listVariants(name: string, page: Page): Promise<EventList> {
    const rows = await this.events.listVariants(name, page.limit, page.offset);
    return { items: rows.map(toEventView) };
  }

  async listTopFailures(page: Page): Promise<{ items: z.output<typeof topFailureSchema>[] }> {
    const rows = await this.events.listTopFailures(topFailuresWindowS, page.limit, page.offset);
    return { items: rows.map((row) => ({ ...row, last_at: row.last_at.toISOString() })) };
  }

  async listTopSlowest(page: Page): Promise<{ items: z.output<typeof topSlowestSchema>[] }> {
    return { items: await this.events.listTopSlowest(page.limit, page.offset) };
  }

  /** Events of direct-mode workers: history only, nothing else changes. */
  async post(body: z.output<typeof postEventsSchema>): Promise<{ recorded: number; event_ids: string[] }> {
    const ids = await this.database.transaction((tx) =>
      this.events.record(
        tx,
        body.events.map((event) => ({
          runId: event.run_id ?? null,
          name: event.name,
          version: event.version,
          pythonTag: event.python_tag,
          platformTag: event.platform_tag,
          status: event.status,
          detail: event.detail,
          metadata: event.metadata,
          matchedHintIds: event.matched_hint_ids,
          ...(event.timestamp === undefined ? {} : { at: new Date(event.timestamp) }),
        })),
      ),
    );
    return { recorded: ids.length, event_ids: ids };
  }

  async #page(filter: EventFilter, page: Page): Promise<EventList> {
    const rows = await this.events.list(filter, {
      limit: page.limit,
      offset: page.offset,
      after: page.cursor === undefined ? undefined : parseCursor(page.cursor),
    });
    return { items: rows.map(toEventView), ...nextCursor(rows, page.limit) };
  }
}

const packageNotFound = (name: string): AppError =>
  new AppError(
    'PACKAGE_NOT_FOUND',
    `There is no event for a package ${normalizeName(name)}; it was neither built nor planned here.`,
  );

const nextCursor = (rows: readonly EventRow[], limit: number): { next_cursor?: string } => {
  const last = rows.at(-1);
  return last === undefined || rows.length < limit
    ? {}
    : { next_cursor: toEventCursor({ at: last.at_text, id: last.id }) };
};

function parseCursor(text: string): EventPosition {
  const position = findEventPosition(text);
  if (position === undefined) {
    throw new AppError(
      'REQUEST_INVALID',
      'The cursor is not one of this list; take next_cursor as it came.',
      {
        issues: [{ path: 'cursor', message: 'expected the next_cursor of an earlier answer' }],
      },
    );
  }
  return position;
}

/** The version as written and in its normal form (PEP 440), under which jobs are kept. */
export const toVersionSpellings = (version: string): string[] => {
  const normal = findVersion(version)?.text;
  return normal === undefined || normal === version ? [version] : [version, normal];
};
