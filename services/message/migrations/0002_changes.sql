-- Up Migration

-- What happens to a conversation and its messages after they were stored. The send path's table and function stay as
-- they are: whatever is said of a message later lies beside it, so a plain send is as cheap as before.

-- Counts the changes of a conversation, as last_seq counts its messages: whoever sees two states of one thing keeps the
-- one of the higher revision.
alter table message.conversation
  add column revision bigint not null default 0,
  add column picture_id uuid;

alter table message.member
  add column muted_until timestamptz,
  add column pinned_at timestamptz,
  add column settings_revision bigint not null default 0;

create table message.annotation (
  conversation_id uuid not null,
  seq bigint not null,
  revision bigint not null default 0,
  reply_to bigint,
  -- What everyone sees of a forwarded message's origin, and where it came from, which only its sender may know.
  forwarded jsonb,
  forwarded_from uuid,
  forwarded_seq bigint,
  edited_at timestamptz,
  deleted_at timestamptz,
  reactions jsonb,
  -- Of what was sent, once the message says something else: the sender's retry is still told from another message.
  sent_digest bytea,
  primary key (conversation_id, seq)
) with (fillfactor = 70);

-- Earlier texts; `revision` is the change that replaced it.
create table message.earlier_text (
  conversation_id uuid not null,
  seq bigint not null,
  revision bigint not null,
  text text not null,
  written_at timestamptz not null,
  primary key (conversation_id, seq, revision)
);

create table message.reaction (
  conversation_id uuid not null,
  seq bigint not null,
  emoji text not null,
  user_id uuid not null,
  revision bigint not null,
  primary key (conversation_id, seq, emoji, user_id)
);

-- Messages that a member has deleted for themselves.
create table message.hidden (
  conversation_id uuid not null,
  user_id uuid not null,
  seq bigint not null,
  primary key (conversation_id, user_id, seq)
);

-- Every change that was carried out, under the key of who asked for it: a retry finds it and changes nothing.
create table message.change (
  conversation_id uuid not null,
  actor_id uuid not null,
  key text not null,
  -- Of the whole wish, so that another one under the same key is refused.
  digest text not null,
  revision bigint not null,
  changed_at timestamptz not null default clock_timestamp(),
  primary key (conversation_id, actor_id, key)
);

-- A message as it stands now.
create view message.current_message as
select m.conversation_id, m.seq, m.id, m.sender_id, m.key, m.text, m.attachments, m.stored_at,
       a.revision, a.reply_to, a.forwarded, a.edited_at, a.deleted_at, a.reactions
from message.message m
left join message.annotation a on a.conversation_id = m.conversation_id and a.seq = m.seq;

create function message.digest_body(text text, attachments jsonb) returns bytea
language sql immutable parallel safe as $$
  select sha256(convert_to(jsonb_build_array(text, attachments)::text, 'UTF8'))
$$;

-- Who may change what: the only place where it is decided.
--
-- actor_role: null for who is not a member (any more). is_own: the message is the actor's, the member is the actor.
-- outcome: 0 allowed, 3 as if it were not there, 4 not in this role, 5 a direct conversation stays as it is
create function message.refusal(verb text, kind text, actor_role text, is_own boolean, target_role text) returns integer
language sql immutable as $$
  select case
    when actor_role is null then 3
    when verb in ('hide-message', 'react-to-message', 'change-settings') then 0
    when verb = 'edit-message' then case when is_own then 0 else 4 end
    when verb = 'delete-message' then
      case when is_own or (kind = 'group' and actor_role in ('owner', 'admin')) then 0 else 4 end
    when kind = 'direct' then 5
    when verb in ('edit-conversation', 'add-members') then case when actor_role in ('owner', 'admin') then 0 else 4 end
    when verb = 'remove-member' then
      case when is_own or (actor_role in ('owner', 'admin') and target_role is distinct from 'owner') then 0 else 4 end
    when verb = 'set-role' then case when actor_role = 'owner' and not is_own then 0 else 4 end
    else 4
  end
