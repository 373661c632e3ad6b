-- Whether an input still stands for bytes of the artifact store.
CREATE INDEX inputs_sha256 ON inputs (sha256);
