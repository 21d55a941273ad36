-- +goose Up
-- A queued text always says from when it may go: claims walk an index range and stop at its end.
alter table message alter column due_at set default app_now();
update message set due_at = created_at where state = 'queued' and due_at is null;
alter table message add constraint message_queued_due check (state <> 'queued' or due_at is not null);

-- A campaign's texts wait in a lane of their own, so that a paused campaign stands in nobody's way.
-- All other texts wait in the lane of their number, replies first.
drop index message_queue;
create index message_queue on message (org_id, number_id, priority, due_at, id) where state = 'queued' and author <> 'campaign';
create index message_queue_campaign on message (org_id, campaign_id, due_at, id) where state = 'queued' and author = 'campaign';
create index campaign_sending on campaign (org_id, id) where state = 'sending';

-- The carrier asked for a pause until then: a limit on the whole account, heeded by every process.
alter table carrier_account add column throttled_until timestamptz not null default '-infinity';

-- How far a text has come; a text never moves to a state that is not higher. Skipped, cancelled,
-- unknown and unresolved rank with inflight: any word from the carrier is above them.
create function state_rank(state text) returns smallint
language sql immutable parallel safe
as $$
  select (case state
    when 'queued' then 0
    when 'accepted' then 2
    when 'sent' then 3
    when 'delivered' then 4
    when 'undelivered' then 4
    when 'failed' then 4
    else 1 end)::smallint
$$;
