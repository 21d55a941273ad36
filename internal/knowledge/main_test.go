package knowledge

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// org is an organization of a test's own, with its administrator's desk.
type org struct {
	Desk
	t  *testing.T
	id account.OrgID
}

var orgs atomic.Int64

func newOrg(t *testing.T) *org {
	t.Helper()
	db := pgtest.DB(t)
	library := NewLibrary(db, 0)
	t.Cleanup(library.Close)
	return newOrgWith(t, db, library)
}

func newOrgWith(t *testing.T, db *postgres.DB, library *Library) *org {
	t.Helper()
	o := &org{t: t}
	err := db.Everyone(t.Context(), func(tx *postgres.Tx) (err error) {
		o.id, err = postgres.Value[account.OrgID](t.Context(), tx, `
			insert into organization (name) values (@name) returning org_id`,
			postgres.Args{"name": fmt.Sprintf("Test College %d", orgs.Add(1))})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	o.Desk = NewDesk(db, library, account.Actor{Org: o.id, Name: "Dana", Role: account.Administrator})
	return o
}

// as is the desk of another person of the organization.
func (o *org) as(role account.Role, offices ...account.OfficeID) Desk {
	return NewDesk(o.db, o.library, account.Actor{Org: o.id, Name: "Ann", Role: role, Offices: offices})
}

func (o *org) office(name string) account.OfficeID {
	o.t.Helper()
	var id account.OfficeID
	err := o.db.Org(o.t.Context(), o.id, func(tx *postgres.Tx) (err error) {
		id, err = account.AddOffice(o.t.Context(), tx, name)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return id
}

// save saves a draft that must be right; language and On are filled in.
func (o *org) save(f Draft) AnswerID {
	o.t.Helper()
	if f.Language == "" {
		f.Language = "en"
	}
	id, err := o.Save(o.t.Context(), f)
	if err != nil {
		o.t.Fatalf("save %q: %v", f.Title, err)
	}
	return id
}

// teach saves a new answer that is on.
func (o *org) teach(title, text, variants string) AnswerID {
	o.t.Helper()
	return o.save(Draft{Title: title, Text: text, Variants: variants, Enabled: true})
}

func (o *org) answer(id AnswerID) Answer {
	o.t.Helper()
	a, err := o.Answer(o.t.Context(), id)
	if err != nil {
		o.t.Fatal(err)
	}
	return a
}

// ask is what the bot says to a text that comes in.
func (o *org) ask(text string, office ...account.OfficeID) Reply {
	o.t.Helper()
	q := Question{Text: text}
	if len(office) > 0 {
		q.Office = office[0]
	}
	var r Reply
	err := o.db.Org(o.t.Context(), o.id, func(tx *postgres.Tx) (err error) {
		r, err = o.library.Answer(o.t.Context(), tx, q)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

// awaitLearning returns when the bots of the organization know its latest edits.
func (o *org) awaitLearning() {
	for _, done := range o.library.refresh(func(sc scope) bool { return sc.org == o.id }) {
		<-done
	}
}

// audited are the subjects of the audit's entries of a verb.
func (o *org) audited(verb string) (subjects []int64) {
	o.t.Helper()
	err := o.db.Org(o.t.Context(), o.id, func(tx *postgres.Tx) (err error) {
		subjects, err = postgres.Values[int64](o.t.Context(), tx, `
			select subject_id from audit where org_id = @org and verb = @verb order by id`, postgres.Args{"verb": verb})
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return subjects
}

func wantInvalid(t *testing.T, err error, field, sentence string) {
	t.Helper()
	var wrong account.Invalid
	if !errors.As(err, &wrong) || wrong[field] != sentence {
		t.Errorf("got %v, want %s: %s", err, field, sentence)
	}
}

// teachCampus teaches a small but varied knowledge base.
func (o *org) teachCampus() (parking, fafsa, library AnswerID) {
	o.t.Helper()
	parking = o.teach("Where can I park?", "Lot C is free all day.",
		"parking permit\nwhere do visitors park\nis parking free\nwhere do i leave my car\nhow do i get a parking pass")
	fafsa = o.teach("When is the FAFSA due?", "March 1.",
		"fafsa deadline\nlast day to send the fafsa\nis it too late for fafsa\nwhen do i turn in my fafsa\nfafsa due date")
	library = o.teach("When is the library open?", "Until midnight.",
		"library hours\nhow late is the library open\nis the library open on sunday\nwhen does the library close\ncan i study in the library at night")
	return parking, fafsa, library
}
