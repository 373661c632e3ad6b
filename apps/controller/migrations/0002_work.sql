-- Workers, inputs, plans, jobs, attempts, logs, artifacts, history.

CREATE TABLE workers (
  id                text PRIMARY KEY,
  name              text NOT NULL UNIQUE,
  public_key        text NOT NULL,
  pool              text NOT NULL DEFAULT 'default',
  machine_id        text,
  hostname          text NOT NULL,
  version           text NOT NULL,
  desired_state     text NOT NULL DEFAULT 'active' CHECK (desired_state IN ('active', 'paused', 'draining')),
  last_heartbeat_at timestamptz,
  heartbeat         jsonb,
  enrolled_at       timestamptz NOT NULL DEFAULT now(),
  revoked_at        timestamptz
);

CREATE TABLE inputs (
  id         text PRIMARY KEY,
  kind       text NOT NULL,
  filename   text NOT NULL,
  sha256     text NOT NULL,
  size       bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  -- The first run that used it; null while it is pending.
  run_id     text
);
CREATE INDEX inputs_created_at ON inputs (created_at DESC, id DESC);
CREATE INDEX inputs_pending ON inputs (created_at) WHERE run_id IS NULL;

-- A run and its plan. A snapshot saved by `POST /plan` has a document of that snapshot only.
CREATE TABLE plans (
  run_id       text PRIMARY KEY,
  state        text NOT NULL CHECK (state IN ('planned', 'enqueued', 'done', 'cancelled')),
  python_tag   text,
  platform_tag text,
  document     jsonb NOT NULL,
  input_ids    text[] NOT NULL DEFAULT '{}',
  pool         text NOT NULL DEFAULT 'default',
  priority     integer NOT NULL DEFAULT 0,
  created_at   timestamptz NOT NULL DEFAULT now(),
  created_by   text NOT NULL,
  enqueued_at  timestamptz,
  finished_at  timestamptz
);
CREATE INDEX plans_created_at ON plans (created_at DESC, run_id DESC);

-- The wish for one wheel. A rebuild is a new generation.
CREATE TABLE jobs (
  id            text PRIMARY KEY,
  name          text NOT NULL,
  version       text NOT NULL,
  python_tag    text NOT NULL,
  platform_tag  text NOT NULL,
  generation    integer NOT NULL CHECK (generation > 0),
  state         text NOT NULL CHECK (state IN
                  ('blocked', 'queued', 'claimed', 'running', 'waiting', 'unreachable', 'succeeded', 'failed', 'cancelled')),
  state_reason  text,
  pool          text NOT NULL DEFAULT 'default',
  priority      integer NOT NULL DEFAULT 0,
  -- Set in `waiting`: not before this time.
  not_before    timestamptz,
  -- Where the source comes from (PlanSource); null: the worker takes the sdist from the index.
  source        jsonb,
  recipes       jsonb NOT NULL DEFAULT '{"apt": [], "dnf": [], "env": {}}',
  attempt_count integer NOT NULL DEFAULT 0,
  -- The last retry by a person: attempts before it do not count against the policy.
  retried_at    timestamptz,
  -- The attempt that holds the job now.
  attempt_id    text,
  wheel         text,
  created_at    timestamptz NOT NULL DEFAULT now(),
  queued_at     timestamptz,
  finished_at   timestamptz,
  UNIQUE (name, version, python_tag, platform_tag, generation)
);
-- At most one live job for a wheel at a time.
CREATE UNIQUE INDEX jobs_live ON jobs (name, version, python_tag, platform_tag)
  WHERE state IN ('blocked', 'queued', 'claimed', 'running', 'waiting');
CREATE INDEX jobs_waiting ON jobs (not_before) WHERE state = 'waiting';
CREATE INDEX jobs_open ON jobs (state, id) WHERE state IN ('blocked', 'queued', 'claimed', 'running', 'waiting');
CREATE INDEX jobs_created_at ON jobs (created_at DESC, id DESC);

