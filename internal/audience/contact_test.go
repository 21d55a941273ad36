package audience_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/audience/sheet"
	"parley/internal/postgres"
)

func (o office) search(t *testing.T, q audience.ContactQuery) (names []string) {
	t.Helper()
	for {
		page, err := o.agent.Contacts(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range page.Contacts {
			names = append(names, c.Name())
		}
		if q.After = page.Next; q.After == "" {
			return names
		}
	}
}

func TestCV14_SearchByPrefixOfEitherName(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for n, name := range [][2]string{{"María", "Vega"}, {"Ana", "Márquez"}, {"Omar", "Smith"}, {"mary ann", "De la Cruz"}, {"Marcus", "Mar"}, {"", ""}, {"100%", "_x"}} {
		o.add(t, audience.Person{Phone: fmt.Sprintf("208555%04d", 100+n), FirstName: name[0], LastName: name[1]})
	}
	tests := []struct {
		text string
		want []string
	}{
		{"mar", []string{"Marcus Mar", "Ana Márquez", "María Vega", "mary ann De la Cruz"}},
		{"MÁR", []string{"Marcus Mar", "Ana Márquez", "María Vega", "mary ann De la Cruz"}},
		{"mar v", []string{"María Vega"}},
		{"vega mar", []string{"María Vega"}},
		{"mary a c", []string{"mary ann De la Cruz"}},
		{"de la", []string{"mary ann De la Cruz"}},
		{"cruz", nil},
		{"%", nil},
		{"100%", []string{"100% _x"}},
		{"(208) 555-010", []string{"María Vega", "Ana Márquez", "Omar Smith", "mary ann De la Cruz", "Marcus Mar", "", "100% _x"}},
		{"+1 208 555 0102", []string{"Omar Smith"}},
		{"2085550102", []string{"Omar Smith"}},
		{"999", nil},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, o.search(t, audience.ContactQuery{Text: test.text})); diff != "" {
			t.Errorf("%q: %s", test.text, diff)
		}
	}
}

func TestContactsNameTheirLists(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	people := map[string]audience.ContactID{}
	for n, name := range []string{"Ada", "Ben", "Cyd"} {
		people[name] = o.add(t, audience.Person{Phone: fmt.Sprintf("208555%04d", 200+n), FirstName: name})
	}
	for _, list := range []struct {
		name string
		on   []string
	}{{"Spring", []string{"Ada", "Cyd"}}, {"Autumn", []string{"Cyd"}}, {"Nobody", nil}} {
		id, err := o.admin.MakeList(t.Context(), list.name)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range list.on {
			if err := o.admin.AddToList(t.Context(), id, people[name]); err != nil {
				t.Fatal(err)
			}
		}
	}
	page, err := o.agent.Contacts(t.Context(), audience.ContactQuery{Text: "208555020"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, c := range page.Contacts {
		got[c.Name()] = c.Lists
	}
	if diff := cmp.Diff(map[string][]string{"Ada": {"Spring"}, "Ben": {}, "Cyd": {"Autumn", "Spring"}}, got); diff != "" {
		t.Error("lists (-want +got):\n" + diff)
	}
}

func TestContactPagesHaveEachContactOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	list, err := o.admin.MakeList(t.Context(), "All")
	if err != nil {
		t.Fatal(err)
	}
	const people = 2*audience.PageSize + 7
	o.in(t, func(tx *postgres.Tx) error {
		_, err := tx.Exec(t.Context(), `
			with added as (
				insert into contact (org_id, phone, first_name, last_name, first_key, last_key)
				select @org, '+1208555' || lpad(n::text, 4, '0'), 'Ann', 'Name ' || n % 3, 'ann', case when n % 2 = 0 then 'annex' else 'lee ' || n % 3 end
				from generate_series(1, @people::integer) n
				returning id, phone
			), out as (
				insert into consent_event (org_id, phone, kind, source) select @org, phone, 'opt_out', 'keyword' from added returning id, phone
			), state as (
				insert into opt_out (org_id, phone, event_id) select @org, phone, id from out
			)
			insert into contact_list_member (org_id, list_id, contact_id) select @org, @list, id from added`,
			postgres.Args{"list": list, "people": people})
		return err
	})
	for name, q := range map[string]audience.ContactQuery{
		"all": {}, "by name": {Text: "ann"}, "by number": {Text: "208555"}, "list": {List: list},
		"list by name": {List: list, Text: "ann"}, "opted out": {OptedOut: true}, "opted out by name": {OptedOut: true, Text: "ann"},
	} {
		seen := map[audience.ContactID]bool{}
		pages := 0
		for {
			page, err := o.agent.Contacts(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range page.Contacts {
				if seen[c.ID] {
					t.Errorf("%s: %d is on two pages", name, c.ID)
				}
				seen[c.ID] = true
				if c.Consent != audience.OptedOut {
					t.Errorf("%s: %s", name, c.Consent)
				}
			}
			pages++
			if q.After = page.Next; q.After == "" {
				break
			}
		}
		if len(seen) != people || pages != 3 {
			t.Errorf("%s: %d people on %d pages, want %d on 3", name, len(seen), pages, people)
		}
	}
	if _, err := o.agent.Contacts(t.Context(), audience.ContactQuery{After: "1.x.y"}); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("a forged page: %v", err)
	}
}

func TestAddAndEditSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.add(t, audience.Person{Phone: "2085550101", FirstName: "Ada", LastName: "Byron"})
	bo := o.add(t, audience.Person{Phone: "2085550102", Fields: map[string]string{"Advisor": "Ruiz", "Major": "Math"}})
	var invalid account.Invalid
	_, err := o.admin.AddContact(t.Context(), audience.Person{Phone: "208-555-17", TimeZone: "Nowhere"})
	if !errors.As(err, &invalid) || invalid["phone"] == "" || invalid["time_zone"] == "" {
		t.Errorf("two wrong fields: %v", err)
	}
	for name, err := range map[string]error{
		"add": func() error {
			_, err := o.admin.AddContact(t.Context(), audience.Person{Phone: "+1 208 555 0101"})
			return err
		}(),
		"edit": o.admin.EditContact(t.Context(), bo, audience.Person{Phone: "(208) 555-0101"}),
	} {
		if !errors.As(err, &invalid) || invalid["phone"] != "Ada Byron has this number. Edit that contact instead." {
			t.Errorf("%s with a number that is taken: %v", name, err)
		}
	}
	if err := o.admin.EditContact(t.Context(), bo, audience.Person{Phone: "2085550102", FirstName: "Bo", Fields: map[string]string{"advisor": ""}}); err != nil {
		t.Fatal(err)
	}
	card, err := o.agent.Contact(t.Context(), bo)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"major": "Math"}, card.Fields); diff != "" || card.FirstName != "Bo" || card.PhoneCorrectedAt != nil {
		t.Errorf("%+v %s", card.Contact, diff)
	}
}

