-- +goose Up
-- First and last name together are looked for, too. Without the id, so that nobody who is looked for by
-- their key is found by reading an organization's names.
create index contact_names on contact (org_id, first_key text_pattern_ops, last_key text_pattern_ops);
drop index contact_first;
