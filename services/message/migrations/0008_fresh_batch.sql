-- Up Migration

-- As store_fresh_messages, which replicas of the release before still call: messages that nobody has sent before, by
-- members. What a batch has in common is said once: who sends where is looked up for each pair of a conversation and a
-- sender, and whoever calls has counted the messages of each conversation. No row comes back when a message is a repeat
-- or its sender no member: then nothing was stored, and store_messages says which.
--
-- conversation_ids, sender_ids: the pairs
-- lasts:  of each pair, the place of its last message
-- pairs:  of each message, its pair
-- places: of each message, the how manieth of the batch it is in its conversation
-- bases:  of each pair, the last sequence of its conversation before: a message's own is that and its place
create function message.store_fresh_batch(
  conversation_ids uuid[], sender_ids uuid[], lasts integer[],
  pairs integer[], places integer[], keys text[], texts text[], attachment_lists jsonb[], ids uuid[]
) returns table (bases bigint[], stored_at timestamptz)
language plpgsql
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  at timestamptz;
  last_seqs bigint[];
begin
  -- In this order and in two statements for the reason that store_messages gives.
  perform 1 from message.conversation c where c.id = any (conversation_ids) order by c.id for no key update;
  at := clock_timestamp();
  select array_agg(c.last_seq order by p.n) into last_seqs
  from unnest(conversation_ids, sender_ids) with ordinality as p (conversation_id, sender_id, n)
  join message.conversation c on c.id = p.conversation_id
  join message.member m on m.conversation_id = p.conversation_id and m.user_id = p.sender_id;
  if cardinality(last_seqs) is distinct from cardinality(conversation_ids) then
    return;
  end if;
  insert into message.message (conversation_id, seq, id, sender_id, key, text, attachments, stored_at)
  select conversation_ids[i.pair], last_seqs[i.pair] + i.place, i.id, sender_ids[i.pair], i.key, i.text, i.attachments, at
  from unnest(pairs, places, keys, texts, attachment_lists, ids) as i (pair, place, key, text, attachments, id);
  update message.conversation c set last_seq = c.last_seq + top.place
  from (select p.conversation_id, max(p.place) as place
        from unnest(conversation_ids, lasts) as p (conversation_id, place) group by 1) top
  where c.id = top.conversation_id;
  -- Who sends has read what came before.
  update message.member m set read_seq = p.base + p.place
  from unnest(conversation_ids, sender_ids, last_seqs, lasts) as p (conversation_id, sender_id, base, place)
  where m.conversation_id = p.conversation_id and m.user_id = p.sender_id and m.read_seq < p.base + p.place;
  return query select last_seqs, at;
exception
  when unique_violation then
    return;
end $$;

grant execute on function message.store_fresh_batch to storm_message;

-- Down Migration

drop function message.store_fresh_batch;
