-- A list of plans needs not read their documents, which are long: what it tells of them stands beside them.
CREATE FUNCTION plan_labels(document jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg(DISTINCT label #>> '{}'), '{}') FROM jsonb_path_query(document, '$.nodes[*].path[0]') AS label
$$;

ALTER TABLE plans
  ADD COLUMN node_count integer NOT NULL
    GENERATED ALWAYS AS (coalesce(jsonb_array_length(document->'plan'), 0)) STORED,
  ADD COLUMN build_count integer NOT NULL
    GENERATED ALWAYS AS (jsonb_array_length(jsonb_path_query_array(document, '$.plan[*] ? (@.action == "build")'))) STORED,
  ADD COLUMN reuse_count integer NOT NULL
    GENERATED ALWAYS AS (jsonb_array_length(jsonb_path_query_array(document, '$.plan[*] ? (@.action == "reuse")'))) STORED,
  ADD COLUMN missing_count integer NOT NULL
    GENERATED ALWAYS AS (coalesce(jsonb_array_length(document->'missing_requirements'), 0)) STORED,
  -- In the words of whoever asked, the first few by name; and of how many.
  ADD COLUMN asked_for text[] NOT NULL GENERATED ALWAYS AS ((plan_labels(document))[1:5]) STORED,
  ADD COLUMN asked_count integer NOT NULL GENERATED ALWAYS AS (cardinality(plan_labels(document))) STORED;
