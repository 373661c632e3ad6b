-- One file name never has two contents, also when its artifact is gone. Several attempts may bring the same bytes under
-- one name (a pure wheel that the jobs of two interpreters build): each row is accepted, the file is served once.

CREATE TABLE served_files (
  filename text PRIMARY KEY,
  sha256   text NOT NULL,
  UNIQUE (filename, sha256)
);
INSERT INTO served_files (filename, sha256) SELECT filename, sha256 FROM artifacts WHERE accepted_at IS NOT NULL;

ALTER TABLE artifacts
  ADD COLUMN served_filename text GENERATED ALWAYS AS (CASE WHEN accepted_at IS NOT NULL THEN filename END) STORED,
  ADD CONSTRAINT artifacts_served_content FOREIGN KEY (served_filename, sha256) REFERENCES served_files (filename, sha256);
DROP INDEX artifacts_served_name;
CREATE INDEX artifacts_served ON artifacts (served_filename) WHERE accepted_at IS NOT NULL;
-- What the sweep of uploads looks through.
CREATE INDEX artifacts_unaccepted ON artifacts (created_at) WHERE accepted_at IS NULL;
