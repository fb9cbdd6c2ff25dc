-- Up Migration

-- One row a user. Places are dense: last_place is how many items this inbox ever got, so what is unread is a
-- difference and never a count, however much was trimmed since.
create table notification.inbox (
  user_id uuid primary key,
  last_place bigint not null default 0,
  read_place bigint not null default 0,
  revision bigint not null default 0,
  -- When the newest item that was trimmed was stored. Nothing as old is taken in again: that message may have been here.
  trimmed_until timestamptz not null default '-infinity',
  check (read_place between 0 and last_place)
) with (fillfactor = 50);

create table notification.item (
  user_id uuid not null,
  place bigint not null,
  message_id uuid not null,
  conversation_id uuid not null,
  seq bigint not null,
  sender_id uuid not null,
  preview text not null,
  created_at timestamptz not null,
  primary key (user_id, place),
  unique (user_id, message_id)
);

-- Adds items for messages, once each, in one round trip: recipient i gets one for message recipient_messages[i].
--
-- First the inboxes are locked, in the order of their ids; only then does a second statement, with a snapshot taken
-- after the lock, look for items that are there already. "on conflict do nothing" would have to give out places before
-- it knows which rows are new, and leave holes that count as unread.
--
-- One row for each user with an item of this batch, new or there before: the state of the inbox, and the batch's
-- newest item (n: which message). A batch that comes again changes nothing and gives the same users.
create function notification.deliver(
  message_ids uuid[], conversation_ids uuid[], seqs bigint[], sender_ids uuid[], previews text[],
  stored_ats timestamptz[], recipient_messages integer[], recipient_ids uuid[], max_items integer
) returns table (user_id uuid, unread bigint, revision bigint, place bigint, n integer)
language plpgsql
-- A few hundred rows of tables that only grow, by their keys. Left alone, the planner takes a batch for larger than it
-- is and reads all of a table, or keeps a plan that it made while the table was empty.
set plan_cache_mode = force_custom_plan
set enable_seqscan = off
set random_page_cost = 1.1
as $$
#variable_conflict use_column
declare
  user_ids uuid[];
  last_places bigint[];
  read_places bigint[];
  revisions bigint[];
  trims timestamptz[];
begin
  insert into notification.inbox (user_id)
  select distinct r from unnest(recipient_ids) as r order by r
  on conflict do nothing;

  select array_agg(b.user_id), array_agg(b.last_place), array_agg(b.read_place), array_agg(b.revision),
         array_agg(b.trimmed_until)
  into user_ids, last_places, read_places, revisions, trims
  from (
    select * from notification.inbox b where b.user_id = any (recipient_ids) order by b.user_id for no key update
  ) b;

  return query
  with box as materialized (
    select * from unnest(user_ids, last_places, read_places, revisions, trims)
      as b (user_id, last_place, read_place, revision, trimmed_until)
  ),
  candidate as materialized (
    select r.user_id, m.n::integer as n, m.message_id, m.conversation_id, m.seq, m.sender_id, m.preview, m.stored_at
    from unnest(recipient_messages, recipient_ids) as r (n, user_id)
    join unnest(message_ids, conversation_ids, seqs, sender_ids, previews, stored_ats)
      with ordinality as m (message_id, conversation_id, seq, sender_id, preview, stored_at, n) on m.n = r.n
  ),
  known as materialized (
    select c.user_id, c.n, i.place
    from candidate c join notification.item i on i.user_id = c.user_id and i.message_id = c.message_id
  ),
  fresh as materialized (
    select c.*, b.last_place + row_number() over (partition by c.user_id order by c.n) as place
    from candidate c join box b on b.user_id = c.user_id
    where c.stored_at > b.trimmed_until
      and not exists (select from known k where k.user_id = c.user_id and k.n = c.n)
  ),
  inserted as (
    insert into notification.item (user_id, place, message_id, conversation_id, seq, sender_id, preview, created_at)
    select f.user_id, f.place, f.message_id, f.conversation_id, f.seq, f.sender_id, f.preview, f.stored_at
    from fresh f
  ),
  reached as materialized (
    select f.user_id, max(f.place) as last_place from fresh f group by f.user_id
  ),
  trimmed as (
    delete from notification.item i using reached r
    where r.last_place > max_items and i.user_id = r.user_id and i.place <= r.last_place - max_items
    returning i.user_id, i.created_at
  ),
  changed as (
    update notification.inbox b set
      last_place = r.last_place,
      revision = b.revision + 1,
      trimmed_until = greatest(b.trimmed_until, t.until)
    from reached r
    left join (select t.user_id, max(t.created_at) as until from trimmed t group by t.user_id) t
      on t.user_id = r.user_id
    where b.user_id = r.user_id
    returning b.user_id, b.last_place, b.revision
  ),
  newest as (
    select distinct on (a.user_id) a.user_id, a.place, a.n
    from (select f.user_id, f.place, f.n from fresh f union all select k.user_id, k.place, k.n from known k) a
    order by a.user_id, a.place desc
  )
  select b.user_id, coalesce(c.last_place, b.last_place) - b.read_place, coalesce(c.revision, b.revision),
         a.place, a.n
  from newest a
  join box b on b.user_id = a.user_id
  left join changed c on c.user_id = a.user_id;
end $$;

-- Moves the mark forward to a place, or to the end; never back, never past the end. No row for who has no inbox.
create function notification.mark_read(reader_id uuid, up_to bigint) returns table (unread bigint, revision bigint)
language plpgsql as $$
#variable_conflict use_column
begin
  update notification.inbox b set read_place = least(up_to, b.last_place), revision = b.revision + 1
  where b.user_id = reader_id and b.read_place < least(up_to, b.last_place);
  return query select b.last_place - b.read_place, b.revision from notification.inbox b where b.user_id = reader_id;
end $$;

-- The service acts as this role and owns nothing. Roles belong to the server, not to the database: another one of its
-- databases may have made it, even at this moment.
do $$ begin
  create role storm_notification nologin;
exception when duplicate_object or unique_violation then null;
end $$;
grant usage on schema notification to storm_notification;
grant select, insert, update on notification.inbox to storm_notification;
grant select, insert, delete on notification.item to storm_notification;
revoke execute on all functions in schema notification from public;
grant execute on all functions in schema notification to storm_notification;
