package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/knowledge"
	"parley/internal/outreach"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/sms"
	"parley/internal/twilio"
)

// tenant is an organization of a few people, made by verbs: five offices, a manager who works in three
// of them, a taught bot, and a reusable number that may text at any hour.
type tenant struct {
	ID      account.OrgID
	Offices []account.OfficeID
	Manager account.Actor
	Number  outreach.NumberID
	Phone   sms.Phone
	Account twilio.Account
}

const (
	manyOffices = 5
	ownOffices  = 3
	password    = "correct horse"
	// unpaced is faster than any sender: the carrier's speed limits are not what is measured.
	unpaced = 1_000_000
)

// found makes a tenant.
func (s *stage) found(name string) (*tenant, error) {
	s.orgs++
	t := &tenant{Phone: sms.Phone(fmt.Sprintf("+1208555%04d", s.orgs))}
	email := func(who string) string { return fmt.Sprintf("%s%d@example.edu", who, s.orgs) }
	var err error
	t.ID, err = account.Found(s, s.db, account.NewOrganization{Name: name, QuietUntil: "00:00", QuietFrom: "24:00",
		Administrator: account.NewUser{Name: "Ada Admin", Email: email("admin"), Password: password}})
	if err != nil {
		return nil, err
	}
	t.Account = twilio.Account{Org: t.ID, SID: fmt.Sprintf("AC%032x", int64(t.ID)), Token: "token", Simulated: true}
	if err := s.network.AddAccount(phonenet.Account{SID: t.Account.SID, Token: t.Account.Token, Name: name}); err != nil {
		return nil, err
	}
	if err := s.network.AddNumber(t.Account.SID, string(t.Phone), s.public.String()+twilio.MessagesPath); err != nil {
		return nil, err
	}
	var manager account.UserID
	err = s.db.Org(s, t.ID, func(tx *postgres.Tx) error {
		if err := s.vault.Connect(s, tx, t.Account); err != nil {
			return err
		}
		manager, err = t.furnish(s, tx, email("manager"))
		return err
	})
	if err != nil {
		return nil, err
	}
	if t.Manager, err = account.Who(s, s.db, t.ID, manager); err != nil {
		return nil, err
	}
	_, err = knowledge.NewDesk(s.db, s.library, t.administrator()).AdoptStarter(s, knowledge.Adoption{Site: "example.edu", On: true})
	return t, err
}

// furnish makes the offices, the manager and the number.
func (t *tenant) furnish(ctx context.Context, tx *postgres.Tx, email string) (manager account.UserID, err error) {
	for i := range manyOffices {
		office, err := account.AddOffice(ctx, tx, fmt.Sprintf("Office %d", i+1))
		if err != nil {
			return 0, err
		}
		t.Offices = append(t.Offices, office)
	}
	manager, err = account.AddUser(ctx, tx, account.NewUser{Name: "Dana Whitfield", Email: email, Password: password,
		Role: account.Manager, Offices: t.Offices[:ownOffices]})
	if err != nil {
		return 0, err
	}
	t.Number, err = outreach.AddNumber(ctx, tx, outreach.NewNumber{Phone: t.Phone, Kind: outreach.Reusable, Office: t.Offices[0], SegmentsPerSecond: unpaced})
	return manager, err
}

// administrator is the manager with every right.
func (t *tenant) administrator() account.Actor {
	a := t.Manager
	a.Role = account.Administrator
	return a
}

// draft makes a campaign that is ready to be launched to a list.
func (s *stage) draft(t *tenant, title string, list audience.ListID) (outreach.CampaignID, error) {
	desk := outreach.NewDesk(s.db, t.Manager)
	id, err := desk.Begin(s, title, t.Offices[0])
	if err != nil {
		return 0, err
	}
	return id, desk.SaveGeneral(s, id, outreach.General{Title: title, Office: t.Offices[0], Message: message, List: list, Number: t.Number})
}

// message is the text of every campaign here, and its row as people read it.
const message = "Hi {{first_name|there}}, the priority deadline is Tuesday, December 1. Questions? Just reply. STOP to opt out."

// rows writes statements as the owner of the tables, all in one transaction that checks no foreign
// keys and is not synced: only that they are there counts, and that they are well packed afterwards.
func (s *stage) rows(what string, args pgx.NamedArgs, statements ...string) error {
	start := time.Now()
	err := pgx.BeginFunc(s, s.admin, func(tx pgx.Tx) error {
		if _, err := tx.Exec(s, "set local session_replication_role = replica; set local synchronous_commit = off; set local work_mem = '256MB'"); err != nil {
			return err
		}
		for _, sql := range statements {
			if _, err := tx.Exec(s, sql, args); err != nil {
				return fmt.Errorf("%w in %.60q", err, sql)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("seed %s: %w", what, err)
	}
	remark(s.out, "Seeded %s in %.0f s", what, time.Since(start).Seconds())
	return nil
}

// pack leaves the tables as they are after a quiet night: statistics, visibility and data on disk.
func (s *stage) pack() error {
	for _, sql := range []string{"vacuum analyze", "checkpoint"} {
		if _, err := s.admin.Exec(s, sql); err != nil {
			return fmt.Errorf("pack the tables: %w", err)
		}
	}
	return nil
}

// reserve takes n ids of a table and returns the one before the first.
func (s *stage) reserve(table string, n int) (before int64, err error) {
	err = s.admin.QueryRow(s, `
		select setval(seq, nextval(seq) + $2 - 1) - $2 from pg_get_serial_sequence($1, 'id') seq`, table, n).Scan(&before)
	if err != nil {
		return 0, fmt.Errorf("reserve ids of %s: %w", table, err)
	}
	return before, nil
}
