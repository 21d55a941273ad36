-- +goose Up
-- Attempts by their text. The text comes first: an index that began with the organization, as the key does,
-- looked as good as the key to a planner that knew the table as empty, and every attempt of a first launch
-- then read all of them to find its own.
drop index attempt_message;
create index attempt_message on attempt (message_id, org_id);
