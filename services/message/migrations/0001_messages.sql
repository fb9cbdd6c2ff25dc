-- Up Migration

create table message.conversation (
  id uuid primary key,
  kind text not null check (kind in ('direct', 'group')),
  name text,
  created_by uuid not null,
  -- What the creation asked for, so that a retry is told from another wish under the same id.
  request_digest text not null,
  last_seq bigint not null default 0,
  member_count integer not null default 0,
  created_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);

create table message.member (
  conversation_id uuid not null references message.conversation (id),
  user_id uuid not null,
  role text not null check (role in ('owner', 'admin', 'member')),
  read_seq bigint not null default 0,
  joined_at timestamptz not null default clock_timestamp(),
  primary key (conversation_id, user_id)
) with (fillfactor = 70);

-- read_seq stays out of every index: moving a watermark must not touch one.
create index member_by_user on message.member (user_id, conversation_id);

create table message.message (
  conversation_id uuid not null,
  seq bigint not null,
  id uuid not null,
  sender_id uuid not null,
  key text not null,
  text text not null,
  attachments jsonb,
  stored_at timestamptz not null default clock_timestamp(),
  primary key (conversation_id, seq),
  -- The idempotency key lives exactly as long as the message. Both keys lead with conversation_id, so that the table
  -- can be partitioned or distributed by conversation without a change of shape.
  unique (conversation_id, sender_id, key)
);

-- Messages arrive in the order of time: a block range index of a few pages serves "since when".
create index message_by_time on message.message using brin (stored_at);

-- The heart: stores one batch in one round trip.
--
-- First the conversations' rows are locked, in the order of their ids; only then does a second statement, with a
-- snapshot taken after the lock, look for keys that are stored already. In a single statement two replicas that meet
-- on one key leave a hole in the sequence, because the look-up would read the snapshot from before the lock.
--
-- outcome: 0 stored now, 1 stored before with the same body, 2 stored before with another body,
--          3 no such conversation or sender not in it
create function message.store_messages(
  conversation_ids uuid[], sender_ids uuid[], keys text[], texts text[], attachment_lists jsonb[], ids uuid[]
) returns table (n integer, outcome integer, seq bigint, id uuid, stored_at timestamptz)
language plpgsql
-- Every look-up here is by a key, one index descent a row, whatever the planner knows of the tables: a plan made while
-- they were empty would read them whole for ever. And it is planned once, not at every call.
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  at timestamptz;
begin
  perform 1 from message.conversation c where c.id = any (conversation_ids) order by c.id for no key update;
  at := clock_timestamp();
  return query
  with found as materialized (
    select i.n::integer as n, i.conversation_id, i.sender_id, i.key, i.text, i.attachments, i.id,
           (select true from message.member m
            where m.conversation_id = i.conversation_id and m.user_id = i.sender_id) is not null as is_member,
           (select c.last_seq from message.conversation c where c.id = i.conversation_id) as base,
           s.seq as stored_seq, s.id as stored_id, s.stored_at,
           s.text = i.text and s.attachments is not distinct from i.attachments as is_same_as_stored
    from unnest(conversation_ids, sender_ids, keys, texts, attachment_lists, ids)
      with ordinality as i (conversation_id, sender_id, key, text, attachments, id, n)
    left join lateral (
      select m.seq, m.id, m.stored_at, m.text, m.attachments from message.message m
      where m.conversation_id = i.conversation_id and m.sender_id = i.sender_id and m.key = i.key
      limit 1
    ) s on true
  ),
  judged as (
    select *, is_member and stored_id is null and row_number() over same_key = 1 as is_fresh
    from found window same_key as (partition by conversation_id, sender_id, key order by n)
  ),
  counted as (
    select *, base + count(*) filter (where is_fresh) over (partition by conversation_id order by n) as place
    from judged
  ),
  -- A key that comes twice in one batch takes the place of its first time.
  placed as materialized (
    select n, conversation_id, sender_id, key, text, attachments, id, is_member, is_fresh, stored_at,
           coalesce(stored_seq, first_value(place) over same_key) as seq,
           coalesce(stored_id, first_value(id) over same_key) as known_id,
           case when stored_id is not null then is_same_as_stored
                else text = first_value(text) over same_key
                     and attachments is not distinct from first_value(attachments) over same_key end as is_same
    from counted window same_key as (partition by conversation_id, sender_id, key order by n)
  ),
  advanced as (
    update message.conversation c set last_seq = top.seq
    from (select p.conversation_id, max(p.seq) as seq from placed p where p.is_fresh group by 1) top
    where c.id = top.conversation_id
  ),
  inserted as (
    insert into message.message (conversation_id, seq, id, sender_id, key, text, attachments, stored_at)
    select p.conversation_id, p.seq, p.id, p.sender_id, p.key, p.text, p.attachments, at from placed p where p.is_fresh
  ),
  -- Who sends has read what came before.
  read as (
    update message.member m set read_seq = top.seq
    from (select p.conversation_id, p.sender_id, max(p.seq) as seq from placed p where p.is_fresh group by 1, 2) top
    where m.conversation_id = top.conversation_id and m.user_id = top.sender_id and m.read_seq < top.seq
  )
  select p.n,
         case when not p.is_member then 3 when not p.is_same then 2 when p.is_fresh then 0 else 1 end,
         p.seq, p.known_id, coalesce(p.stored_at, at)
  from placed p order by p.n;
