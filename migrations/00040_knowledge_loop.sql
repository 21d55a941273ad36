-- +goose Up
-- The days between which an answer is given, both included, in the organization's zone; null is open.
alter table answer
  add column valid_from date,
  add column valid_to date,
  add constraint answer_validity check (valid_from <= valid_to);

-- Whether the bot asks back where two answers are close.
alter table organization add column bot_clarify boolean not null default false;

-- What people made of a decision. corrected: an agent said that the answer given does not answer it;
-- chosen: the answer an agent gave instead of the bot; reviewed: it has left the review queue.
-- offered are the answers that a clarifying question named, in its order.
alter table bot_decision
  add column created_at timestamptz,
  add column offered bigint[] not null default '{}',
  add column corrected_at timestamptz,
  add column corrected_by bigint,
  add column chosen_id bigint,
  add column reviewed_at timestamptz,
  add foreign key (org_id, corrected_by) references app_user (org_id, id);
update bot_decision b set created_at = m.created_at from message m where m.org_id = b.org_id and m.id = b.message_id;
alter table bot_decision
  alter column created_at set default app_now(),
  alter column created_at set not null;
alter table bot_decision drop constraint bot_decision_kind_check;
alter table bot_decision add constraint bot_decision_kind_check
  check (kind in ('answer', 'small_talk', 'unknown', 'clarify', 'asked_for_person', 'crisis'));

create index bot_decision_review on bot_decision (org_id, message_id desc)
  where reviewed_at is null and (kind = 'unknown' or corrected_at is not null);
create index bot_decision_day on bot_decision (org_id, created_at);
create index answer_dated on answer (org_id) where num_nonnulls(valid_from, valid_to) > 0;
