-- +goose Up
-- Every index of a tenant table begins with org_id, so its statistics only mislead: an organization
-- newer than the last analyze looks empty to the planner, which then reads all of the one it knows.
-- +goose StatementBegin
create or replace procedure make_tenant(rel regclass, privileges text default 'select, insert, update, delete')
language plpgsql as $$
begin
  execute format('alter table %s enable row level security', rel);
  execute format('alter table %s force row level security', rel);
  execute format('alter table %s alter column org_id set statistics 0', rel);
  execute format('create policy one_org on %s to parley_org using (org_id = (select current_org())) with check (org_id = (select current_org()))', rel);
  execute format('create policy everyone on %s to parley_everyone using (true) with check (true)', rel);
  execute format('grant %s on %s to parley_org, parley_everyone', privileges, rel);
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
do $$
declare rel regclass;
begin
  for rel in
    select a.attrelid::regclass
    from pg_attribute a
    join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p')
    where a.attname = 'org_id' and c.relnamespace = 'public'::regnamespace
  loop
    execute format('alter table %s alter column org_id set statistics 0', rel);
  end loop;
end $$;
-- +goose StatementEnd
