-- What the reads of the history and the appends to logs need to stay cheap.

-- /event/{name}/{version}, /variants/{name} and the versions of a package, without touching the rows.
CREATE INDEX events_variant ON events (name, version, python_tag, platform_tag, at DESC, id DESC) INCLUDE (status);
-- Status counts of the recent window.
CREATE INDEX events_recent_status ON events (at) INCLUDE (status);
-- /top-failures.
CREATE INDEX events_failures ON events (at, name) WHERE status = 'failed';

-- The append's own counters; log_truncated and log_dropped are what is shown.
ALTER TABLE attempts
  -- The sender's offset: it goes on where ours ends at the limit of the log.
  ADD COLUMN log_next_offset bigint NOT NULL DEFAULT 0,
  -- Line breaks so far: the number of the line on which the next chunk begins.
  ADD COLUMN log_line_breaks integer NOT NULL DEFAULT 0,
  -- The controller stores nothing more; the mark is written.
  ADD COLUMN log_limit_reached boolean NOT NULL DEFAULT false,
  -- What the controller dropped, and what the sender says it left out.
  ADD COLUMN log_store_dropped bigint NOT NULL DEFAULT 0,
  ADD COLUMN log_sender_dropped bigint NOT NULL DEFAULT 0;