$$;

-- The next revision of a conversation that the caller has locked.
create function message.next_revision(of_conversation uuid) returns bigint
language sql as $$
  update message.conversation c set revision = c.revision + 1 where c.id = of_conversation returning c.revision
$$;

-- Of these functions each makes one change that is allowed, and gives its outcome; null means that nothing changed.
-- outcome: 0 done, 7 no such message or member, 8 the message is deleted, 9 it would be empty, 10 as many as it can hold

create function message.edit_message(conversation uuid, place bigint, new_text text, max_edits integer) returns integer
language plpgsql as $$
declare
  old record;
  next bigint;
begin
  select * into old from message.current_message m where m.conversation_id = conversation and m.seq = place;
  if old.deleted_at is not null then return 8; end if;
  if old.forwarded is not null then return 4; end if;
  if new_text = '' and old.attachments is null then return 9; end if;
  if new_text = old.text then return null; end if;
  if (select count(*) from message.earlier_text e where e.conversation_id = conversation and e.seq = place) >= max_edits
  then return 10; end if;
  next := message.next_revision(conversation);
  insert into message.earlier_text values (conversation, place, next, old.text, coalesce(old.edited_at, old.stored_at));
  update message.message m set text = new_text where m.conversation_id = conversation and m.seq = place;
  insert into message.annotation as a (conversation_id, seq, revision, edited_at, sent_digest)
  values (conversation, place, next, clock_timestamp(), message.digest_body(old.text, old.attachments))
  on conflict (conversation_id, seq) do update
    set revision = next, edited_at = excluded.edited_at, sent_digest = coalesce(a.sent_digest, excluded.sent_digest);
  return 0;
end $$;

-- The place, the sender and the time stay; what was said is gone from every table.
create function message.delete_message(conversation uuid, place bigint) returns integer
language plpgsql as $$
declare
  old record;
  next bigint;
begin
  select * into old from message.current_message m where m.conversation_id = conversation and m.seq = place;
  if old.deleted_at is not null then return null; end if;
  next := message.next_revision(conversation);
  update message.message m set text = '', attachments = null where m.conversation_id = conversation and m.seq = place;
  insert into message.annotation as a (conversation_id, seq, revision, deleted_at, sent_digest)
  values (conversation, place, next, clock_timestamp(), message.digest_body(old.text, old.attachments))
  on conflict (conversation_id, seq) do update
    set revision = next, deleted_at = excluded.deleted_at, sent_digest = coalesce(a.sent_digest, excluded.sent_digest),
        reactions = null, edited_at = null, reply_to = null, forwarded = null;
  delete from message.earlier_text e where e.conversation_id = conversation and e.seq = place;
  delete from message.reaction r where r.conversation_id = conversation and r.seq = place;
  return 0;
end $$;

create function message.react_to_message(
  conversation uuid, place bigint, actor uuid, of_emoji text, is_on boolean, max_emoji integer, max_reactions integer
) returns integer
language plpgsql as $$
declare
  next bigint;
begin
  if exists (select 1 from message.annotation a
             where a.conversation_id = conversation and a.seq = place and a.deleted_at is not null) then return 8; end if;
  if is_on = exists (select 1 from message.reaction r where r.conversation_id = conversation and r.seq = place
                       and r.emoji = of_emoji and r.user_id = actor) then return null; end if;
  if is_on and (
    select count(*) >= max_reactions or count(distinct r.emoji) filter (where r.emoji <> of_emoji) >= max_emoji
    from message.reaction r where r.conversation_id = conversation and r.seq = place
  ) then return 10; end if;
  next := message.next_revision(conversation);
  if is_on then
    insert into message.reaction values (conversation, place, of_emoji, actor, next);
  else
    delete from message.reaction r
    where r.conversation_id = conversation and r.seq = place and r.emoji = of_emoji and r.user_id = actor;
  end if;
  insert into message.annotation as a (conversation_id, seq, revision, reactions)
  values (conversation, place, next, (
    select jsonb_agg(jsonb_build_object('emoji', g.emoji, 'userIds', g.user_ids) order by g.since)
    from (
      select r.emoji, jsonb_agg(r.user_id order by r.revision) as user_ids, min(r.revision) as since
      from message.reaction r where r.conversation_id = conversation and r.seq = place group by r.emoji
    ) g))
  on conflict (conversation_id, seq) do update set revision = next, reactions = excluded.reactions;
  return 0;
