package account_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"parley/internal/account"
	"parley/internal/account/accounttest"
	"parley/internal/postgres/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// TestMay_WhatEachRoleMay is the table of product.md section 1.
func TestMay_WhatEachRoleMay(t *testing.T) {
	t.Parallel()
	want := map[account.Role]map[account.Right]bool{
		account.Administrator: {account.Answer: true, account.ManageCampaigns: true, account.ManageContacts: true, account.TeachBot: true,
			account.StartOneToOne: true, account.Administer: true},
		account.Manager: {account.Answer: true, account.ManageCampaigns: true, account.ManageContacts: true, account.TeachBot: true,
			account.StartOneToOne: true, account.Administer: false},
		account.Agent: {account.Answer: true, account.ManageCampaigns: false, account.ManageContacts: false, account.TeachBot: false,
			account.StartOneToOne: false, account.Administer: false},
		"visitor": {account.Answer: false, account.Administer: false},
	}
	for role, rights := range want {
		for right, may := range rights {
			err := account.Actor{Role: role}.May(right)
			if (err == nil) != may || !may && !errors.Is(err, account.ErrForbidden) {
				t.Errorf("%s, %s: %v", role, right, err)
			}
		}
	}
}

// TestOfficesSeen_NoneIsNotAll: a statement reads nil as all offices.
func TestOfficesSeen_NoneIsNotAll(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		actor account.Actor
		want  []account.OfficeID
		sees  bool // office 7
	}{
		"an administrator":          {account.Actor{Role: account.Administrator}, nil, true},
		"a manager who sees all":    {account.Actor{Role: account.Manager, SeesAllOffices: true, Offices: []account.OfficeID{3}}, nil, true},
		"a manager of two offices":  {account.Actor{Role: account.Manager, Offices: []account.OfficeID{3, 7}}, []account.OfficeID{3, 7}, true},
		"an agent of no office yet": {account.Actor{Role: account.Agent}, []account.OfficeID{}, false},
	} {
		if diff := cmp.Diff(c.want, c.actor.OfficesSeen()); diff != "" || c.actor.SeesOffice(7) != c.sees {
			t.Errorf("%s: sees office 7: %v, offices (-want +got):\n%s", name, c.actor.SeesOffice(7), diff)
		}
	}
}

func TestSignIn_ByEMailAndPasswordOfAnActiveUser(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	org := accounttest.Found(t, db)
	ben := org.User(t, "Ben", account.Agent)
	in, err := account.SignIn(t.Context(), db, "  "+ben.Email+" ", accounttest.Password)
	if err != nil || len(in) != 1 || in[0].User != ben.User || in[0].Org != org.ID {
		t.Errorf("signed in %+v, %v", in, err)
	}
	if _, err := account.SignIn(t.Context(), db, ben.Email, "wrong horse"); !errors.Is(err, account.ErrWrongPassword) {
		t.Errorf("a wrong password: %v", err)
	}
	if _, err := account.SignIn(t.Context(), db, "nobody@example.edu", accounttest.Password); !errors.Is(err, account.ErrWrongPassword) {
		t.Errorf("an unknown e-mail: %v", err)
	}
	admin := account.NewDesk(db, org.Admin)
	for range 2 { // twice is once
		if err := admin.Deactivate(t.Context(), ben.User); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := account.SignIn(t.Context(), db, ben.Email, accounttest.Password); !errors.Is(err, account.ErrWrongPassword) {
		t.Errorf("a deactivated user: %v", err)
	}
	if _, err := account.Who(t.Context(), db, org.ID, ben.User); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("the session of a deactivated user: %v", err)
	}
	if err := admin.Reactivate(t.Context(), ben.User); err != nil {
		t.Fatal(err)
	}
	if _, err := account.Who(t.Context(), db, org.ID, ben.User); err != nil {
		t.Errorf("a reactivated user: %v", err)
	}
	verbs := []string{}
	entries, err := admin.Audit(t.Context(), account.AuditQuery{Subject: "app_user", SubjectID: int64(ben.User)})
	for _, e := range entries {
		verbs = append(verbs, e.Verb)
	}
	if diff := cmp.Diff([]string{"reactivate", "deactivate"}, verbs); diff != "" || err != nil {
		t.Errorf("audited (-want +got), %v:\n%s", err, diff)
	}
}

// TestEditUser_TheLastAdministratorStaysOne has two administrators demote each other, or themselves, at once.
func TestEditUser_TheLastAdministratorStaysOne(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	for range 5 {
		org := accounttest.Found(t, db)
		both := []account.Actor{org.Admin, org.User(t, "Bea", account.Administrator)}
		var refused [2]error
		var group errgroup.Group
		for i, who := range both {
			group.Go(func() error {
				refused[i] = account.NewDesk(db, who).EditUser(t.Context(), both[1-i].User, account.UserForm{Name: "Demoted", Role: account.Manager})
				return nil
			})
		}
		_ = group.Wait()
		if (refused[0] == nil) == (refused[1] == nil) {
			t.Fatalf("of two demotions of the last two administrators: %v, %v", refused[0], refused[1])
		}
		var conflict account.Conflict
		if err := errors.Join(refused[:]...); !errors.As(err, &conflict) {
			t.Errorf("refused with %v", err)
		}
	}
}

