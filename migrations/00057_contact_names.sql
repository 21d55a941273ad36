-- +goose Up
-- First and last name together are looked for, too.
create index contact_names on contact (org_id, first_key text_pattern_ops, last_key text_pattern_ops, id);
drop index contact_first;
