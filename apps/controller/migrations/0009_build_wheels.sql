-- Wheels with the controller that a job's build may need: what the plan reuses of our own among its build requirements.
-- A constant default rewrites nothing.
ALTER TABLE jobs ADD COLUMN build_wheels jsonb NOT NULL DEFAULT '[]';
