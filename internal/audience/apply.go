package audience

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"parley/internal/postgres"
	"parley/internal/sms"
)

// contactsOf finds the contacts to whom the lines of a batch belong, by their number or by one that a
// person has replaced by hand. One look into an index a line, whatever the planner thinks of how many
// contacts there are: while a first file comes in, its statistics say none.
func contactsOf(ctx context.Context, tx *postgres.Tx, b batch) (map[sms.Phone]known, error) {
	rows, err := postgres.Rows[known](ctx, tx, `
		select p.phone as row_phone, false as former, c.xmin::text as version, `+ContactColumns+`
		from unnest(@phones::text[]) p (phone)
		cross join lateral (
			select c.xmin, c.*
			from contact c
			where c.org_id = @org and c.phone = p.phone
			offset 0
		) c
		union all
		select p.phone, true, c.xmin::text, `+ContactColumns+`
		from unnest(@phones::text[]) p (phone)
		cross join lateral (
			select c.xmin, c.*
			from contact_former_phone f
			join contact c on c.org_id = @org and c.id = f.contact_id
			where f.org_id = @org and f.phone = p.phone
				and not exists (select from contact h where h.org_id = @org and h.phone = p.phone)
			offset 0
		) c`, postgres.Args{"phones": b.phones()})
	if err != nil {
		return nil, fmt.Errorf("find the contacts of a batch: %w", err)
	}
	contacts := make(map[sms.Phone]known, len(rows))
	for _, k := range rows {
		contacts[k.RowPhone] = k
	}
	return contacts, nil
}

// errRaced means that somebody added or changed one of the batch's contacts after the batch had looked
// at it; a second try sees it as it is.
var errRaced = errors.New("a contact of the batch was changed meanwhile")

// write does to the contacts what the verdict says, and puts all of them on the list, 0 for none.
func (v verdict) write(ctx context.Context, tx *postgres.Tx, list ListID) error {
	added, err := v.insert(ctx, tx)
	if err != nil {
		return err
	}
	if err := v.amend(ctx, tx); err != nil {
		return err
	}
	if list == 0 {
		return nil
	}
	ids := append(added, v.stay...)
	for _, u := range v.update {
		ids = append(ids, u.id)
	}
	slices.Sort(ids)
	_, err = tx.Exec(ctx, `
		with joined as (
			insert into contact_list_member (org_id, list_id, contact_id)
			select @org, @list, id from unnest(@contacts::bigint[]) id
			on conflict do nothing
			returning 1
		)
		update contact_list set contacts = contacts + (select count(*) from joined), changed_at = app_now()
		where org_id = @org and id = @list`, postgres.Args{"list": list, "contacts": ids})
	if err != nil {
		return fmt.Errorf("put a batch on list %d: %w", list, err)
	}
	return nil
}

func (v verdict) insert(ctx context.Context, tx *postgres.Tx) ([]ContactID, error) {
	if len(v.add) == 0 {
		return nil, nil
	}
	slices.SortFunc(v.add, func(a, b draft) int { return strings.Compare(string(a.phone), string(b.phone)) })
	added, err := postgres.Values[ContactID](ctx, tx, `
		insert into contact (org_id, phone, first_name, last_name, first_key, last_key, email, language, time_zone, zip, fields)
		select @org, p.*
		from unnest(@phone::text[], @first::text[], @last::text[], @first_key::text[], @last_key::text[],
			@email::text[], @language::text[], @zone::text[], @zip::text[], @fields::jsonb[]) p
		on conflict (org_id, phone) do nothing
		returning id`, columnsOf(v.add))
	if err != nil {
		return nil, fmt.Errorf("add the new contacts of a batch: %w", err)
	}
	if len(added) < len(v.add) {
		return nil, errRaced
	}
	return added, nil
}

func (v verdict) amend(ctx context.Context, tx *postgres.Tx) error {
	if len(v.update) == 0 {
		return nil
	}
	slices.SortFunc(v.update, func(a, b update) int { return cmp.Compare(a.id, b.id) })
	if err := v.lock(ctx, tx); err != nil {
		return err
	}
	people, ids, renumber := make([]draft, len(v.update)), make([]ContactID, len(v.update)), []sms.Phone{}
	for i, u := range v.update {
		people[i], ids[i] = u.person, u.id
		if u.renumber {
			renumber = append(renumber, u.person.phone)
		}
	}
	args := columnsOf(people)
	args["id"], args["renumber"] = ids, renumber
	_, err := tx.Exec(ctx, `
		update contact c
		set phone = p.phone, first_name = p.first, last_name = p.last, first_key = p.first_key, last_key = p.last_key,
			email = p.email, language = p.language, time_zone = p.zone, zip = p.zip, fields = p.fields,
			phone_corrected_at = case when p.phone <> c.phone then null else c.phone_corrected_at end, updated_at = app_now()
		from unnest(@id::bigint[], @phone::text[], @first::text[], @last::text[], @first_key::text[], @last_key::text[],
			@email::text[], @language::text[], @zone::text[], @zip::text[], @fields::jsonb[])
			p (id, phone, first, last, first_key, last_key, email, language, zone, zip, fields)
		where c.org_id = @org and c.id = p.id`, args)
	if err != nil {
		return fmt.Errorf("update the contacts of a batch: %w", err)
	}
	_, err = tx.Exec(ctx, `
		delete from contact_former_phone where org_id = @org and phone = any (@renumber::text[])`,
		postgres.Args{"renumber": renumber})
	if err != nil {
		return fmt.Errorf("forget the former numbers of a batch: %w", err)
	}
	return nil
}

