-- +goose Up
-- Two answers of one office and language do not share a title; title_key is the title as sms.Fold
-- leaves it, and search_text is title, text and variants folded likewise, for the search box.
-- version rises with each edit of the answer: an edit of an older one is a conflict.
alter table answer
  add column title_key text not null default '',
  add column search_text text not null default '',
  add column version integer not null default 1;
update answer set title_key = lower(title), search_text = lower(title || ' ' || text);
alter table answer
  alter column title_key drop default,
  alter column search_text drop default,
  add constraint answer_title unique nulls not distinct (org_id, office_id, language, title_key);

-- The words of a variant without case, accents and punctuation: how the same question under two
-- answers is found.
alter table answer_variant add column key text not null default '';
alter table answer_variant alter column key drop default;
create index answer_variant_key on answer_variant (org_id, key);

-- What somebody in danger is told at once; empty for the program's own text.
alter table organization add column crisis_text text not null default '';

-- A text may also ask for a person, or tell of danger.
alter table bot_decision drop constraint bot_decision_kind_check;
alter table bot_decision add constraint bot_decision_kind_check
  check (kind in ('answer', 'small_talk', 'unknown', 'asked_for_person', 'crisis'));
