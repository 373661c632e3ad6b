-- Ends a statement, and its transaction, that met what its caller has to treat otherwise. STABLE, though it has nothing to
-- answer: so a condition that does not hang on a row is checked once, and also where there is no row.
CREATE FUNCTION refuse(what text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RAISE EXCEPTION 'not done as was asked: %', what USING ERRCODE = 'IW001';
END $$;
