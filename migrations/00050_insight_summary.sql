-- +goose Up
-- What the figures of a campaign are read from, kept by the verbs in their own transactions: a campaign
-- of a million conversations is a few thousand rows here.

-- People by the hour of their first text in a campaign, as the organization's clocks showed it then; in
-- slots, as campaign_count is.
create table campaign_response (
  org_id bigint not null,
  campaign_id bigint not null,
  hour timestamp not null,
  slot smallint not null,
  people integer not null,
  primary key (org_id, campaign_id, hour, slot),
  foreign key (org_id, campaign_id) references campaign (org_id, id)
);
call make_tenant('campaign_response');
insert into campaign_response (org_id, campaign_id, hour, slot, people)
select v.org_id, v.campaign_id, date_trunc('hour', v.created_at at time zone o.time_zone), 0, count(*)
from conversation v
join organization o on o.org_id = v.org_id
where v.campaign_id is not null and v.replied
group by 1, 2, 3;

-- A conversation was handed over to people once it has waited for one, or an agent has written in it.
alter table conversation add column handed_over boolean not null default false;
alter table campaign_count add column handed_over bigint not null default 0;
update conversation v
set handed_over = true
where v.waiting_since is not null or (v.org_id, v.id) in (
  select org_id, subject_id from audit where subject = 'conversation' and verb in ('clear', 'hand over')) or exists (
  select from message m
  where m.org_id = v.org_id and m.number_id = v.number_id and m.contact_id = v.contact_id and m.conversation_id = v.id and m.author = 'agent');
insert into campaign_count (org_id, campaign_id, slot, handed_over)
select org_id, campaign_id, 0, count(*)
from conversation
where handed_over and campaign_id is not null
group by 1, 2
on conflict (org_id, campaign_id, slot) do update set handed_over = excluded.handed_over;

-- Since when the conversation had waited that an agent's text answered; null if it did not wait. Of
-- earlier answers: since the first text that nothing had settled, be it an agent's text, one about
-- consent, or what the bot answered, met with silence as small talk or gave the custom response to.
alter table message add column waiting_since timestamptz;
update message a
set waiting_since = (
  select min(t.created_at)
  from message t
  where t.org_id = a.org_id and t.number_id = a.number_id and t.contact_id = a.contact_id and t.id < a.id and t.author = 'contact'
    and t.id > (
      select coalesce(max(s.id), 0)
      from message s
      left join bot_decision b on b.org_id = s.org_id and b.message_id = s.id
      where s.org_id = a.org_id and s.number_id = a.number_id and s.contact_id = a.contact_id and s.id < a.id
        and (s.author in ('agent', 'system') or b.kind in ('answer', 'small_talk', 'clarify') or b.kind = 'unknown' and p.idk_type = 'custom')))
from campaign k
join response_policy p on p.org_id = k.org_id and p.id = k.policy_id
where a.author = 'agent' and k.org_id = a.org_id and k.id = a.campaign_id;

-- What agents wrote in a campaign: where, and who had waited for it.
drop index conversation_response;
drop index message_agent;
create index message_agent on message (org_id, campaign_id, conversation_id) include (waiting_since, created_at, state) where author = 'agent';
