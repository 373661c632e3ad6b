-- The logs of ended attempts in compressed blocks, an index of their words, and what retention did.

-- The sealed form of a log. It stays when retention takes the blocks, so that readers are told that the log is gone.
CREATE TABLE sealed_logs (
  attempt_id   text PRIMARY KEY REFERENCES attempts (id) ON DELETE CASCADE,
  ended_at     timestamptz NOT NULL,
  sealed_at    timestamptz NOT NULL DEFAULT now(),
  bytes        bigint NOT NULL,
  stored_bytes bigint NOT NULL,
  removed_at   timestamptz
);
CREATE INDEX sealed_logs_kept ON sealed_logs (ended_at, attempt_id) INCLUDE (stored_bytes) WHERE removed_at IS NULL;

-- The words of many blocks, each with the blocks in which it stands. Written once.
CREATE TABLE log_segments (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  blocks     integer NOT NULL,
  -- Of its newest block.
  newest_at  timestamptz NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  data       bytea NOT NULL
);
-- It is compressed already.
ALTER TABLE log_segments ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE INDEX log_segments_newest ON log_segments (newest_at DESC, id DESC);

CREATE TABLE log_blocks (
  attempt_id  text NOT NULL REFERENCES sealed_logs (attempt_id) ON DELETE CASCADE,
  block       integer NOT NULL,
  byte_offset bigint NOT NULL,
  bytes       integer NOT NULL,
  first_line  integer NOT NULL,
  -- When its last byte came.
  at          timestamptz NOT NULL,
  -- Null until its words are indexed.
  segment_id  bigint REFERENCES log_segments (id),
  position    integer,
  data        bytea NOT NULL,
  PRIMARY KEY (attempt_id, block)
);
ALTER TABLE log_blocks ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE UNIQUE INDEX log_blocks_offset ON log_blocks (attempt_id, byte_offset);
CREATE UNIQUE INDEX log_blocks_segment ON log_blocks (segment_id, position) WHERE segment_id IS NOT NULL;
CREATE INDEX log_blocks_unindexed ON log_blocks (at, attempt_id, block) INCLUDE (bytes) WHERE segment_id IS NULL;

-- One entry for each log that is not sealed.
CREATE INDEX log_chunks_begin ON log_chunks (attempt_id) WHERE byte_offset = 0;

-- Tokens of people that were refused where only workers may go: somebody gave one to a worker.
CREATE TABLE misplaced_tokens (
  token_id    text PRIMARY KEY,
  name        text NOT NULL,
  role        text NOT NULL,
  remote_addr text NOT NULL,
  path        text NOT NULL,
  last_at     timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE retention_runs (
  id         text PRIMARY KEY,
  started_at timestamptz NOT NULL DEFAULT now(),
  touched_at timestamptz NOT NULL DEFAULT now(),
  -- Null while it runs, and for good when the controller was killed in the middle.
  ended_at   timestamptz,
  started_by text NOT NULL,
  -- What went, by rule.
  result     jsonb NOT NULL DEFAULT '[]',
  error      text
);
CREATE INDEX retention_runs_started ON retention_runs (started_at DESC);
-- Whether anything stands for bytes of the artifact store.
CREATE INDEX served_files_sha256 ON served_files (sha256);
CREATE INDEX jobs_source ON jobs ((source ->> 'sha256')) WHERE source ->> 'sha256' IS NOT NULL;
-- What the rule for inputs looks through.
CREATE INDEX inputs_unused ON inputs (created_at, id) WHERE run_id IS NULL;