func TestTwoTextsAtOnceMeetOneContact(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var met sync.Map
	var texts sync.WaitGroup
	for range 8 {
		texts.Go(func() {
			err := o.db.Org(t.Context(), o.org, func(tx *postgres.Tx) error {
				c, err := audience.Meet(t.Context(), tx, ada)
				met.Store(c.ID, true)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	texts.Wait()
	n := 0
	met.Range(func(any, any) bool { n++; return true })
	if n != 1 {
		t.Errorf("met %d contacts", n)
	}
}

func TestLists(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx := t.Context()
	i := o.importFile(t, "Phone,First\n2085550101,Ada\n2085550102,Bo\n", audience.Choice{ListName: "Admits"})
	list := *i.ListID
	clone, err := o.admin.CloneList(ctx, list, " Admits  (2) ")
	if err != nil {
		t.Fatal(err)
	}
	if err := o.admin.RemoveFromList(ctx, clone, o.byPhone(t, ada).ID); err != nil {
		t.Fatal(err)
	}
	if err := o.admin.RemoveFromList(ctx, clone, o.byPhone(t, ada).ID); err != nil {
		t.Fatal(err)
	}
	var invalid account.Invalid
	if err := o.admin.RenameList(ctx, clone, "Admits"); !errors.As(err, &invalid) || invalid["list_name"] == "" {
		t.Errorf("a name that is taken: %v", err)
	}
	if err := o.admin.RenameList(ctx, clone, "Waiting"); err != nil {
		t.Fatal(err)
	}
	page, err := o.agent.Lists(ctx, audience.ListQuery{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, l := range page.Lists {
		got[l.Name] = l.Contacts
	}
	if diff := cmp.Diff(map[string]int{"Admits": 2, "Waiting": 1}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Bo"}, o.search(t, audience.ContactQuery{List: clone})); diff != "" {
		t.Error(diff)
	}
	sample, err := o.agent.Sample(ctx, list, 1)
	if err != nil || len(sample) != 1 || sample[0].FirstName != "Ada" {
		t.Errorf("sample: %+v, %v", sample, err)
	}
	o.in(t, func(tx *postgres.Tx) error {
		_, err := tx.Exec(ctx, `
			with office as (insert into office (org_id, name) values (@org, 'Aid') returning id),
			policy as (insert into response_policy (org_id) values (@org) returning id)
			insert into campaign (org_id, title, title_key, office_id, policy_id, list_id)
			select @org, 'Open day', 'open day', office.id, policy.id, @list from office, policy`, postgres.Args{"list": list})
		return err
	})
	var conflict account.Conflict
	if err := o.admin.DeleteList(ctx, list); !errors.As(err, &conflict) {
		t.Errorf("a campaign uses it: %v", err)
	}
	if err := o.admin.DeleteList(ctx, clone); err != nil {
		t.Error(err)
	}
	if _, err := o.admin.List(ctx, clone); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("deleted: %v", err)
	}
	if n := o.number(t, "select count(*) from contact where org_id = @org"); n != 2 {
		t.Errorf("%d contacts are left", n)
	}
}

// verbs are all verbs that take an id, called with one that is not the desk's to know or to change.
func verbs(o office, contact audience.ContactID, list audience.ListID, i audience.Import) map[string]func(context.Context, audience.Desk) error {
	return map[string]func(context.Context, audience.Desk) error{
		"EditContact": func(ctx context.Context, d audience.Desk) error {
			return d.EditContact(ctx, contact, audience.Person{Phone: "2085550188"})
		},
		"OptOut":         func(ctx context.Context, d audience.Desk) error { return d.OptOut(ctx, contact, "x") },
		"LiftOptOut":     func(ctx context.Context, d audience.Desk) error { return d.LiftOptOut(ctx, contact, "x") },
		"RenameList":     func(ctx context.Context, d audience.Desk) error { return d.RenameList(ctx, list, "x") },
		"CloneList":      func(ctx context.Context, d audience.Desk) error { _, err := d.CloneList(ctx, list, "x"); return err },
		"DeleteList":     func(ctx context.Context, d audience.Desk) error { return d.DeleteList(ctx, list) },
		"AddToList":      func(ctx context.Context, d audience.Desk) error { return d.AddToList(ctx, list, contact) },
		"RemoveFromList": func(ctx context.Context, d audience.Desk) error { return d.RemoveFromList(ctx, list, contact) },
		"Columns": func(ctx context.Context, d audience.Desk) error {
			return d.Columns(ctx, i.ID, audience.Choice{Mapping: i.Mapping})
		},
		"Reread":  func(ctx context.Context, d audience.Desk) error { return d.Reread(ctx, i.ID, i.Format) },
		"Start":   func(ctx context.Context, d audience.Desk) error { return d.Start(ctx, i.ID) },
		"Correct": func(ctx context.Context, d audience.Desk) error { return d.Correct(ctx, i.ID, 2, "2085550188") },
		"Cancel":  func(ctx context.Context, d audience.Desk) error { return d.Cancel(ctx, i.ID) },
	}
}

func TestT1_AnotherOrganizationAndALowerRole(t *testing.T) {
	t.Parallel()
	ours, theirs := newOffice(t), newOffice(t)
	contact := ours.add(t, audience.Person{Phone: string(ada)})
	list, err := ours.admin.MakeList(t.Context(), "Ours")
	if err != nil {
		t.Fatal(err)
	}
	i := ours.upload(t, "a.csv", "Phone\n2085550101\n")
	for name, verb := range verbs(ours, contact, list, i) {
		if err := verb(t.Context(), theirs.admin); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("%s of another organization: %v", name, err)
		}
		if err := verb(t.Context(), ours.agent); !errors.Is(err, account.ErrForbidden) {
			t.Errorf("%s by an agent: %v", name, err)
		}
	}
	looks := map[string]func(audience.Desk) error{
		"Contact": func(d audience.Desk) error { _, err := d.Contact(t.Context(), contact); return err },
		"List":    func(d audience.Desk) error { _, err := d.List(t.Context(), list); return err },
		"Sample":  func(d audience.Desk) error { _, err := d.Sample(t.Context(), list, 3); return err },
		"Import":  func(d audience.Desk) error { _, err := d.Import(t.Context(), i.ID); return err },
		"Rejects": func(d audience.Desk) error {
			_, err := d.Rejects(t.Context(), i.ID, audience.RejectQuery{})
			return err
		},
		"Rejected": func(d audience.Desk) error { return d.Rejected(t.Context(), i.ID, discard{}) },
		"Settle":   func(d audience.Desk) error { return d.Settle(t.Context(), contact, true) },
	}
	for name, look := range looks {
		if err := look(theirs.admin); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("%s of another organization: %v", name, err)
		}
	}
	for name, err := range map[string]error{
		"AddContact": func() error {
			_, err := ours.agent.AddContact(t.Context(), audience.Person{Phone: "2085550188"})
			return err
		}(),
		"MakeList": func() error { _, err := ours.agent.MakeList(t.Context(), "x"); return err }(),
		"Upload":   func() error { _, err := ours.agent.Upload(t.Context(), "a.csv", discard{}, 1); return err }(),
	} {
		if !errors.Is(err, account.ErrForbidden) {
			t.Errorf("%s by an agent: %v", name, err)
		}
	}
	if got := ours.load(t, i.ID); got.State != audience.Uploaded || got.Format.Encoding != sheet.UTF8 {
		t.Errorf("the import is %s now", got.State)
	}
}

// discard takes everything and has nothing.
type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) Read([]byte) (int, error)    { return 0, errors.New("read although forbidden") }
