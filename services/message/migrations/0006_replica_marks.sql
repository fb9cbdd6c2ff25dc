-- Up Migration

-- Up to where each replica has seen the event stream, and whether it ended in order: what a replica that starts
-- compares with the stream, to tell whether the stream has lost something.
create table message.replica_mark (
  replica text primary key,
  -- The process of the NATS server that it was connected to: while that one lives, nothing can be lost.
  server_id text not null,
  -- When the stream was made, as the stream says it.
  incarnation text not null,
  -- How often the stream was found to have lost something.
  generation integer not null,
  -- The last event that the stream acknowledged to this replica; 0 for none.
  sequence bigint not null,
  event_id text not null,
  has_ended boolean not null
);
grant select, insert, update, delete on message.replica_mark to storm_message;

-- Down Migration

drop table message.replica_mark;
