-- GET /search looks for names by their beginning, in the byte order that "C" has in every database.
CREATE INDEX jobs_search_name ON jobs (name COLLATE "C");
CREATE INDEX events_search_name ON events (name COLLATE "C");
CREATE INDEX artifacts_search_name ON artifacts (name COLLATE "C") WHERE accepted_at IS NOT NULL;
