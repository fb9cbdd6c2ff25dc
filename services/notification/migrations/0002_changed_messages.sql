-- Up Migration

-- A message that is edited or deleted is found in the inboxes that show it.
create index item_by_message on notification.item (message_id);

grant update (preview) on notification.item to storm_notification;

-- Down Migration

revoke update (preview) on notification.item from storm_notification;
drop index notification.item_by_message;
