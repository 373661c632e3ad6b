-- The reaper looks for attempts that it suspended and whose job went on without them. There are hardly any: without an index
-- of their own it read every attempt that runs.
CREATE INDEX attempts_suspended ON attempts (id) WHERE lease_expires_at IS NULL AND state IN ('claimed', 'running');
