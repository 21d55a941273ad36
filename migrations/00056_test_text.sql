-- +goose Up
-- A draft's text that was tried on a phone before the launch. It is a kind of its own, so that nothing
-- takes it for an agent's answer or for a recipient's text.
alter table message
  drop constraint message_author_check,
  add constraint message_author_check check (author in ('contact', 'campaign', 'bot', 'agent', 'system', 'test'));
alter table conversation
  drop constraint conversation_last_author_check,
  add constraint conversation_last_author_check check (last_author in ('contact', 'campaign', 'bot', 'agent', 'system', 'test'));
