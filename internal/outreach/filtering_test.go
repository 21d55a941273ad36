package outreach_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/account"
	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/outreach"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

// filteredCampaign is a campaign on the simulated network, whose texts a test lets go in parts.
type filteredCampaign struct {
	*dispatchtest.Org
	id      outreach.CampaignID
	settled int
	manager account.Actor
}

func newFilteredCampaign(t *testing.T) *filteredCampaign {
	t.Helper()
	w := dispatchtest.New(t, pgtest.Own(t, postgres.WithMaxConns(16)).DB(), phonenet.Faults{})
	c := &filteredCampaign{Org: w.NewOrg()}
	c.manager = accountOf(t, c.Org, "Dana", account.Manager)
	campaign, _ := c.Launch(200)
	c.id = outreach.CampaignID(campaign)
	c.Exec("update message set due_at = 'infinity' where org_id = @org", nil)
	w.Send(dispatch.Options{})
	return c
}

// send lets the next n texts go; all or none of them are filtered. Then it looks at the campaign.
func (c *filteredCampaign) send(n int, filtered float64) {
	c.T.Helper()
	if err := c.Network.SetFaults(phonenet.Faults{Filtered: filtered}); err != nil {
		c.T.Fatal(err)
	}
	c.Org.Org(func(tx *postgres.Tx) error {
		_, err := tx.Exec(c.T.Context(), `
			update message
			set due_at = app_now()
			where org_id = @org and id in (select id from message where org_id = @org and state = 'queued' order by id limit @n)`,
			postgres.Args{"n": n})
		tx.Publish(dispatch.TopicQueue)
		return err
	})
	c.settled += n
	c.Await("the texts to have their last state", func() bool {
		s := c.States()
		return s[dispatch.StateDelivered]+s[dispatch.StateUndelivered] == c.settled
	})
	c.watch()
}

func (c *filteredCampaign) watch() time.Duration {
	c.T.Helper()
	wait, err := outreach.Watch(c.T.Context(), c.DB, c.ID, c.id)
	if err != nil {
		c.T.Fatal(err)
	}
	return wait
}

// told are the kinds of the notices that an actor has not seen.
func (c *filteredCampaign) told(actor account.Actor) (kinds []outreach.NoticeKind) {
	c.T.Helper()
	notices, err := outreach.NewDesk(c.DB, actor).Notices(c.T.Context())
	if err != nil {
		c.T.Fatal(err)
	}
	for _, n := range notices {
		c.T.Log(n.Detail)
		kinds = append(kinds, n.Kind)
	}
	return kinds
}

func (c *filteredCampaign) paused() bool {
	c.T.Helper()
	return dispatchtest.Value[bool](c.Org, "select paused from campaign where org_id = @org", nil)
}

func TestFiltering_TellsThenPausesAndPausesAgainOnlyIfWorse(t *testing.T) {
	t.Parallel()
	c := newFilteredCampaign(t)
	agent := accountOf(t, c.Org, "Ann", account.Agent)
	var other account.OfficeID
	c.Org.Org(func(tx *postgres.Tx) (err error) {
		other, err = account.AddOffice(t.Context(), tx, "Financial Aid")
		return err
	})
	elsewhere := accountOf(t, c.Org, "Eve", account.Manager, other)
	expect := func(when string, paused bool, want ...outreach.NoticeKind) {
		t.Helper()
		c.watch() // once more changes nothing
		if diff := cmp.Diff(want, c.told(c.manager)); diff != "" || c.paused() != paused {
			t.Errorf("%s: paused %v, want %v; notices (-want +got):\n%s", when, c.paused(), paused, diff)
		}
	}
	c.send(46, 0)
	c.send(3, 1)
	expect("3 of 49", false)
	c.send(1, 0)
	expect("3 of 50", false, outreach.Filtered)
	c.send(4, 1)
	expect("7 of 54", true, outreach.Filtered, outreach.FilteredPaused)
	actor := dispatchtest.Value[string](c.Org, "select actor from audit where org_id = @org and verb = 'pause' and subject_id = @campaign",
		postgres.Args{"campaign": c.id})
	if actor != "system" {
		t.Errorf("the pause is recorded of %q", actor)
	}
	desk := outreach.NewDesk(c.DB, c.manager)
	if err := desk.Resume(t.Context(), c.id); err != nil {
		t.Fatal(err)
	}
	c.send(1, 1)
	expect("8 of 55, resumed", false, outreach.Filtered, outreach.FilteredPaused)
	c.send(7, 1)
	expect("15 of 62", true, outreach.Filtered, outreach.FilteredPaused, outreach.FilteredPaused)
	for _, other := range []account.Actor{agent, elsewhere} {
		if kinds := c.told(other); len(kinds) > 0 {
			t.Errorf("%s is told of %v", other.Name, kinds)
		}
	}
	c.CheckInvariants()
}

func TestFiltering_FarTooManyPauseAtOnce(t *testing.T) {
	t.Parallel()
	c := newFilteredCampaign(t)
	c.send(50, 1)
	if diff := cmp.Diff([]outreach.NoticeKind{outreach.FilteredPaused}, c.told(c.manager)); diff != "" || !c.paused() {
		t.Errorf("paused %v; notices (-want +got):\n%s", c.paused(), diff)
	}
}

// When all is out there is nothing to pause; the managers hear of it for a day.
func TestFiltering_AfterTheLastText(t *testing.T) {
	t.Parallel()
	c := newFilteredCampaign(t)
	c.send(200, 0.5)
	c.Await("the campaign to be active", func() bool {
		return dispatchtest.Value[string](c.Org, "select state from campaign where org_id = @org", nil) == string(outreach.Active)
	})
	if wait := c.watch(); wait == 0 || c.paused() {
		t.Errorf("it sleeps %s, paused %v", wait, c.paused())
	}
	if diff := cmp.Diff([]outreach.NoticeKind{outreach.Filtered}, c.told(c.manager)); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
	c.Exec("update campaign set sent_at = sent_at - interval '25 hours' where org_id = @org", nil)
	if wait := c.watch(); wait != 0 {
		t.Errorf("after a day it sleeps %s", wait)
	}
}
