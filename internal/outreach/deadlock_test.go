package outreach_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/internal/account"
	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/knowledge"
	"parley/internal/outreach"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
	"parley/internal/sms"
)

// D7: in a launch people say STOP and write, agents answer, two managers archive, and the carrier
// reports everything twice and out of order. Whatever waits for whatever, never in a ring.
func TestD7_NoDeadlock(t *testing.T) {
	t.Parallel()
	const rounds, texts = 3, 400
	server := pgtest.Cluster(t)
	db := server.Open(postgres.WithMaxConns(24))
	w := dispatchtest.New(t, db, phonenet.Faults{Latency: phonenet.UpTo(5 * time.Millisecond), CallbackDoubled: 0.5, CallbackReordered: 0.5})
	library := knowledge.NewLibrary(db, 64<<20)
	t.Cleanup(library.Close)
	w.Received.Receiver = outreach.NewIntake(db, library).Receive
	c := &crowd{Org: w.NewOrg()}
	agent := accountOf(t, c.Org, "Ann", account.Agent)
	manager := accountOf(t, c.Org, "Dana", account.Manager)
	w.Send(dispatch.Options{})
	for range rounds {
		campaign, to := c.Launch(texts)
		var acts sync.WaitGroup
		acts.Go(func() { c.write(to) })
		acts.Go(func() { c.answer(agent, campaign, texts/4) })
		for range 2 {
			acts.Go(func() { c.archive(manager, campaign, texts/2) })
		}
		acts.Wait()
		if err := w.Network.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.Await("everybody to be accounted for", func() bool { return !c.Busy() })
	}
	if log := server.Log(); strings.Contains(log, "deadlock") {
		t.Error(log[strings.Index(log, "deadlock"):]) // with who waited for whom, and their statements
	}
	kept := dispatchtest.Value[int](c.Org, "select count(*) from webhook where org_id = @org", nil)
	stops := dispatchtest.Value[int](c.Org, "select count(*) from opt_out where org_id = @org", nil)
	answers := dispatchtest.Value[int](c.Org, "select count(*) from message where org_id = @org and author = 'agent'", nil)
	if kept > 0 || stops == 0 || answers == 0 {
		t.Errorf("%d webhooks could not be processed, %d people opted out, %d were answered", kept, stops, answers)
	}
	t.Logf("%d people opted out, %d were answered", stops, answers)
	c.CheckInvariants()
}

// crowd is everybody who does something at once.
type crowd struct{ *dispatchtest.Org }

// write has a third of the people say STOP and a third write something.
func (c *crowd) write(to []sms.Phone) {
	for i, phone := range to {
		body := []string{"STOP", "can my llama come", ""}[i%3]
		if body == "" {
			continue
		}
		if _, err := c.Network.Handset(string(phone)).Send(c.T.Context(), string(c.Phone), body); err != nil {
			c.T.Error(err)
		}
	}
}

// answer has an agent answer n people of a campaign as they write, or until it is archived.
func (c *crowd) answer(agent account.Actor, campaign int64, n int) {
	type question struct {
		Conversation outreach.ConversationID
		Seen         outreach.MessageID
	}
	desk := outreach.NewDesk(c.DB, agent)
	answered := 0
	c.Await("people to answer", func() bool {
		questions := rowsOf[question](c.Org, `
			select v.id as conversation, (
				select max(id) from message where org_id = @org and conversation_id = v.id and author = 'contact') as seen
			from conversation v
			where v.org_id = @org and v.campaign_id = @campaign and v.waiting_since is not null
			order by v.id
			limit 20`, postgres.Args{"campaign": campaign})
		for _, q := range questions {
			err := desk.Reply(c.T.Context(), q.Conversation, outreach.Reply{Body: "Only with an umbrella.", Seen: q.Seen})
			c.mayBeRefused(err)
			answered++
		}
		state := dispatchtest.Value[string](c.Org, "select state from campaign where org_id = @org and id = @campaign", postgres.Args{"campaign": campaign})
		return answered >= n || state == string(outreach.Archived)
	})
}

// archive archives a campaign when so many of its texts are out.
func (c *crowd) archive(manager account.Actor, campaign int64, after int) {
	c.Await("half of the launch to be out", func() bool {
		return dispatchtest.Value[int](c.Org, `
			select sum(accepted + sent + delivered) from campaign_count where org_id = @org and campaign_id = @campaign`,
			postgres.Args{"campaign": campaign}) >= after
	})
	c.mayBeRefused(outreach.NewDesk(c.DB, manager).Archive(c.T.Context(), outreach.CampaignID(campaign), true))
}

// mayBeRefused lets pass that somebody else was faster.
func (c *crowd) mayBeRefused(err error) {
	if err != nil && strings.Contains(fmt.Sprint(err), "SQLSTATE") {
		c.T.Error(err)
	}
}

func rowsOf[T any](o *dispatchtest.Org, sql string, args postgres.Args) (rows []T) {
	o.T.Helper()
	o.Org(func(tx *postgres.Tx) (err error) {
		rows, err = postgres.Rows[T](o.T.Context(), tx, sql, args)
		return err
	})
	return rows
}

// accountOf makes a person of the office of an organization.
func accountOf(t testing.TB, o *dispatchtest.Org, name string, role account.Role, offices ...account.OfficeID) (actor account.Actor) {
	t.Helper()
	if offices == nil {
		offices = []account.OfficeID{account.OfficeID(o.Office)}
	}
	email := strings.ToLower(name) + "@example.edu"
	o.Org(func(tx *postgres.Tx) error {
		_, err := account.AddUser(t.Context(), tx, account.NewUser{Name: name, Email: email, Password: "correct horse", Role: role, Offices: offices})
		return err
	})
	in, err := account.SignIn(t.Context(), o.DB, email, "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if actor, err = account.Who(context.Background(), o.DB, o.ID, in[0].User); err != nil {
		t.Fatal(err)
	}
	return actor
}
