-- +goose Up
-- The two doors. parley_org sees one organization, parley_everyone is for the few machine paths.
-- parley_program is what a login is a member of: it may walk through both doors but, being
-- noinherit, can read no tenant table without choosing one.
-- +goose StatementBegin
do $$
declare wanted text;
begin
  foreach wanted in array array['parley_org', 'parley_everyone', 'parley_program'] loop
    begin
      if not exists (select from pg_roles where rolname = wanted) then
        execute format('create role %I nologin noinherit', wanted);
      end if;
    exception when duplicate_object or unique_violation then
      null; -- roles belong to the cluster: another database's migration made it at the same moment
    end;
  end loop;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
do $$
begin
  perform pg_advisory_xact_lock(hashtext('parley roles'));
  grant parley_org, parley_everyone to parley_program;
end $$;
-- +goose StatementEnd

grant usage on schema public to parley_program, parley_org, parley_everyone;

-- The organization of this transaction; null outside the first door, and null matches no row.
create function current_org() returns bigint
language sql stable parallel safe
as $$ select nullif(current_setting('app.org', true), '')::bigint $$;

-- The time of this transaction: the database's, or the one a test has set.
create function app_now() returns timestamptz
language sql stable parallel safe
as $$ select coalesce(nullif(current_setting('app.now', true), '')::timestamptz, now()) $$;

-- Puts a table that has org_id behind the doors. privileges: what a verb may do to its rows;
-- ledgers give only select and insert.
-- +goose StatementBegin
create procedure make_tenant(rel regclass, privileges text default 'select, insert, update, delete')
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', rel);
  execute format('alter table %s force row level security', rel);
  execute format('create policy one_org on %s to parley_org using (org_id = (select current_org())) with check (org_id = (select current_org()))', rel);
  execute format('create policy everyone on %s to parley_everyone using (true) with check (true)', rel);
  execute format('grant %s on %s to parley_org, parley_everyone', privileges, rel);
end $$;
-- +goose StatementEnd