end $$;

-- An owner who leaves hands the group to the oldest admin, else to the oldest member.
create function message.remove_from_group(conversation uuid, leaving uuid, out outcome integer, out successor uuid)
language plpgsql as $$
declare
  left_role text;
begin
  delete from message.member m where m.conversation_id = conversation and m.user_id = leaving returning m.role into left_role;
  if left_role is null then return; end if;
  outcome := 0;
  update message.conversation c set member_count = c.member_count - 1 where c.id = conversation;
  perform message.next_revision(conversation);
  if left_role = 'owner' and not exists (
    select 1 from message.member m where m.conversation_id = conversation and m.role = 'owner'
  ) then
    update message.member m set role = 'owner' where m.conversation_id = conversation and m.user_id = (
      select o.user_id from message.member o where o.conversation_id = conversation
      order by o.role = 'admin' desc, o.joined_at, o.user_id limit 1
    ) returning m.user_id into successor;
  end if;
end $$;

create function message.add_to_group(conversation uuid, added uuid[], max_members integer) returns integer
language plpgsql as $$
declare
  fresh integer;
begin
  select count(*) into fresh from unnest(added) as u (id)
  where not exists (select 1 from message.member m where m.conversation_id = conversation and m.user_id = u.id);
  if fresh = 0 then return null; end if;
  if fresh + (select c.member_count from message.conversation c where c.id = conversation) > max_members then return 6; end if;
  insert into message.member (conversation_id, user_id, role, read_seq)
  select conversation, u.id, 'member', c.last_seq
  from unnest(added) as u (id) join message.conversation c on c.id = conversation
  on conflict do nothing;
  update message.conversation c set member_count = c.member_count + fresh where c.id = conversation;
  perform message.next_revision(conversation);
  return 0;
end $$;

-- Carries one change out, once. The conversation's row is locked by the caller.
-- others: whom it concerns besides those that the change names.
create function message.apply_change(
  change jsonb, out outcome integer, out applied_revision bigint, out others uuid[]
)
language plpgsql
set enable_seqscan = off
set plan_cache_mode = force_generic_plan
as $$
declare
  verb constant text := change ->> 'verb';
  conversation constant uuid := change ->> 'conversationId';
  actor constant uuid := change ->> 'actorId';
  place constant bigint := change ->> 'seq';
  target constant uuid := change ->> 'userId';
  kind text;
  actor_role text;
  target_role text;
  sender uuid;
  done_before record;
  successor uuid;
