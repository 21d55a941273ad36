// Package demo makes one believable organization, so that a newcomer meets a program at work: a
// university with students, answers, numbers, and two campaigns that were really sent over the
// simulated phone network and really answered from its handsets.
//
// It uses the verbs of signed-in people and nothing that they cannot do, but for founding.
package demo

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"parley/internal/account"
	"parley/internal/knowledge"
	"parley/internal/outreach"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Name is the organization's.
const Name = "Marlowe University"

// Delay is how long a text travels at most on the demo's phone network.
const Delay = 1200 * time.Millisecond

// password is everybody's: the demo listens on this machine alone.
const password = "marlowe-2026"

const (
	financialAid = "Financial Aid"
	registrar    = "Registrar"
	housing      = "Housing"
)

// User is a person of the demo.
type User struct {
	Name, Email, Password string
	Role                  account.Role
	offices               []string
}

// Users are the people who can sign in, administrators first.
func Users() []User {
	return []User{
		{"Rosa Delgado", "rosa.delgado@marlowe.example", password, account.Administrator, []string{financialAid, registrar, housing}},
		{"Dana Whitfield", "dana.whitfield@marlowe.example", password, account.Manager, []string{financialAid, registrar}},
		{"Marcus Bell", "marcus.bell@marlowe.example", password, account.Manager, []string{housing}},
		{"Ann Okafor", "ann.okafor@marlowe.example", password, account.Agent, []string{financialAid}},
		{"Ben Castillo", "ben.castillo@marlowe.example", password, account.Agent, []string{financialAid, registrar}},
		{"Priya Raman", "priya.raman@marlowe.example", password, account.Agent, []string{registrar, housing}},
	}
}

// Number is a phone number of the demo.
type Number struct {
	Phone  sms.Phone
	Kind   outreach.Kind
	name   string
	office string
}

// Numbers are the phone numbers of the demo: two that offices keep, two for a campaign at a time.
func Numbers() []Number {
	return []Number{
		{"+12085550142", outreach.Reusable, "Financial Aid", financialAid},
		{"+12085550167", outreach.Reusable, "Registrar", registrar},
		{"+12085550110", outreach.Provisioned, "Campaigns 1", registrar},
		{"+12085550153", outreach.Provisioned, "Campaigns 2", housing},
	}
}

// perSecond is the speed of the demo's numbers: a launch to two thousand is over in half a minute.
const perSecond = 100

// Carrier is the demo's account on the simulated phone network.
type Carrier struct {
	SID   string `json:"account_sid"`
	Token string `json:"auth_token"`
}

// Account reads the demo's carrier account from a file, and makes one the first time.
func Account(path string) (c Carrier, err error) {
	b, err := os.ReadFile(path)
	if err == nil {
		if err := json.Unmarshal(b, &c); err != nil {
			return c, fmt.Errorf("read the demo's carrier account: %w", err)
		}
		return c, nil
	}
	if !errors.Is(err, os.ErrNotExist) {
		return c, fmt.Errorf("read the demo's carrier account: %w", err)
	}
	var sid, token [16]byte
	rand.Read(sid[:])
	rand.Read(token[:])
	c = Carrier{SID: "AC" + hex.EncodeToString(sid[:]), Token: hex.EncodeToString(token[:])}
	if b, err = json.Marshal(c); err == nil {
		err = os.WriteFile(path, b, 0o600)
	}
	if err != nil {
		return c, fmt.Errorf("keep the demo's carrier account: %w", err)
	}
	return c, nil
}

// World is what a demo is made in.
type World struct {
	DB      *postgres.DB
	Library *knowledge.Library
	Network *phonenet.Network
	Log     *slog.Logger
	// Connect gives the organization its carrier account.
	Connect func(context.Context, *postgres.Tx) error
}

// Seed makes the organization. The program must be running: texts are really sent. It is not to be
// called twice on one database.
func (w World) Seed(ctx context.Context) error {
	s := &seed{World: w, users: map[string]account.Actor{}, offices: map[string]account.OfficeID{}, numbers: map[string]outreach.NumberID{}}
	steps := []struct {
		what string
		do   func(context.Context) error
	}{
		{"found the organization", s.found},
		{"teach the bot", s.teach},
		{"import the students", s.importStudents},
		{"run last month's campaign", s.welcomeWeek},
		{"run this week's campaign", s.priorityDeadline},
		{"answer some of them", s.answerSome},
		{"begin a draft", s.draft},
	}
	for _, step := range steps {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}

// seed is a demo in the making.
type seed struct {
	World
	org      account.OrgID
	users    map[string]account.Actor
	offices  map[string]account.OfficeID
	numbers  map[string]outreach.NumberID
	students []student
	campaign outreach.CampaignID
}

// found makes the organization with its offices, people and numbers. Texts of the demo go out at any
// hour: whoever tries it at night wants to see something.
func (s *seed) found(ctx context.Context) (err error) {
	first := Users()[0]
	s.org, err = account.Found(ctx, s.DB, account.NewOrganization{Name: Name, Country: "US", TimeZone: "America/Boise",
		QuietUntil: "00:00", QuietFrom: "24:00",
		Administrator: account.NewUser{Name: first.Name, Email: first.Email, Password: first.Password}})
	if err != nil {
		return err
	}
	err = s.DB.Org(ctx, s.org, func(tx *postgres.Tx) error {
		if err := s.Connect(ctx, tx); err != nil {
			return err
		}
		for _, name := range []string{financialAid, registrar, housing} {
			if s.offices[name], err = account.AddOffice(ctx, tx, name); err != nil {
				return err
			}
		}
		return s.addNumbers(ctx, tx)
	})
	if err != nil {
		return err
	}
	return s.addUsers(ctx)
}

func (s *seed) addNumbers(ctx context.Context, tx *postgres.Tx) error {
	for _, n := range Numbers() {
		id, err := outreach.AddNumber(ctx, tx, outreach.NewNumber{Phone: n.Phone, Name: n.name, Kind: n.Kind,
			Office: s.offices[n.office], SegmentsPerSecond: perSecond})
		if err != nil {
			return err
		}
		s.numbers[string(n.Phone)] = id
	}
	return nil
}

// addUsers gives the others access; the administrator is there already and needs only their offices.
func (s *seed) addUsers(ctx context.Context) error {
	for i, u := range Users() {
		var id account.UserID
		err := s.DB.Org(ctx, s.org, func(tx *postgres.Tx) (err error) {
			var offices []account.OfficeID
			for _, name := range u.offices {
				offices = append(offices, s.offices[name])
			}
			if i > 0 {
				id, err = account.AddUser(ctx, tx, account.NewUser{Name: u.Name, Email: u.Email, Password: u.Password, Role: u.Role, Offices: offices})
				return err
			}
			id, err = account.Seat(ctx, tx, u.Email, offices)
			return err
		})
		if err != nil {
			return err
		}
		if s.users[u.Name], err = account.Who(ctx, s.DB, s.org, id); err != nil {
			return err
		}
	}
	return nil
}

// desk is what one of the demo's people may do.
func (s *seed) desk(name string) outreach.Desk { return outreach.NewDesk(s.DB, s.users[name]) }

// wait asks again and again until done says yes.
func wait(ctx context.Context, what string, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	for {
		ok, err := done()
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait until %s: %w", what, ctx.Err())
		case <-time.After(50 * time.Millisecond):
		}
	}
}
