-- For a superuser, once in the database of arportal, where the web server has a role of its own (WEB_DATABASE_URL).
--
-- Where row-level security holds, PostgreSQL uses an index for a condition only if its operator can tell nothing of rows
-- that are not to be seen, not even by an error message. These are not said to be such: without this, searches and pages
-- ordered by amount would read all rows of a store.
ALTER FUNCTION pg_catalog.ts_match_vq(tsvector, tsquery) LEAKPROOF;
ALTER FUNCTION pg_catalog.jsonb_contains(jsonb, jsonb) LEAKPROOF;
ALTER FUNCTION pg_catalog.numeric_eq(numeric, numeric) LEAKPROOF;
ALTER FUNCTION pg_catalog.numeric_lt(numeric, numeric) LEAKPROOF;
ALTER FUNCTION pg_catalog.numeric_le(numeric, numeric) LEAKPROOF;
ALTER FUNCTION pg_catalog.numeric_gt(numeric, numeric) LEAKPROOF;
ALTER FUNCTION pg_catalog.numeric_ge(numeric, numeric) LEAKPROOF;