begin
  select c.kind, c.revision into kind, applied_revision from message.conversation c where c.id = conversation;
  select m.role into actor_role from message.member m where m.conversation_id = conversation and m.user_id = actor;
  select d.digest, d.revision into done_before
  from message.change d where d.conversation_id = conversation and d.actor_id = actor and d.key = change ->> 'key';
  if done_before.digest is not null then
    applied_revision := done_before.revision;
    outcome := case when done_before.digest <> change ->> 'digest' then 2
                    when actor_role is null and (verb <> 'remove-member' or actor <> target) then 3
                    else 1 end;
    return;
  end if;
  if place is not null then
    select m.sender_id into sender from message.message m where m.conversation_id = conversation and m.seq = place;
  end if;
  if target is not null then
    select m.role into target_role from message.member m where m.conversation_id = conversation and m.user_id = target;
  end if;
  -- Who has left has left, also when asked again.
  if verb = 'remove-member' and actor_role is null and actor = target and kind is not null then
    outcome := 0;
    return;
  end if;
  outcome := message.refusal(verb, kind, actor_role, coalesce(sender, target) = actor, target_role);
  if outcome <> 0 and not (outcome = 4 and place is not null and sender is null) then return; end if;
  if place is not null and sender is null then
    outcome := 7;
    return;
  end if;

  case verb
    when 'edit-message' then
      outcome := message.edit_message(conversation, place, change ->> 'text', (change ->> 'maxEdits')::integer);
    when 'delete-message' then
      outcome := message.delete_message(conversation, place);
    when 'hide-message' then
      insert into message.hidden values (conversation, actor, place) on conflict do nothing;
    when 'react-to-message' then
      outcome := message.react_to_message(conversation, place, actor, change ->> 'emoji', (change ->> 'on')::boolean,
        (change ->> 'maxEmoji')::integer, (change ->> 'maxReactions')::integer);
    when 'edit-conversation' then
      update message.conversation c set
        name = case when change ? 'name' then change ->> 'name' else c.name end,
        picture_id = case when change ? 'pictureId' then (change ->> 'pictureId')::uuid else c.picture_id end,
        revision = c.revision + 1
      where c.id = conversation;
    when 'set-role' then
      if target_role is null then outcome := 7; return; end if;
      update message.member m set role = change ->> 'role' where m.conversation_id = conversation and m.user_id = target;
      -- A group has one owner: giving it away makes an admin of who had it.
      if change ->> 'role' = 'owner' then
        update message.member m set role = 'admin' where m.conversation_id = conversation and m.user_id = actor;
        others := array[actor];
      end if;
      perform message.next_revision(conversation);
    when 'add-members' then
      outcome := message.add_to_group(conversation,
        array(select jsonb_array_elements_text(change -> 'userIds')::uuid), (change ->> 'maxMembers')::integer);
    when 'remove-member' then
      select r.outcome, r.successor into outcome, successor from message.remove_from_group(conversation, target) r;
      if successor is not null then others := array[successor]; end if;
    when 'change-settings' then
      update message.member m set
        muted_until = case when change ? 'mutedUntil' then (change ->> 'mutedUntil')::timestamptz else m.muted_until end,
        pinned_at = case when not change ? 'pinned' then m.pinned_at
                         when (change ->> 'pinned')::boolean then coalesce(m.pinned_at, clock_timestamp()) end,
        settings_revision = m.settings_revision + 1
      where m.conversation_id = conversation and m.user_id = actor;
  end case;

  outcome := coalesce(outcome, 0);
  if outcome <> 0 then return; end if;
  select c.revision into applied_revision from message.conversation c where c.id = conversation;
  insert into message.change (conversation_id, actor_id, key, digest, revision)
  values (conversation, actor, change ->> 'key', change ->> 'digest', applied_revision);
end $$;

-- Carries out a batch of changes in its order, in one round trip: the conversations are locked first, in the order of
-- their ids, as the send path does. Of each: its outcome, the revision, and the message or settings as they stand now.
--
-- outcome: 0 done, 1 done before, 2 the key names another change, 3 no such conversation or actor not in it,
--          4 actor may not, 5 direct conversations are fixed, 6 full, and those above
create function message.apply_changes(changes jsonb) returns table (
  n integer, outcome integer, applied_revision bigint, others uuid[], member_count integer,
  muted_until timestamptz, pinned_at timestamptz, settings_revision bigint,
  id uuid, conversation_id uuid, seq bigint, sender_id uuid, key text, text text, attachments jsonb,
  stored_at timestamptz, revision bigint, reply_to bigint, forwarded jsonb, edited_at timestamptz,
  deleted_at timestamptz, reactions jsonb
)
language plpgsql
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
  change record;
  result record;
  outcomes integer[] := '{}';
  revisions bigint[] := '{}';
  concerned jsonb[] := '{}';
