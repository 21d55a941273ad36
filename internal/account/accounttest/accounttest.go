// Package accounttest founds organizations for tests: one each, so that tests run beside each other
// in one database.
package accounttest

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Org is an organization of a test.
type Org struct {
	ID    account.OrgID
	Admin account.Actor
	db    *postgres.DB
}

// Password is everybody's.
const Password = "correct horse"

var count atomic.Int64

// Found makes an organization with an administrator, whose texts may leave at any hour.
func Found(t testing.TB, db *postgres.DB) Org {
	t.Helper()
	n := count.Add(1)
	email := fmt.Sprintf("admin%d@example.edu", n)
	id, err := account.Found(context.Background(), db, account.NewOrganization{Name: fmt.Sprintf("%s %d", t.Name(), n),
		TimeZone: "America/Boise", QuietUntil: "00:00", QuietFrom: "24:00",
		Administrator: account.NewUser{Name: "Ada Admin", Email: email, Password: Password}})
	if err != nil {
		t.Fatal(err)
	}
	o := Org{ID: id, db: db}
	o.Admin = o.actor(t, email)
	return o
}

// Office makes an office.
func (o Org) Office(t testing.TB, name string) account.OfficeID {
	t.Helper()
	var office account.OfficeID
	err := o.db.Org(context.Background(), o.ID, func(tx *postgres.Tx) (err error) {
		office, err = account.AddOffice(context.Background(), tx, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return office
}

// User makes a person of the organization.
func (o Org) User(t testing.TB, name string, role account.Role, offices ...account.OfficeID) account.Actor {
	t.Helper()
	email := fmt.Sprintf("user%d@example.edu", count.Add(1))
	err := o.db.Org(context.Background(), o.ID, func(tx *postgres.Tx) error {
		_, err := account.AddUser(context.Background(), tx, account.NewUser{Name: name, Email: email, Password: Password, Role: role, Offices: offices})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return o.actor(t, email)
}

func (o Org) actor(t testing.TB, email string) account.Actor {
	t.Helper()
	in, err := account.SignIn(context.Background(), o.db, email, Password)
	if err != nil {
		t.Fatal(err)
	}
	actor, err := account.Who(context.Background(), o.db, o.ID, in[0].User)
	if err != nil {
		t.Fatal(err)
	}
	return actor
}
