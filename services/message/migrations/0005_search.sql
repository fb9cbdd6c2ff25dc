-- Up Migration

-- Ships with Postgres and may be created by the owner of a database.
create extension if not exists btree_gin with schema public;

-- The words of messages, made when somebody searches and not when somebody sends: a send costs nothing for it, and what
-- nobody looks for is never made searchable.
create table message.search_document (
  conversation_id uuid not null,
  seq bigint not null,
  words tsvector not null,
  primary key (conversation_id, seq)
);
create index search_document_by_word on message.search_document using gin (conversation_id, words);

-- Up to where the messages of a conversation are searchable; its row is the lock between who makes them so and who
-- changes what they say.
create table message.search_progress (
  conversation_id uuid primary key,
  indexed_seq bigint not null default 0
);

-- Makes the next messages of a conversation searchable, max_messages at most. @returns how many it looked at
create function message.index_messages(of_conversation uuid, max_messages integer) returns integer
language plpgsql as $$
declare
  from_seq bigint;
  to_seq bigint;
begin
  insert into message.search_progress (conversation_id) values (of_conversation) on conflict do nothing;
  select p.indexed_seq into from_seq from message.search_progress p where p.conversation_id = of_conversation for update;
  select least(c.last_seq, from_seq + max_messages) into to_seq
  from message.conversation c where c.id = of_conversation;
  insert into message.search_document (conversation_id, seq, words)
  select m.conversation_id, m.seq, to_tsvector('simple', m.text)
  from message.message m
  where m.conversation_id = of_conversation and m.seq > from_seq and m.seq <= to_seq and m.text <> ''
  on conflict do nothing;
  update message.search_progress p set indexed_seq = to_seq where p.conversation_id = of_conversation;
  return to_seq - from_seq;
end $$;

-- An edit or a deletion changes what is found in the same commit.
create function message.reindex_message() returns trigger
language plpgsql as $$
begin
  insert into message.search_progress (conversation_id) values (new.conversation_id) on conflict do nothing;
  perform 1 from message.search_progress p where p.conversation_id = new.conversation_id for update;
  if new.text = '' then
    delete from message.search_document d where d.conversation_id = new.conversation_id and d.seq = new.seq;
  else
    update message.search_document d set words = to_tsvector('simple', new.text)
    where d.conversation_id = new.conversation_id and d.seq = new.seq;
  end if;
  return null;
end $$;
create trigger message_rewritten after update of text on message.message
  for each row when (old.text is distinct from new.text) execute function message.reindex_message();

grant select, insert, update, delete on message.search_document to storm_message;
grant select, insert, update on message.search_progress to storm_message;

-- Down Migration

drop trigger message_rewritten on message.message;
drop function message.reindex_message, message.index_messages;
drop table message.search_progress, message.search_document;
