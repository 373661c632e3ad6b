-- A decision is stored as it was written: nothing looks into it with SQL, and the text is the one that was digested.
-- Turning it into jsonb was half of the dearest statement of a result.
ALTER TABLE decisions
  ALTER COLUMN snapshot TYPE json,
  ALTER COLUMN outcome TYPE json;
