-- +goose Up
-- Conversations of a yes or no question by what was said, the latest first: the answers that are rare
-- in a big campaign are found without reading the others.
create index conversation_answer on conversation (org_id, campaign_id, answer, last_at desc, id desc) where answer is not null;