func TestDesk_RefusesWithWordsForTheField(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	org, other := accounttest.Found(t, db), accounttest.Found(t, db)
	registrar, elsewhere := org.Office(t, "Registrar"), other.Office(t, "Registrar")
	ben := org.User(t, "Ben", account.Agent, registrar)
	admin := account.NewDesk(db, org.Admin)
	valid := account.NewUser{Email: "cid@example.edu", Name: "Cid", Password: accounttest.Password, Role: account.Agent}
	hours := account.OrganizationForm{Name: "Marlowe", TimeZone: "America/Boise", QuietUntil: "09:00", QuietFrom: "20:00", HelpText: "Call us."}
	with := func(change func(*account.NewUser)) error {
		u := valid
		change(&u)
		return admin.AddUser(t.Context(), u)
	}
	saved := func(change func(*account.OrganizationForm)) error {
		f := hours
		change(&f)
		return admin.SaveOrganization(t.Context(), f)
	}
	for name, c := range map[string]struct {
		err   error
		field string
	}{
		"no e-mail":                 {with(func(u *account.NewUser) { u.Email = "cid" }), "email"},
		"a colleague's e-mail":      {with(func(u *account.NewUser) { u.Email = ben.Email }), "email"},
		"a short password":          {with(func(u *account.NewUser) { u.Password = "seven77" }), "password"},
		"no name":                   {with(func(u *account.NewUser) { u.Name = " " }), "name"},
		"no such role":              {with(func(u *account.NewUser) { u.Role = "owner" }), "role"},
		"another's office":          {with(func(u *account.NewUser) { u.Offices = []account.OfficeID{elsewhere} }), "office"},
		"an edit to another's":      {admin.EditUser(t.Context(), ben.User, account.UserForm{Name: "Ben", Role: account.Agent, Offices: []account.OfficeID{elsewhere}}), "office"},
		"an edit without a role":    {admin.EditUser(t.Context(), ben.User, account.UserForm{Name: "Ben"}), "role"},
		"an office of no name":      {admin.AddOffice(t.Context(), "  "), "name"},
		"an office twice":           {admin.AddOffice(t.Context(), "Registrar "), "name"},
		"no such zone":              {saved(func(f *account.OrganizationForm) { f.TimeZone = "Mars/Olympus" }), "zone"},
		"an hour that is none":      {saved(func(f *account.OrganizationForm) { f.QuietUntil = "25:00" }), "send_from"},
		"an end before the start":   {saved(func(f *account.OrganizationForm) { f.QuietFrom = "08:00" }), "send_to"},
		"no help text":              {saved(func(f *account.OrganizationForm) { f.HelpText = "" }), "help"},
		"half a year and a day":     {saved(func(f *account.OrganizationForm) { f.CoolingDays = 181 }), "cooling_days"},
		"midnight ends a whole day": {saved(func(f *account.OrganizationForm) { f.QuietUntil, f.QuietFrom = "00:00", "00:00" }), ""},
	} {
		var invalid account.Invalid
		if c.field == "" {
			if c.err != nil {
				t.Errorf("%s: %v", name, c.err)
			}
			continue
		}
		if !errors.As(c.err, &invalid) || invalid[c.field] == "" {
			t.Errorf("%s: %v, want words for the field %s", name, c.err, c.field)
		}
	}
	if u, err := admin.User(t.Context(), ben.User); err != nil || !cmp.Equal(u.Offices, []account.OfficeID{registrar}) {
		t.Errorf("after refused edits Ben is %+v, %v", u, err)
	}
}

// TestDesk_OnlyAdministratorsChangeTheOrganization tries every verb as a manager and for a stranger.
func TestDesk_OnlyAdministratorsChangeTheOrganization(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	org, other := accounttest.Found(t, db), accounttest.Found(t, db)
	ben, stranger := org.User(t, "Ben", account.Agent), other.User(t, "Stan", account.Agent)
	manager := account.NewDesk(db, org.User(t, "Mia", account.Manager))
	verbs := map[string]func(context.Context, account.Desk, account.UserID) error{
		"edit": func(ctx context.Context, d account.Desk, id account.UserID) error {
			return d.EditUser(ctx, id, account.UserForm{Name: "Mallory", Role: account.Administrator})
		},
		"deactivate": func(ctx context.Context, d account.Desk, id account.UserID) error { return d.Deactivate(ctx, id) },
		"reactivate": func(ctx context.Context, d account.Desk, id account.UserID) error { return d.Reactivate(ctx, id) },
		"read": func(ctx context.Context, d account.Desk, id account.UserID) error {
			_, err := d.User(ctx, id)
			return err
		},
	}
	for name, verb := range verbs {
		if err := verb(t.Context(), manager, ben.User); !errors.Is(err, account.ErrForbidden) {
			t.Errorf("a manager may %s: %v", name, err)
		}
		if err := verb(t.Context(), account.NewDesk(db, org.Admin), stranger.User); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("%s somebody of another organization: %v", name, err)
		}
	}
	for name, err := range map[string]error{
		"add a user":        manager.AddUser(t.Context(), account.NewUser{}),
		"add an office":     manager.AddOffice(t.Context(), "Secret"),
		"save the settings": manager.SaveOrganization(t.Context(), account.OrganizationForm{}),
	} {
		if !errors.Is(err, account.ErrForbidden) {
			t.Errorf("a manager may %s: %v", name, err)
		}
	}
	if _, err := manager.Audit(t.Context(), account.AuditQuery{}); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("a manager reads the whole audit: %v", err)
	}
	if err := account.NewDesk(db, org.Admin).Deactivate(t.Context(), org.Admin.User); err == nil {
		t.Error("an administrator has deactivated themselves")
	}
}
