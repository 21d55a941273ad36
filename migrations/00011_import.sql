-- +goose Up
alter table contact_import
  drop constraint contact_import_state_check,
  add constraint contact_import_state_check check (state in
    ('uploading', 'uploaded', 'checking', 'checked', 'importing', 'imported', 'cancelled', 'failed')),
  -- Take the file's word over a number that a person has corrected by hand.
  add column overwrite_corrected boolean not null default false,
  -- The cursor: rows_read says how far in rows, this in bytes, for a progress bar without a total.
  add column bytes_read bigint not null default 0,
  -- People of the file who may not be texted, and for each column in how many rows it is empty.
  add column rows_opted_out integer not null default 0,
  add column blanks integer[] not null default '{}',
  -- Which check or import of this file it is: a process that still works on an earlier one stops.
  add column run integer not null default 0,
  -- When a process last worked on it; long ago means that it died and another is to go on.
  add column worked_at timestamptz;
create index contact_import_working on contact_import (worked_at) where state in ('checking', 'importing');

-- What a person typed in the place of a rejected row's phone number, for the import to use.
alter table import_reject add column correction text not null default '';
create index import_reject_kind on import_reject (org_id, import_id, kind, row_number);

-- Which phones a file has named already is kept by the process that reads it: after a restart it
-- reads the file again up to the cursor.
drop table import_phone;

-- Numbers that a person has replaced by hand, so that a stale file's old number is known for what it is.
create table contact_former_phone (
  org_id bigint not null,
  phone text not null,
  contact_id bigint not null,
  replaced_at timestamptz not null default app_now(),
  primary key (org_id, phone),
  foreign key (org_id, contact_id) references contact (org_id, id)
);
create index contact_former_phone_contact on contact_former_phone (org_id, contact_id);
call make_tenant('contact_former_phone');

-- Statistics on org_id tell the planner that an organization that came after the last analyze has no
-- rows. Then every index that begins with org_id looks as good as the one that leads to the row, and a
-- first import of 200,000 people reads its own contacts over and over. Without statistics it takes
-- each organization for a two-hundredth of the table, and the right index always wins.
alter table contact alter column org_id set statistics 0;
alter table contact_list_member alter column org_id set statistics 0;
alter table contact_former_phone alter column org_id set statistics 0;
alter table opt_out alter column org_id set statistics 0;
alter table consent_event alter column org_id set statistics 0;
