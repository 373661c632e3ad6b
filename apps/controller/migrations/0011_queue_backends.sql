-- Jobs whose place in a queue backend outside of this database is to be looked at: written by the transaction that
-- changes the job, so that the backend hears of it only after the commit, and in the end for certain.
CREATE TABLE queue_changes (
  seq    bigserial PRIMARY KEY,
  job_id text NOT NULL
);

-- Controllers on this database, and which queue each uses: all must use the same.
CREATE TABLE queue_controllers (
  id      text PRIMARY KEY,
  backend text NOT NULL,
  place   text NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now()
);
