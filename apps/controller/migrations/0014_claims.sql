-- A claim moves a job from `queued` to `claimed` to `running`. As long as no index names `state`, Postgres does that inside
-- the row's own page (a heap-only update) and touches no index: the cost of a claim does not grow with the jobs that wait.
-- A job is open as long as it has no `finished_at`.
DROP INDEX jobs_live;
CREATE UNIQUE INDEX jobs_live ON jobs (name, version, python_tag, platform_tag) WHERE finished_at IS NULL;
DROP INDEX jobs_open;
CREATE INDEX jobs_open ON jobs (id) WHERE finished_at IS NULL;
DROP INDEX jobs_waiting;
CREATE INDEX jobs_waiting ON jobs (not_before) WHERE not_before IS NOT NULL;
-- Room in each page for the versions that a claim and a renewal write.
ALTER TABLE jobs SET (fillfactor = 50);

-- All columns in one direction, so that a look can begin behind what was taken before.
DROP INDEX queue_items_lane;
CREATE INDEX queue_items_lane ON queue_items (pool, platform_tag, python_tag, (-priority), enqueued_at, job_id);
-- What was taken leaves dead entries at the front of its lane, which every look passes: each vacuum is to remove them, also
-- where they are few beside what waits.
ALTER TABLE queue_items SET (vacuum_index_cleanup = on);
