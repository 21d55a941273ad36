-- +goose Up
-- Phone companies filter a campaign's texts as spam: when its managers were told, and the share, from 0
-- to 1, at which it paused itself last.
alter table campaign
  add column filtered_told_at timestamptz,
  add column filtered_paused_at real;
alter table notice drop constraint notice_kind_check;
alter table notice add constraint notice_kind_check
  check (kind in ('not_launched', 'archives_soon', 'filtered', 'filtered_paused'));

-- Opt-outs of which the carrier told count for the campaign of the text that it refused.
insert into campaign_count (org_id, campaign_id, slot, opted_out)
select e.org_id, m.campaign_id, 0, count(*)
from consent_event e
join message m on m.org_id = e.org_id and m.id = e.message_id
where e.source = 'carrier' and e.kind = 'opt_out' and m.campaign_id is not null
group by 1, 2
on conflict (org_id, campaign_id, slot) do update set opted_out = campaign_count.opted_out + excluded.opted_out;
