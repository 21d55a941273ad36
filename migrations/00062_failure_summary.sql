-- +goose Up
-- Why texts of a campaign failed, kept as texts fail: a launch of a million has tens of thousands of
-- failures of a dozen reasons. In slots, as campaign_count is.
create table campaign_failure (
  org_id bigint not null,
  campaign_id bigint not null,
  reason text not null check (reason <> ''),
  slot smallint not null,
  texts integer not null,
  primary key (org_id, campaign_id, reason, slot),
  foreign key (org_id, campaign_id) references campaign (org_id, id)
);
call make_tenant('campaign_failure');
insert into campaign_failure (org_id, campaign_id, reason, slot, texts)
select org_id, campaign_id, coalesce(nullif(reason, ''), 'no_reason'), 0, count(*)
from message
where author = 'campaign' and state in ('undelivered', 'failed')
group by 1, 2, 3;
drop index message_failure;
