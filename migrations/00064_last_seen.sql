-- +goose Up
-- When a user last had a page of the program before them, to within some minutes.
alter table app_user add column last_seen_at timestamptz;
