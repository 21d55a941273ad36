-- +goose Up
-- A text that arrives is named before it is written, with all that refers to it.
grant usage on sequence message_id_seq, conversation_id_seq to parley_org;
