-- Up Migration

-- Ships with Postgres and may be created by the owner of a database.
create extension if not exists pg_trgm with schema public;

-- Both a prefix and a misspelling are found by trigrams; one index serves both names.
create index person_by_trigram on account.person using gin
  (username public.gin_trgm_ops, (lower(display_name)) public.gin_trgm_ops);

-- Down Migration

drop index account.person_by_trigram;
