-- Up Migration

-- Files that a forwarded message carries into a conversation other than the one that they were uploaded to.
create table message.shared_media (
  media_id uuid not null,
  conversation_id uuid not null,
  seq bigint not null,
  primary key (media_id, conversation_id, seq)
);

-- Sends of a batch in which some reply or forward: stored by store_messages like all others, in one order with them, and
-- what they refer to is noted beside them in the same commit.
--
-- outcome: as store_messages, and 4 for a reply to a message that is not there
create function message.store_posts(
  conversation_ids uuid[], sender_ids uuid[], keys text[], texts text[], attachment_lists jsonb[], ids uuid[],
  replies_to bigint[], origins jsonb[], from_ids uuid[], from_seqs bigint[]
) returns table (n integer, outcome integer, seq bigint, id uuid, stored_at timestamptz)
language plpgsql
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  good integer[];
begin
  perform 1 from message.conversation c where c.id = any (conversation_ids) order by c.id for no key update;
  select coalesce(array_agg(i.n::integer order by i.n), '{}') into good
  from unnest(conversation_ids, replies_to) with ordinality as i (conversation_id, reply_to, n)
  left join message.conversation c on c.id = i.conversation_id
  where i.reply_to is null or c.id is null or i.reply_to <= c.last_seq;
  return query
  with input as materialized (
    select i.*, i.number::integer as n
    from unnest(conversation_ids, sender_ids, keys, texts, attachment_lists, ids, replies_to, origins, from_ids, from_seqs)
      with ordinality as i (conversation_id, sender_id, key, text, attachments, id, reply_to, origin, from_id, from_seq, number)
  ),
  kept as (
    select array_agg(i.conversation_id order by i.n) as conversation_ids, array_agg(i.sender_id order by i.n) as sender_ids,
           array_agg(i.key order by i.n) as keys, array_agg(i.text order by i.n) as texts,
           array_agg(i.attachments order by i.n) as attachment_lists, array_agg(i.id order by i.n) as ids
    from input i where i.n = any (good)
  ),
  stored as materialized (
    select good[s.n] as n, s.outcome, s.seq, s.id, s.stored_at
    from kept k, message.store_messages(k.conversation_ids, k.sender_ids, k.keys, k.texts, k.attachment_lists, k.ids) s
    where cardinality(good) > 0
  ),
  noted as (
    insert into message.annotation (conversation_id, seq, reply_to, forwarded, forwarded_from, forwarded_seq)
    select i.conversation_id, s.seq, i.reply_to, i.origin, i.from_id, i.from_seq
    from stored s join input i on i.n = s.n
    where s.outcome = 0 and (i.reply_to is not null or i.origin is not null)
  ),
  shared as (
    insert into message.shared_media (media_id, conversation_id, seq)
    select distinct (f.value ->> 'mediaId')::uuid, i.conversation_id, s.seq
    from stored s join input i on i.n = s.n, jsonb_array_elements(i.attachments) f
    where s.outcome = 0 and i.origin is not null
  )
  select i.n,
         case when s.n is null and r.user_id is null then 3
              when s.n is null then 4
              -- The same words in answer to another message are another message.
              when s.outcome = 1 and m.id is not null and a.reply_to is distinct from i.reply_to then 2
              else s.outcome end,
         s.seq, s.id, s.stored_at
  from input i
  left join stored s on s.n = i.n
  left join message.member r on s.n is null and r.conversation_id = i.conversation_id and r.user_id = i.sender_id
  left join message.message m on s.outcome = 1 and m.conversation_id = i.conversation_id and m.seq = s.seq
  left join message.annotation a on s.outcome = 1 and a.conversation_id = i.conversation_id and a.seq = s.seq
  order by i.n;
end $$;

-- What is to be forwarded, as far as who forwards it may read it; and the forwarded message itself where its key has
-- stored it before, whatever became of its source since.
create function message.find_forwards(
  sender_ids uuid[], from_ids uuid[], from_seqs bigint[], to_ids uuid[], keys text[]
) returns table (
  n integer, source_text text, source_attachments jsonb, source_sender uuid, source_stored_at timestamptz,
  source_forwarded jsonb,
  id uuid, conversation_id uuid, seq bigint, sender_id uuid, key text, text text, attachments jsonb,
  stored_at timestamptz, revision bigint, reply_to bigint, forwarded jsonb, edited_at timestamptz,
  deleted_at timestamptz, reactions jsonb
)
language sql stable
set enable_seqscan = off
as $$
  select i.n::integer, s.text, s.attachments, s.sender_id, s.stored_at, s.forwarded,
         m.id, m.conversation_id, m.seq, m.sender_id, m.key, m.text, m.attachments, m.stored_at,
         m.revision, m.reply_to, m.forwarded, m.edited_at, m.deleted_at, m.reactions
  from unnest(sender_ids, from_ids, from_seqs, to_ids, keys)
    with ordinality as i (sender_id, from_id, from_seq, to_id, key, n)
  left join message.current_message s on s.conversation_id = i.from_id and s.seq = i.from_seq and s.deleted_at is null
    and exists (select 1 from message.member r where r.conversation_id = i.from_id and r.user_id = i.sender_id)
    and not exists (select 1 from message.hidden h
                    where h.conversation_id = i.from_id and h.user_id = i.sender_id and h.seq = i.from_seq)
  left join message.current_message m on m.conversation_id = i.to_id and m.sender_id = i.sender_id and m.key = i.key
    and exists (select 1 from message.annotation a where a.conversation_id = m.conversation_id and a.seq = m.seq
                  and a.forwarded_from = i.from_id and a.forwarded_seq = i.from_seq)
    and exists (select 1 from message.member r where r.conversation_id = i.to_id and r.user_id = i.sender_id)
  order by i.n
$$;

-- The files of a deleted message are nobody's business through it any more.
create function message.unshare_media() returns trigger
language plpgsql as $$
begin
  delete from message.shared_media s
  using jsonb_array_elements(old.attachments) f
  where s.media_id = (f.value ->> 'mediaId')::uuid and s.conversation_id = old.conversation_id and s.seq = old.seq;
  return null;
end $$;
create trigger message_without_files after update of attachments on message.message
  for each row when (old.attachments is not null and new.attachments is null) execute function message.unshare_media();

grant select, insert, delete on message.shared_media to storm_message;

-- Down Migration

drop trigger message_without_files on message.message;
drop function message.unshare_media, message.find_forwards, message.store_posts;
drop table message.shared_media;
