-- A wheel that was handed in is served as it is: an artifact comes from an attempt or from an input, never from both.
-- One input may serve several targets, a row for each (a plain `linux_*` wheel is shown under its own targets only).

ALTER TABLE artifacts
  ADD COLUMN input_id text REFERENCES inputs (id),
  DROP CONSTRAINT artifacts_pkey,
  ALTER COLUMN attempt_id DROP NOT NULL,
  ADD CONSTRAINT artifacts_of_attempt UNIQUE (attempt_id, filename),
  ADD CONSTRAINT artifacts_of_input UNIQUE (input_id, python_tag, platform_tag),
  ADD CONSTRAINT artifacts_one_origin CHECK (num_nonnulls(attempt_id, input_id) = 1);
