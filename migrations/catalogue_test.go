package migrations_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"parley/internal/postgres/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// without are the tables that belong to no organization, and why.
var without = map[string]string{
	"goose_db_version": "which migrations have run",
	"sessions":         "browser sessions, by the hash of their token; through neither door",
	"sender":           "processes that send",
}

// shared are the unique keys that hold across organizations, and why.
var shared = map[string]string{
	"number_owner_pkey": "a phone number belongs to one organization at a time",
}

// catalogue are the rules of tenancy as statements; each returns what breaks it.
var catalogue = map[string]string{
	"a table without org_id": `
		select c.relname::text from pg_class c
		where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
			and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id' and a.attnotnull)`,
	"a tenant table without forced row-level security": `
		select c.relname::text from pg_class c
		join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
		where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
			and not (c.relrowsecurity and c.relforcerowsecurity)`,
	"a tenant table whose doors are not the two": `
		select c.relname::text from pg_class c
		join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
		where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
			and (select array_agg(p.polroles::regrole[]::text || coalesce(pg_get_expr(p.polqual, p.polrelid), '') order by p.polname)
				from pg_policy p where p.polrelid = c.oid)
			is distinct from array['{parley_everyone}true', '{parley_org}(org_id = ( SELECT current_org() AS current_org))']`,
	"a unique key that does not begin with org_id": `
		select i.indexrelid::regclass::text from pg_index i
		join pg_class c on c.oid = i.indrelid and c.relnamespace = 'public'::regnamespace
		join pg_attribute o on o.attrelid = c.oid and o.attname = 'org_id'
		where i.indisunique and i.indkey[0] <> o.attnum`,
	"a foreign key between tenant tables without org_id": `
		select k.conname::text from pg_constraint k
		join pg_attribute o on o.attrelid = k.confrelid and o.attname = 'org_id'
		join pg_attribute mine on mine.attrelid = k.conrelid and mine.attname = 'org_id'
		where k.contype = 'f' and k.connamespace = 'public'::regnamespace
			and (k.conkey[1] <> mine.attnum or k.confkey[1] <> o.attnum)`,
	"a trigger of our own": `
		select t.tgname::text from pg_trigger t
		join pg_class c on c.oid = t.tgrelid and c.relnamespace = 'public'::regnamespace
		where not t.tgisinternal`,
	"a view that runs with its owner's rights": `
		select c.relname::text from pg_class c
		where c.relnamespace = 'public'::regnamespace and c.relkind = 'v'
			and not coalesce(c.reloptions::text like '%security_invoker=true%', false)`,
	"a tenant table that the login may read without a door": `
		select c.relname::text from pg_class c
		join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
		where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
			and has_table_privilege('parley_program', c.oid, 'select')
			and exists (select from aclexplode(c.relacl) x where x.grantee = 'parley_program'::regrole)`,
}

func broken(t *testing.T, conn *pgx.Conn) []string {
	t.Helper()
	var found []string
	for rule, sql := range catalogue {
		rows, err := conn.Query(context.Background(), sql)
		if err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		names, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatalf("%s: %v", rule, err)
		}
		for _, name := range names {
			if without[name] == "" && shared[name] == "" {
				found = append(found, rule+": "+name)
			}
		}
	}
	slices.Sort(found)
	return found
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func TestT2_EveryTableIsBehindTheDoors(t *testing.T) {
	if found := broken(t, connect(t, pgtest.AdminURL(t))); len(found) > 0 {
		t.Errorf("tenancy is broken:\n%s", strings.Join(found, "\n"))
	}
}

// TestT2_CatalogueSeesABadTable shows that each rule can fail.
func TestT2_CatalogueSeesABadTable(t *testing.T) {
	conn := connect(t, pgtest.Own(t).AdminURL())
	_, err := conn.Exec(context.Background(), `
		create table homeless (id bigint primary key);
		create table bare (org_id bigint not null, id bigint primary key, office_id bigint, contact_org bigint, contact_id bigint,
			foreign key (contact_org, contact_id) references contact (org_id, id));
		grant select on bare to parley_program;
		create view peek as select * from contact;
		create function nothing() returns trigger language plpgsql as $$ begin return new; end $$;
		create trigger pull before insert on bare for each row execute function nothing();`)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, b := range broken(t, conn) {
		rule, _, _ := strings.Cut(b, ":")
		got[rule] = true
	}
	for rule := range catalogue {
		if !got[rule] {
			t.Errorf("nothing breaks the rule %q", rule)
		}
	}
}
