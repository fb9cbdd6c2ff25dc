-- Up Migration

-- Up to where a member's devices have got the messages. As read_seq it stays out of every index.
alter table message.member add column delivered_seq bigint not null default 0;

-- Moves watermarks forward, never back and never past the end; who has read has got. No row for who is not a member,
-- nor in a conversation of more than max_members: there nobody is shown them, and every message would cost a write for each.
create function message.mark_delivered(conversation_ids uuid[], user_ids uuid[], seqs bigint[], max_members integer)
returns table (conversation_id uuid, user_id uuid, delivered_seq bigint, read_seq bigint)
language plpgsql
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
begin
  perform 1 from message.conversation c where c.id = any (conversation_ids) order by c.id for no key update;
  return query
  with input as (
    select i.conversation_id, i.user_id, max(i.seq) as seq
    from unnest(conversation_ids, user_ids, seqs) as i (conversation_id, user_id, seq)
    group by 1, 2
  )
  update message.member m set delivered_seq = greatest(m.delivered_seq, m.read_seq, least(i.seq, c.last_seq))
  from input i join message.conversation c on c.id = i.conversation_id and c.member_count <= max_members
  where m.conversation_id = i.conversation_id and m.user_id = i.user_id
  returning m.conversation_id, m.user_id, m.delivered_seq, m.read_seq;
end $$;

-- Down Migration

drop function message.mark_delivered;
alter table message.member drop column delivered_seq;
