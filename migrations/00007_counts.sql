-- +goose Up
-- The slot of this database connection in campaign_count.
create function count_slot() returns smallint
language sql stable parallel restricted
as $$ select (pg_backend_pid() % 16)::smallint $$;

-- Moves campaign texts between the counts of their states: row i left was[i] ('' for a new row) and
-- is became[i] now. Texts of no campaign are passed over. One row a campaign, in order, so that two
-- transactions never wait for each other in a ring.
create procedure move_counts(org bigint, campaigns bigint[], was text[], became text[])
language sql as $$
  insert into campaign_count (org_id, campaign_id, slot, queued, inflight, accepted, sent, delivered,
    undelivered, failed, skipped, cancelled, unknown, unresolved)
  select org, campaign, count_slot(),
    sum(case when b = 'queued' then 1 else 0 end - case when w = 'queued' then 1 else 0 end),
    sum(case when b = 'inflight' then 1 else 0 end - case when w = 'inflight' then 1 else 0 end),
    sum(case when b = 'accepted' then 1 else 0 end - case when w = 'accepted' then 1 else 0 end),
    sum(case when b = 'sent' then 1 else 0 end - case when w = 'sent' then 1 else 0 end),
    sum(case when b = 'delivered' then 1 else 0 end - case when w = 'delivered' then 1 else 0 end),
    sum(case when b = 'undelivered' then 1 else 0 end - case when w = 'undelivered' then 1 else 0 end),
    sum(case when b = 'failed' then 1 else 0 end - case when w = 'failed' then 1 else 0 end),
    sum(case when b = 'skipped' then 1 else 0 end - case when w = 'skipped' then 1 else 0 end),
    sum(case when b = 'cancelled' then 1 else 0 end - case when w = 'cancelled' then 1 else 0 end),
    sum(case when b = 'unknown' then 1 else 0 end - case when w = 'unknown' then 1 else 0 end),
    sum(case when b = 'unresolved' then 1 else 0 end - case when w = 'unresolved' then 1 else 0 end)
  from unnest(campaigns, was, became) as moved (campaign, w, b)
  where campaign is not null
  group by campaign
  order by campaign
  on conflict (org_id, campaign_id, slot) do update set
    queued = campaign_count.queued + excluded.queued,
    inflight = campaign_count.inflight + excluded.inflight,
    accepted = campaign_count.accepted + excluded.accepted,
    sent = campaign_count.sent + excluded.sent,
    delivered = campaign_count.delivered + excluded.delivered,
    undelivered = campaign_count.undelivered + excluded.undelivered,
    failed = campaign_count.failed + excluded.failed,
    skipped = campaign_count.skipped + excluded.skipped,
    cancelled = campaign_count.cancelled + excluded.cancelled,
    unknown = campaign_count.unknown + excluded.unknown,
    unresolved = campaign_count.unresolved + excluded.unresolved
$$;
