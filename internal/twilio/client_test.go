package twilio_test

import (
	"testing"
	"time"

	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/phonenet"
	"parley/internal/postgres/pgtest"
	"parley/internal/twilio"
)

func newOrg(t *testing.T) *dispatchtest.Org {
	t.Helper()
	return dispatchtest.New(t, pgtest.DB(t), phonenet.Faults{}).NewOrg()
}

func text(o *dispatchtest.Org) dispatch.Text {
	return dispatch.Text{
		Org: o.ID, Token: dispatch.Token{1, 2, 3}, From: o.Phone, To: dispatchtest.NewPhone(), Body: "Hi & welcome + 1",
		Deadline: time.Now().Add(time.Minute),
	}
}

// clientOf is a client of the organization's account at another address.
func clientOf(t *testing.T, o *dispatchtest.Org, address string) *twilio.Client {
	t.Helper()
	c, err := twilio.NewClient(o.Vault, twilio.Options{PublicURL: "https://texts.example.edu/", APIURL: address})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestSimulatedAccountStaysAtHome(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	o.Exec("update carrier_account set simulated = true where org_id = @org", nil)
	if out := o.Client.Post(t.Context(), text(o)); out.Kind != dispatch.NotSent {
		t.Errorf("a simulated account's text was %s", out.Kind)
	}
	if n := len(o.Entries(phonenet.KindAccepted)); n > 0 {
		t.Error("it reached the carrier")
	}
}
