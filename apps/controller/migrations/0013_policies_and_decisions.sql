-- Versions of the policy, what each decision was made of and what came of it, and what the next claims of a job carry
-- instead of what every claim does.

CREATE TABLE policies (
  version      integer PRIMARY KEY CHECK (version > 0),
  -- Canonical JSON is made of it for the digest; immutable.
  document     jsonb NOT NULL,
  sha256       text NOT NULL,
  author       text NOT NULL,
  reason       text NOT NULL,
  base_version integer REFERENCES policies (version),
  state        text NOT NULL CHECK (state IN
                 ('draft', 'validated', 'shadowed', 'canary', 'active', 'superseded', 'rejected')),
  created_at   timestamptz NOT NULL DEFAULT now(),
  activated_at timestamptz
);
CREATE UNIQUE INDEX policies_active ON policies ((true)) WHERE state = 'active';

-- All null in decisions of before: what they were made of cannot be run again.
ALTER TABLE decisions
  ADD COLUMN rule            text,
  ADD COLUMN p               double precision,
  ADD COLUMN hint_id         text,
  -- The whole decision: alternatives, trace, what it changes.
  ADD COLUMN outcome         jsonb,
  ADD COLUMN snapshot_sha256 text,
  ADD COLUMN policy_sha256   text,
  -- Whether what it claimed came true, once that is known.
  ADD COLUMN came_true       boolean,
  ADD COLUMN came_true_at    timestamptz;
-- The last outcomes of a rule, newest first, without reading more than are asked for.
CREATE INDEX decisions_evidence ON decisions (rule, action, decided_at DESC) WHERE came_true IS NOT NULL;

-- Constant defaults rewrite nothing.
ALTER TABLE jobs ADD COLUMN adjustment jsonb NOT NULL DEFAULT '{}';
