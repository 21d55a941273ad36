-- +goose Up
-- Inboxes that a policy has only because nobody can be reached in those that were chosen for it. They
-- are never chosen by a person and follow by themselves from who is active where; see route_policies.
alter table policy_inbox add column fallback boolean not null default false;
create index policy_inbox_fallback on policy_inbox (org_id, policy_id) where fallback;

-- Campaigns that run on a number or are about to.
create index campaign_running on campaign (org_id, number_id, id) where state in ('scheduled', 'sending', 'active');

-- Gives each policy of the organization that can still govern a conversation, or the one named, its
-- fallback inboxes: none while an active person looks into an inbox that was chosen; else the inbox
-- of the office that owns the campaign or number, if somebody active belongs to it; else those of the
-- active administrators. So a conversation that needs attention is never out of reach.
-- +goose StatementBegin
create procedure route_policies(org bigint, only_policy bigint default null)
language sql as $$
  with owner as (
    select n.policy_id as policy, n.office_id as office
    from phone_number n
    where n.org_id = org and n.policy_id is not null and n.released_at is null
      and (only_policy is null or n.policy_id = only_policy)
    union all
    select c.policy_id, c.office_id
    from campaign c
    where c.org_id = org and c.state <> 'archived' and (only_policy is null or c.policy_id = only_policy)
    union all
    -- A policy that was made a moment ago belongs to nobody yet.
    select only_policy, null
    where only_policy is not null
      and not exists (select from phone_number n where n.org_id = org and n.policy_id = only_policy)
      and not exists (select from campaign c where c.org_id = org and c.policy_id = only_policy)
  ), reached as (
    select b.id, b.office_id
    from inbox b
    where b.org_id = org and (
      exists (select from app_user u where u.org_id = org and u.id = b.user_id and u.deactivated_at is null)
      or exists (
        select from user_office s
        join app_user u on u.org_id = org and u.id = s.user_id and u.deactivated_at is null
        where s.org_id = org and s.office_id = b.office_id))
  ), lost as (
    select o.policy, o.office
    from owner o
    where not exists (
      select from policy_inbox p
      join reached r on r.id = p.inbox_id
      where p.org_id = org and p.policy_id = o.policy and not p.fallback)
  ), wanted as (
    select l.policy, r.id as inbox
    from lost l
    join reached r on r.office_id = l.office
    union
    select l.policy, b.id
    from lost l
    cross join app_user a
    join inbox b on b.org_id = org and b.user_id = a.id
    where a.org_id = org and a.role = 'administrator' and a.deactivated_at is null
      and not exists (select from reached r where r.office_id = l.office)
  ), gone as (
    delete from policy_inbox p
    where p.org_id = org and p.fallback and p.policy_id in (select policy from owner)
      and not exists (select from wanted w where w.policy = p.policy_id and w.inbox = p.inbox_id)
  )
  insert into policy_inbox (org_id, policy_id, inbox_id, fallback)
  select org, policy, inbox, true from wanted
  on conflict do nothing
$$;
-- +goose StatementEnd

-- +goose StatementBegin
do $$
declare o bigint;
begin
  for o in select org_id from organization loop
    call route_policies(o);
  end loop;
end $$;
-- +goose StatementEnd

-- A participant's row is the place of a conversation in their Participating: it goes when the campaign
-- is archived, and moves up with every text.
delete from participant t
using conversation v, campaign k
where v.org_id = t.org_id and v.id = t.conversation_id and k.org_id = v.org_id and k.id = v.campaign_id and k.state = 'archived';
update participant t
set last_at = v.last_at
from conversation v
where v.org_id = t.org_id and v.id = t.conversation_id and t.last_at <> v.last_at;

-- A number that is given back to the carrier: asked for, and what the carrier said to the last try.
alter table phone_number add column releasing_at timestamptz, add column release_error text not null default '';

grant select on number_owner to parley_org;

-- Who is writing an answer at this moment, for the colleagues who have the conversation open.
create table replying (
  org_id bigint not null,
  conversation_id bigint not null,
  user_id bigint not null,
  until timestamptz not null,
  primary key (org_id, conversation_id, user_id),
  foreign key (org_id, conversation_id) references conversation (org_id, id),
  foreign key (org_id, user_id) references app_user (org_id, id)
);
call make_tenant('replying');
