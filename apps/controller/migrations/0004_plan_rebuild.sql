-- A plan that was made as a rebuild is enqueued as one, whenever that is.
ALTER TABLE plans ADD COLUMN rebuild boolean NOT NULL DEFAULT false;
