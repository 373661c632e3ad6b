-- What the reads of the history and the appends to logs need to stay cheap.

-- /event/{name}/{version}, /variants/{name} and the versions of a package, without touching the rows.
CREATE INDEX events_variant ON events (name, version, python_tag, platform_tag, at DESC, id DESC) INCLUDE (status);
-- Status counts of the recent window.
CREATE INDEX events_recent_status ON events (at) INCLUDE (status);
-- /top-failures.
CREATE INDEX events_failures ON events (at, name) WHERE status = 'failed';

-- The sender's own offset: it goes on where ours ends at the limit of the log.
ALTER TABLE attempts
  ADD COLUMN log_next_offset bigint NOT NULL DEFAULT 0,
  -- Line breaks so far: the number of the line on which the next chunk begins.
  ADD COLUMN log_line_breaks integer NOT NULL DEFAULT 0,
  -- What the sender says it left out.
  ADD COLUMN log_sender_dropped bigint NOT NULL DEFAULT 0;
