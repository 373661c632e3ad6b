-- Where the revisions of an entry of the catalogue ended when it was put back: who changes it again counts on from there,
-- so that a revision never means two states of one hint.
CREATE TABLE hint_last_revisions (
  hint_id  text PRIMARY KEY,
  revision integer NOT NULL
);