CREATE TABLE run_jobs (
  run_id text NOT NULL REFERENCES plans (run_id) ON DELETE CASCADE,
  job_id text NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  PRIMARY KEY (run_id, job_id)
);
CREATE INDEX run_jobs_job ON run_jobs (job_id);

-- `job_id` stays blocked until `needs_job_id` has succeeded.
CREATE TABLE job_edges (
  job_id       text NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  needs_job_id text NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  kind         text NOT NULL,
  PRIMARY KEY (job_id, needs_job_id)
);
CREATE INDEX job_edges_needs ON job_edges (needs_job_id);

-- The queue of the postgres backend: what is offered now. Small and hot; the truth is jobs.state.
CREATE TABLE queue_items (
  job_id       text PRIMARY KEY,
  pool         text NOT NULL,
  platform_tag text NOT NULL,
  python_tag   text NOT NULL,
  priority     integer NOT NULL,
  enqueued_at  timestamptz NOT NULL
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);
CREATE INDEX queue_items_lane ON queue_items (pool, platform_tag, python_tag, priority DESC, enqueued_at, job_id);
CREATE INDEX queue_items_age ON queue_items (enqueued_at, job_id);

CREATE SEQUENCE fencing_numbers AS bigint;

CREATE TABLE attempts (
  id               text PRIMARY KEY,
  job_id           text NOT NULL REFERENCES jobs (id),
  number           integer NOT NULL,
  worker_id        text NOT NULL REFERENCES workers (id),
  claim_key        text NOT NULL,
  fencing          bigint NOT NULL,
  state            text NOT NULL CHECK (state IN ('claimed', 'running', 'succeeded', 'failed', 'lost', 'cancelled')),
  runner           text,
  phase            text,
  cause            text,
  exit_code        integer,
  error            jsonb,
  claimed_at       timestamptz NOT NULL DEFAULT now(),
  started_at       timestamptz,
  finished_at      timestamptz,
  -- Null once the attempt has ended.
  lease_expires_at timestamptz,
  renewed_at       timestamptz,
  renew_late       boolean NOT NULL DEFAULT false,
  cancel_reason    text,
  -- SHA-256 of the result that was accepted, so that the same result gets the same answer.
  result_hash      bytea,
  phases           jsonb NOT NULL DEFAULT '[]',
  environment      jsonb NOT NULL DEFAULT '{}',
  observations     jsonb NOT NULL DEFAULT '[]',
  log_bytes        bigint NOT NULL DEFAULT 0,
  log_next_seq     integer NOT NULL DEFAULT 0,
  log_truncated    boolean NOT NULL DEFAULT false,
  log_dropped      bigint NOT NULL DEFAULT 0,
  log_late         boolean NOT NULL DEFAULT false,
  log_closed_at    timestamptz,
  UNIQUE (job_id, number)
);
CREATE INDEX attempts_claim_key ON attempts (worker_id, claim_key);
CREATE INDEX attempts_leases ON attempts (lease_expires_at) WHERE lease_expires_at IS NOT NULL;
CREATE INDEX attempts_worker_live ON attempts (worker_id) WHERE state IN ('claimed', 'running');
CREATE INDEX attempts_claimed_at ON attempts (claimed_at DESC, id DESC);

