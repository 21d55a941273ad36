-- +goose Up
-- How often, and to what, an answer was given.
create index bot_decision_answer on bot_decision (org_id, answer_id, message_id desc) where kind = 'answer';
