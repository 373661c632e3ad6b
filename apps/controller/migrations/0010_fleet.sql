-- Pools and servers, the agents on them, their links and commands, provisioning bundles, and what is wanted of workers.

CREATE TABLE pools (
  name        text PRIMARY KEY,
  description text NOT NULL DEFAULT '',
  is_default  boolean NOT NULL DEFAULT false,
  -- By provider (host name): standard, low_hit or warmup.
  profiles    jsonb NOT NULL DEFAULT '{}',
  -- Most jobs that its workers hold at once; null: no bound.
  max_jobs    integer CHECK (max_jobs >= 0),
  revision    integer NOT NULL DEFAULT 1,
  created_at  timestamptz NOT NULL DEFAULT now(),
  archived_at timestamptz
);
CREATE UNIQUE INDEX pools_default ON pools (is_default) WHERE is_default;
INSERT INTO pools (name, is_default) VALUES ('default', true);
INSERT INTO pools (name) SELECT pool FROM workers UNION SELECT pool FROM jobs UNION SELECT pool FROM plans
  ON CONFLICT DO NOTHING;

CREATE TABLE servers (
  id          text PRIMARY KEY,
  name        text NOT NULL UNIQUE,
  pool        text NOT NULL REFERENCES pools (name),
  description text NOT NULL DEFAULT '',
  address     text NOT NULL DEFAULT '',
  labels      jsonb NOT NULL DEFAULT '{}',
  revision    integer NOT NULL DEFAULT 1,
  -- Grows with each command.
  generation  bigint NOT NULL DEFAULT 0,
  -- The last verification, as it was answered.
  verification jsonb,
  created_at  timestamptz NOT NULL DEFAULT now(),
  created_by  text NOT NULL,
  archived_at timestamptz
);
CREATE INDEX servers_pool ON servers (pool);

-- An enrolment of the supervisor on a server; a server has at most one that is not revoked.
CREATE TABLE agents (
  id           text PRIMARY KEY,
  server_id    text NOT NULL REFERENCES servers (id),
  public_key   text NOT NULL,
  machine_id   text,
  hostname     text NOT NULL,
  version      text NOT NULL,
  remote_addr  text,
  enrolled_at  timestamptz NOT NULL DEFAULT now(),
  revoked_at   timestamptz,
  last_seen_at timestamptz,
  boot_id      text,
  -- What it told last: process_state and units, load.
  state        jsonb,
  load         jsonb,
  -- Set where two machines used its key: nothing is taken from it until an operator has looked.
  cloned_at    timestamptz,
  -- Why its last hello was refused: code, text, at. Null once it was welcomed.
  link_problem jsonb
-- Heartbeats write rows anew every few seconds: with room in the page no index is touched.
) WITH (fillfactor = 50);
CREATE UNIQUE INDEX agents_live ON agents (server_id) WHERE revoked_at IS NULL;
CREATE UNIQUE INDEX agents_key ON agents (public_key);
CREATE INDEX agents_server ON agents (server_id);

-- Which controller holds an agent's socket. A later socket has a higher epoch, and only the highest counts.
CREATE TABLE agent_links (
  agent_id      text PRIMARY KEY REFERENCES agents (id) ON DELETE CASCADE,
  controller_id text NOT NULL,
  epoch         bigint NOT NULL,
  remote_addr   text NOT NULL,
  connected_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX agent_links_controller ON agent_links (controller_id);
CREATE SEQUENCE agent_link_epochs AS bigint;

-- Controllers that hold sockets, and when each was last alive; the links of a dead one are swept.
CREATE TABLE link_controllers (
  id      text PRIMARY KEY,
  seen_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE commands (
  id             text PRIMARY KEY,
  server_id      text NOT NULL REFERENCES servers (id),
  agent_id       text REFERENCES agents (id),
  generation     bigint NOT NULL,
  verb           text NOT NULL CHECK (verb IN ('start', 'stop', 'restart', 'status', 'run-checks')),
  checks         jsonb,
  state          text NOT NULL CHECK (state IN
                   ('issued', 'delivered', 'accepted', 'succeeded', 'failed', 'expired', 'superseded')),
  actor          text NOT NULL,
  reason         text,
  issued_at      timestamptz NOT NULL DEFAULT now(),
  -- Until when it waits for the builds of the server to end; null: it may be delivered.
  hold_until     timestamptz,
  -- An agent that has not accepted it by then never will.
  expires_at     timestamptz NOT NULL,
  delivered_at   timestamptz,
  accepted_at    timestamptz,
  finished_at    timestamptz,
  ended_attempts text[] NOT NULL DEFAULT '{}',
  results        jsonb,
  detail         text,
  UNIQUE (server_id, generation)
);
CREATE INDEX commands_open ON commands (expires_at) WHERE state IN ('issued', 'delivered', 'accepted');
CREATE INDEX commands_open_server ON commands (server_id) WHERE state IN ('issued', 'delivered', 'accepted');

CREATE TABLE provisioning_bundles (
  id            text PRIMARY KEY,
  server_id     text NOT NULL REFERENCES servers (id),
  pool          text NOT NULL,
  -- SHA-256 of the token in the link.
  token_hash    bytea NOT NULL UNIQUE,
  created_by    text NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  expires_at    timestamptz NOT NULL,
  downloaded_at timestamptz,
  used_at       timestamptz,
  revoked_at    timestamptz
);
CREATE INDEX provisioning_bundles_server ON provisioning_bundles (server_id, created_at DESC);

-- What the scheduler wants of a worker, why and until when; a quarantine stands beside it.
ALTER TABLE workers
  ADD COLUMN server_id         text REFERENCES servers (id),
  -- Its process is being stopped by a command: nothing is granted to it until then. Never an intent.
  ADD COLUMN stopping_until    timestamptz,
  ADD COLUMN remote_addr       text,
  ADD COLUMN desired_reason    text,
  ADD COLUMN desired_by        text,
  ADD COLUMN desired_at        timestamptz,
  -- Of a pause: when it ends by itself. Of a drain: its deadline.
  ADD COLUMN desired_until     timestamptz,
  ADD COLUMN quarantined_at    timestamptz,
  ADD COLUMN quarantine_kind   text CHECK (quarantine_kind IN ('manual', 'automatic')),
  ADD COLUMN quarantine_reason text,
  -- When an automatic one is released by itself; a manual one has none unless it was given one.
  ADD COLUMN quarantine_until  timestamptz,
  -- Automatic ones in a row: each lasts twice as long.
  ADD COLUMN quarantine_count  integer NOT NULL DEFAULT 0,
  -- Attempts that were claimed before do not count for or against it any more: its last quarantine ended then.
  ADD COLUMN judged_from       timestamptz;
CREATE INDEX workers_pool ON workers (pool);
CREATE INDEX workers_server ON workers (server_id) WHERE server_id IS NOT NULL;

-- Lost because its worker's process was ended on purpose: it says nothing against the worker.
ALTER TABLE attempts ADD COLUMN released boolean NOT NULL DEFAULT false;