end $$;

-- Moves watermarks forward, never back and never past the end. No row for who is not a member.
create function message.mark_read(conversation_ids uuid[], user_ids uuid[], seqs bigint[])
returns table (conversation_id uuid, user_id uuid, read_seq bigint, last_seq bigint)
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
  update message.member m set read_seq = greatest(m.read_seq, least(i.seq, c.last_seq))
  from input i join message.conversation c on c.id = i.conversation_id
  where m.conversation_id = i.conversation_id and m.user_id = i.user_id
  returning m.conversation_id, m.user_id, m.read_seq, c.last_seq;
end $$;

-- outcome: 0 created now, 1 there already and the same, 2 there already and another
create function message.create_conversation(
  conversation_id uuid, kind text, name text, creator_id uuid, member_ids uuid[], digest text
) returns integer
language plpgsql as $$
declare
  existing text;
begin
  insert into message.conversation (id, kind, name, created_by, request_digest, member_count)
  values (conversation_id, kind, name, creator_id, digest, cardinality(member_ids))
  on conflict do nothing;
  if not found then
    select c.request_digest into existing from message.conversation c where c.id = conversation_id;
    return case when existing = digest then 1 else 2 end;
  end if;
  insert into message.member (conversation_id, user_id, role)
  select create_conversation.conversation_id, m.id,
         case when create_conversation.kind = 'group' and m.id = creator_id then 'owner' else 'member' end
  from unnest(member_ids) as m (id);
  return 0;
end $$;

-- outcome: 0 done, 3 no such conversation or actor not in it, 4 actor may not, 5 direct conversations are fixed, 6 full
create function message.add_members(conversation_id uuid, actor_id uuid, user_ids uuid[], max_members integer)
returns integer
language plpgsql as $$
#variable_conflict use_column
declare
  conversation_kind text;
  actor_role text;
  size integer;
  added integer;
begin
  select c.kind, c.member_count into conversation_kind, size
  from message.conversation c where c.id = add_members.conversation_id for no key update;
  select m.role into actor_role from message.member m
  where m.conversation_id = add_members.conversation_id and m.user_id = actor_id;
  if actor_role is null then return 3; end if;
  if conversation_kind = 'direct' then return 5; end if;
  if actor_role = 'member' then return 4; end if;
  if size + cardinality(user_ids) > max_members then return 6; end if;
  insert into message.member (conversation_id, user_id, role, read_seq)
  select add_members.conversation_id, u.id, 'member', c.last_seq
  from unnest(user_ids) as u (id) join message.conversation c on c.id = add_members.conversation_id
  on conflict do nothing;
  get diagnostics added = row_count;
  update message.conversation c set member_count = c.member_count + added where c.id = add_members.conversation_id;
  return 0;
end $$;

-- outcome as add_members; 0 also when the user was not there any more
create function message.remove_member(conversation_id uuid, actor_id uuid, leaving_id uuid)
returns integer
language plpgsql as $$
#variable_conflict use_column
declare
  conversation_kind text;
  actor_role text;
  leaving_role text;
begin
  select c.kind into conversation_kind
  from message.conversation c where c.id = remove_member.conversation_id for no key update;
  select m.role into actor_role from message.member m
  where m.conversation_id = remove_member.conversation_id and m.user_id = actor_id;
  select m.role into leaving_role from message.member m
  where m.conversation_id = remove_member.conversation_id and m.user_id = leaving_id;
  if conversation_kind is null then return 3; end if;
  -- Someone who leaves twice (a retry) has left.
  if actor_role is null then return case when actor_id = leaving_id then 0 else 3 end; end if;
  if conversation_kind = 'direct' then return 5; end if;
  if actor_id <> leaving_id and (actor_role = 'member' or leaving_role = 'owner') then return 4; end if;
  delete from message.member m where m.conversation_id = remove_member.conversation_id and m.user_id = leaving_id;
  if found then
    update message.conversation c set member_count = c.member_count - 1 where c.id = remove_member.conversation_id;
  end if;
  return 0;
end $$;

-- The service acts as this role and owns nothing.
do $$ begin
  if not exists (select 1 from pg_roles where rolname = 'storm_message') then create role storm_message nologin; end if;
end $$;
grant usage on schema message to storm_message;
grant select, insert, update on message.conversation, message.member, message.message to storm_message;
grant delete on message.member to storm_message;
grant execute on all functions in schema message to storm_message;

-- Down Migration

drop schema message cascade;
