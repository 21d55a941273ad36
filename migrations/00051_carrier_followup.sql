-- +goose Up
-- An accepted or sent text whose last word from the carrier is long ago is asked for: due_at says when
-- next, null that it is no more. What has its last state is not in the index, so that a million settled
-- texts cost nothing.
create index message_silent on message (org_id, due_at) where state in ('accepted', 'sent') and due_at is not null;
update message set checks = 0 where state in ('accepted', 'sent') and checks > 0;

-- Senders long taken over are forgotten.
grant delete on sender to parley_everyone;

-- Up to when inbound texts were compared with the carrier's list, and when that is due again.
alter table carrier_account
  add column backfilled_until timestamptz not null default app_now(),
  add column backfill_due_at timestamptz not null default app_now();
