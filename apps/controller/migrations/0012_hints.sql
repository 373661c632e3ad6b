-- Hints that people wrote, and what they changed of the catalogue that comes with Ironwheel (a row with the id of the entry).
CREATE TABLE hints (
  id         text PRIMARY KEY,
  source     text NOT NULL CHECK (source IN ('builtin', 'operator', 'suggested')),
  -- Empty: the hint stands for its package, and goes into each of its builds.
  patterns   text[] NOT NULL,
  alongside  text,
  rule       text,
  answers    text,
  -- Normalized name (PEP 503), and a specifier of its versions (PEP 440).
  package    text,
  specifier  text,
  recipes    jsonb NOT NULL,
  note       text NOT NULL DEFAULT '',
  tests      jsonb NOT NULL DEFAULT '[]',
  enabled    boolean NOT NULL DEFAULT true,
  expires_at timestamptz,
  revision   integer NOT NULL DEFAULT 1,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK (cardinality(patterns) > 0 OR package IS NOT NULL)
);

-- What hints did: the attempt that failed, the line that matched, what was added to the next one, and how that ended.
-- The hint itself may be gone.
CREATE TABLE hint_applications (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hint_id         text NOT NULL,
  job_id          text NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
  attempt_id      text NOT NULL UNIQUE REFERENCES attempts (id) ON DELETE CASCADE,
  line_no         integer NOT NULL,
  line_text       text NOT NULL,
  recipe_digest   text NOT NULL,
  recipes         jsonb NOT NULL,
  -- Of the next attempt that succeeded or failed; null: none did yet.
  outcome         text CHECK (outcome IN ('succeeded', 'failed', 'moved_on')),
  next_attempt_id text,
  applied_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX hint_applications_hint ON hint_applications (hint_id, id DESC);
CREATE INDEX hint_applications_job ON hint_applications (job_id);

-- What hints have added to the builds of a job; `recipes` stays what was wished for.
ALTER TABLE jobs ADD COLUMN hint_recipes jsonb;
