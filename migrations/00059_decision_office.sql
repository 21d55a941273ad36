-- +goose Up
-- The office that was texted, as the conversation has it for good: the review queue is read by office, and
-- was counted through every text's conversation on each page.
alter table bot_decision add column office_id bigint;
update bot_decision b
set office_id = v.office_id
from message m
join conversation v on v.org_id = m.org_id and v.id = m.conversation_id
where m.org_id = b.org_id and m.id = b.message_id;
alter table bot_decision
  alter column office_id set not null,
  add foreign key (org_id, office_id) references office (org_id, id);

drop index bot_decision_review;
create index bot_decision_review on bot_decision (org_id, office_id, message_id desc)
  where reviewed_at is null and (kind = 'unknown' or corrected_at is not null);