begin
  perform 1 from message.conversation c
  where c.id in (select (value ->> 'conversationId')::uuid from jsonb_array_elements(changes)) order by c.id for no key update;
  for change in select value from jsonb_array_elements(changes) loop
    select a.outcome, a.applied_revision, a.others into result from message.apply_change(change.value) a;
    outcomes := outcomes || result.outcome;
    revisions := revisions || result.applied_revision;
    concerned := concerned || to_jsonb(coalesce(result.others, '{}'));
  end loop;
  return query
  select w.n::integer, r.outcome, r.revision, array(select jsonb_array_elements_text(r.others)::uuid),
         (select c.member_count from message.conversation c where c.id = (w.wish ->> 'conversationId')::uuid),
         p.muted_until, p.pinned_at, p.settings_revision,
         m.id, m.conversation_id, m.seq, m.sender_id, m.key, m.text, m.attachments, m.stored_at,
         m.revision, m.reply_to, m.forwarded, m.edited_at, m.deleted_at, m.reactions
  from jsonb_array_elements(changes) with ordinality as w (wish, n)
  join unnest(outcomes, revisions, concerned) with ordinality as r (outcome, revision, others, n) on r.n = w.n
  left join message.current_message m on r.outcome < 2
    and m.conversation_id = (w.wish ->> 'conversationId')::uuid and m.seq = (w.wish ->> 'seq')::bigint
  left join message.member p on r.outcome < 2 and w.wish ->> 'verb' = 'change-settings'
    and p.conversation_id = (w.wish ->> 'conversationId')::uuid and p.user_id = (w.wish ->> 'actorId')::uuid
  order by w.n;
end $$;

-- Sends that were refused as another message under their key, looked at again: the message may have been edited or
-- deleted since, and then the sender's retry still is one. One row for each that is.
create function message.recall_sends(
  conversation_ids uuid[], sender_ids uuid[], keys text[], texts text[], attachment_lists jsonb[]
) returns table (
  n integer,
  id uuid, conversation_id uuid, seq bigint, sender_id uuid, key text, text text, attachments jsonb,
  stored_at timestamptz, revision bigint, reply_to bigint, forwarded jsonb, edited_at timestamptz,
  deleted_at timestamptz, reactions jsonb
)
language sql
set enable_seqscan = off
as $$
  select i.n::integer, m.id, m.conversation_id, m.seq, m.sender_id, m.key, m.text, m.attachments, m.stored_at,
         m.revision, m.reply_to, m.forwarded, m.edited_at, m.deleted_at, m.reactions
  from unnest(conversation_ids, sender_ids, keys, texts, attachment_lists)
    with ordinality as i (conversation_id, sender_id, key, text, attachments, n)
  join message.current_message m on m.conversation_id = i.conversation_id and m.sender_id = i.sender_id and m.key = i.key
  join message.annotation a on a.conversation_id = m.conversation_id and a.seq = m.seq
  where a.sent_digest = message.digest_body(i.text, i.attachments)
$$;

grant select on message.current_message to storm_message;
grant select, insert, update on message.annotation, message.change to storm_message;
grant select, insert, delete on message.earlier_text, message.reaction, message.hidden to storm_message;

-- Down Migration

drop function message.recall_sends, message.apply_changes, message.apply_change, message.add_to_group,
  message.remove_from_group, message.react_to_message, message.delete_message, message.edit_message,
  message.next_revision, message.refusal, message.digest_body;
drop view message.current_message;
drop table message.change, message.hidden, message.reaction, message.earlier_text, message.annotation;
alter table message.member drop column muted_until, drop column pinned_at, drop column settings_revision;
alter table message.conversation drop column revision, drop column picture_id;
