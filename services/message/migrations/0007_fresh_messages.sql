-- Up Migration

-- What nearly every batch is: messages that nobody has sent before, by members. They are inserted without looking their
-- keys up first; the unique key of the table finds a repeat. No row comes back when one of them is a repeat or its sender
-- no member: then nothing was stored, and store_messages says which.
--
-- seqs: of each message, in the order of the arrays
create function message.store_fresh_messages(
  conversation_ids uuid[], sender_ids uuid[], keys text[], texts text[], attachment_lists jsonb[], ids uuid[]
) returns table (seqs bigint[], stored_at timestamptz)
language plpgsql
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  at timestamptz;
  places bigint[];
begin
  -- In this order and in two statements for the reason that store_messages gives.
  perform 1 from message.conversation c where c.id = any (conversation_ids) order by c.id for no key update;
  at := clock_timestamp();
  with placed as materialized (
    select i.n, i.conversation_id, i.sender_id, i.key, i.text, i.attachments, i.id,
           c.last_seq + row_number() over (partition by i.conversation_id order by i.n) as seq
    from unnest(conversation_ids, sender_ids, keys, texts, attachment_lists, ids)
      with ordinality as i (conversation_id, sender_id, key, text, attachments, id, n)
    join message.conversation c on c.id = i.conversation_id
    join message.member m on m.conversation_id = i.conversation_id and m.user_id = i.sender_id
  ),
  inserted as (
    insert into message.message (conversation_id, seq, id, sender_id, key, text, attachments, stored_at)
    select p.conversation_id, p.seq, p.id, p.sender_id, p.key, p.text, p.attachments, at from placed p
  ),
  advanced as (
    update message.conversation c set last_seq = top.seq
    from (select p.conversation_id, max(p.seq) as seq from placed p group by 1) top
    where c.id = top.conversation_id
  ),
  -- Who sends has read what came before.
  read as (
    update message.member m set read_seq = top.seq
    from (select p.conversation_id, p.sender_id, max(p.seq) as seq from placed p group by 1, 2) top
    where m.conversation_id = top.conversation_id and m.user_id = top.sender_id and m.read_seq < top.seq
  )
  select array_agg(p.seq order by p.n) into places from placed p;
  if cardinality(places) is distinct from cardinality(ids) then
    raise no_data_found;
  end if;
  return query select places, at;
exception
  when unique_violation or no_data_found then
    return;
end $$;

grant execute on function message.store_fresh_messages to storm_message;

-- Down Migration

drop function message.store_fresh_messages;