CREATE TABLE decisions (
  id         text PRIMARY KEY,
  attempt_id text NOT NULL REFERENCES attempts (id),
  job_id     text NOT NULL REFERENCES jobs (id),
  action     text NOT NULL,
  cause      text NOT NULL,
  reason     text NOT NULL,
  -- The whole input of the pure function, so that it can be run again.
  snapshot   jsonb NOT NULL,
  policy_version integer NOT NULL,
  decided_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX decisions_attempt ON decisions (attempt_id);
CREATE INDEX decisions_job ON decisions (job_id, decided_at DESC);

CREATE TABLE log_chunks (
  attempt_id text NOT NULL REFERENCES attempts (id) ON DELETE CASCADE,
  seq        integer NOT NULL,
  byte_offset bigint NOT NULL,
  bytes      integer NOT NULL,
  first_line integer NOT NULL,
  text       text NOT NULL,
  late       boolean NOT NULL DEFAULT false,
  at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (attempt_id, seq)
);
CREATE INDEX log_chunks_offset ON log_chunks (attempt_id, byte_offset);
CREATE INDEX log_chunks_at ON log_chunks (at DESC);

-- Logs that belong to no attempt (seed 001 `POST /logs`, direct-mode workers).
CREATE TABLE log_entries (
  id      text PRIMARY KEY,
  run_id  text,
  name    text NOT NULL,
  version text NOT NULL,
  content text NOT NULL,
  at      timestamptz NOT NULL
);
CREATE INDEX log_entries_name ON log_entries (name, version, at DESC);
CREATE INDEX log_entries_at ON log_entries (at DESC);

-- A wheel that an attempt uploaded. It is served once `accepted_at` is set.
CREATE TABLE artifacts (
  sha256          text NOT NULL,
  filename        text NOT NULL,
  size            bigint NOT NULL,
  name            text NOT NULL,
  version         text NOT NULL,
  build_tag       text,
  tags            text[] NOT NULL,
  requires_python text,
  -- The METADATA file of the wheel (PEP 658), whole, and its SHA-256.
  metadata        text NOT NULL,
  metadata_sha256 text NOT NULL,
  -- The target it was built for.
  python_tag      text NOT NULL,
  platform_tag    text NOT NULL,
  job_id          text REFERENCES jobs (id),
  attempt_id      text NOT NULL REFERENCES attempts (id),
  created_at      timestamptz NOT NULL DEFAULT now(),
  accepted_at     timestamptz,
  yanked_at       timestamptz,
  yank_reason     text,
  PRIMARY KEY (attempt_id, filename)
);
-- One file name never has two contents.
CREATE UNIQUE INDEX artifacts_served_name ON artifacts (filename) WHERE accepted_at IS NOT NULL;
CREATE INDEX artifacts_sha256 ON artifacts (sha256);
CREATE INDEX artifacts_project ON artifacts (name, accepted_at) WHERE accepted_at IS NOT NULL;
CREATE INDEX artifacts_created_at ON artifacts (created_at DESC, sha256);

-- Where the index answers for a project. A name that was ever `own` never falls through by itself.
CREATE TABLE projects (
  name       text PRIMARY KEY,
  origin     text NOT NULL CHECK (origin IN ('own', 'upstream', 'both')),
  own_since  timestamptz,
  -- Counts up with each change of what is served; the ETag of the project's page.
  serial     bigint NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE manifest_entries (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id       text NOT NULL,
  name         text NOT NULL,
  version      text NOT NULL,
  wheel        text NOT NULL,
  python_tag   text NOT NULL,
  platform_tag text NOT NULL,
  status       text NOT NULL,
  path         text,
  url          text,
  sha256       text,
  size         bigint,
  created_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX manifest_entries_run ON manifest_entries (run_id, id);

-- The history of seed 001: one row for each ended attempt and each verdict worth telling.
CREATE TABLE events (
  id               text PRIMARY KEY,
  run_id           text,
  name             text NOT NULL,
  version          text NOT NULL,
  python_tag       text NOT NULL,
  platform_tag     text NOT NULL,
  status           text NOT NULL,
  detail           text NOT NULL DEFAULT '',
  metadata         jsonb NOT NULL DEFAULT '{}',
  matched_hint_ids text[] NOT NULL DEFAULT '{}',
  attempt_id       text,
  duration_s       double precision,
  at               timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX events_at ON events (at DESC, id DESC);
CREATE INDEX events_package ON events (name, at DESC, id DESC);
CREATE INDEX events_status ON events (status, at DESC);
CREATE INDEX events_run ON events (run_id, at DESC) WHERE run_id IS NOT NULL;
CREATE INDEX events_slowest ON events (duration_s DESC) WHERE duration_s IS NOT NULL;