// lock takes the contacts about to be updated, in the order of their ids as everything does that locks
// several, and makes sure that they are as the batch has seen them.
func (v verdict) lock(ctx context.Context, tx *postgres.Tx) error {
	ids, versions := make([]ContactID, len(v.update)), make([]string, len(v.update))
	for i, u := range v.update {
		ids[i], versions[i] = u.id, u.version
	}
	unchanged, err := postgres.Values[ContactID](ctx, tx, `
		select c.id
		from unnest(@ids::bigint[], @versions::text[]) u (id, version)
		cross join lateral (
			select c.id
			from contact c
			where c.org_id = @org and c.id = u.id and c.xmin::text = u.version
			for no key update
		) c`, postgres.Args{"ids": ids, "versions": versions})
	if err != nil {
		return fmt.Errorf("lock the contacts of a batch: %w", err)
	}
	if len(unchanged) < len(ids) {
		return errRaced
	}
	return nil
}

// columnsOf turns people into one array a column, for unnest.
func columnsOf(people []draft) postgres.Args {
	names := []string{"phone", "first", "last", "first_key", "last_key", "email", "language", "zone", "zip", "fields"}
	columns := make(map[string][]string, len(names))
	for _, name := range names {
		columns[name] = make([]string, 0, len(people))
	}
	for _, p := range people {
		values := [...]string{string(p.phone), p.firstName, p.lastName, sms.Fold(p.firstName), sms.Fold(p.lastName),
			p.email, p.language, p.zone, p.zip, p.fieldsJSON()}
		for i, name := range names {
			columns[name] = append(columns[name], values[i])
		}
	}
	args := make(postgres.Args, len(names)+2)
	for name, column := range columns {
		args[name] = column
	}
	return args
}

// writeRejects stores the lines that stay out. One that was stored with a correction and is rejected
// all the same loses it.
func writeRejects(ctx context.Context, tx *postgres.Tx, id ImportID, lines []line) error {
	if len(lines) == 0 {
		return nil
	}
	numbers, reasons, kinds, cells := make([]int, len(lines)), make([]string, len(lines)), make([]string, len(lines)), make([]string, len(lines))
	for i, l := range lines {
		numbers[i], reasons[i], kinds[i], cells[i] = l.row.Number, storable(l.problem.Reason), l.problem.Kind, cellsJSON(l.row.Cells)
	}
	_, err := tx.Exec(ctx, `
		insert into import_reject (org_id, import_id, row_number, reason, kind, cells)
		select @org, @import, r.*
		from unnest(@numbers::integer[], @reasons::text[], @kinds::text[], @cells::jsonb[]) r
		on conflict (org_id, import_id, row_number) do update
			set reason = excluded.reason, kind = excluded.kind, cells = excluded.cells, correction = ''`,
		postgres.Args{"import": id, "numbers": numbers, "reasons": reasons, "kinds": kinds, "cells": cells})
	if err != nil {
		return fmt.Errorf("store the rejected rows of a batch: %w", err)
	}
	return nil
}

// cellsJSON keeps cells as they are, but for what Postgres cannot store.
func cellsJSON(cells []string) string {
	kept := make([]string, len(cells))
	for i, cell := range cells {
		kept[i] = storable(cell)
	}
	b, _ := json.Marshal(kept) // strings always encode
	return string(b)
}

func storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}

// countOptedOut says how many of the batch's people may not be texted.
func countOptedOut(ctx context.Context, tx *postgres.Tx, b batch) (int, error) {
	n, err := postgres.Value[int](ctx, tx, `
		select count(*)
		from unnest(@phones::text[]) p (phone)
		where exists (select from opt_out o where o.org_id = @org and o.phone = p.phone)`, postgres.Args{"phones": b.phones()})
	if err != nil {
		return 0, fmt.Errorf("count who of a batch has opted out: %w", err)
	}
	return n, nil
}
