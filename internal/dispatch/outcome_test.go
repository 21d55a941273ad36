package dispatch_test

import (
	"net"
	"net/http/httptest"
	"testing"
	"time"

	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/twilio"
)

// S6, S7 and S8: each row of the table of outcomes. Callbacks are dropped, so that only the answer and
// the carrier's list are there to go by.
func TestS6_S7_S8_EachOutcome(t *testing.T) {
	t.Parallel()
	type row struct {
		name     string
		faults   phonenet.Faults
		attempt  string // the outcome of the first attempt
		end      dispatch.State
		accepted int
	}
	rows := []row{
		{"accepted", phonenet.Faults{}, "accepted", dispatch.StateAccepted, 1},
		{"cut after accept", phonenet.Faults{CutAfterAccept: 1}, "unknown", dispatch.StateDelivered, 1},
		{"timeout after accept", phonenet.Faults{TimeoutAfterAccept: 1}, "unknown", dispatch.StateDelivered, 1},
		{"500 after accept", phonenet.Faults{Error500AfterAccept: 1}, "unknown", dispatch.StateDelivered, 1},
		{"502 after accept", phonenet.Faults{BadGatewayAfterAccept: 1}, "unknown", dispatch.StateDelivered, 1},
		{"half an answer", phonenet.Faults{HalfAnswer: 1}, "unknown", dispatch.StateDelivered, 1},
		{"cut before accept", phonenet.Faults{CutBeforeAccept: 1}, "unknown", dispatch.StateUnresolved, 0},
		{"500", phonenet.Faults{Error500: 1}, "unknown", dispatch.StateUnresolved, 0},
		{"502 in HTML", phonenet.Faults{BadGateway: 1}, "unknown", dispatch.StateUnresolved, 0},
		{"302", phonenet.Faults{Redirect302: 1}, "unknown", dispatch.StateUnresolved, 0},
		{"307", phonenet.Faults{Redirect307: 1}, "unknown", dispatch.StateUnresolved, 0},
		{"429", phonenet.Faults{TooMany: 1, RetryAfter: time.Second}, "throttled", dispatch.StateAccepted, 1},
		{"429 without Retry-After", phonenet.Faults{TooManyBare: 1}, "throttled", dispatch.StateAccepted, 1},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			row.faults.CallbackDropped = 1
			w := newWorld(t, row.faults)
			o := w.NewOrg()
			_, to := o.Launch(1)
			w.Send(dispatch.Options{
				PostTimeout: time.Second, PollEvery: 50 * time.Millisecond,
				CheckAfter: []time.Duration{1200 * time.Millisecond, 1300 * time.Millisecond, 1400 * time.Millisecond},
			})
			w.AwaitEntry(1, func(e phonenet.Entry) bool {
				return e.Kind == phonenet.KindAccepted || e.Kind == phonenet.KindRefused
			})
			// The fault was for the first post only: lists and second posts are answered.
			if err := w.Network.SetFaults(phonenet.Faults{CallbackDropped: 1}); err != nil {
				t.Fatal(err)
			}
			o.AwaitStates(map[dispatch.State]int{row.end: 1})
			if n := w.Network.Handset(string(to[0])).Accepted(); n != row.accepted {
				t.Errorf("the network accepted %d texts, want %d", n, row.accepted)
			}
			first := dispatchtest.Value[string](o, `
				select outcome
				from attempt
				where org_id = @org
				order by started_at
				limit 1`, nil)
			if first != row.attempt && row.end != dispatch.StateDelivered { // evidence makes it accepted
				t.Errorf("the first attempt was %s, want %s", first, row.attempt)
			}
			if posts := len(w.Entries(phonenet.KindAccepted)) + len(w.Entries(phonenet.KindRefused)); row.attempt == "unknown" && posts != 1 {
				t.Errorf("an unknown text was posted %d times", posts)
			}
			w.CheckInvariants()
		})
	}
}

// Refusals in Twilio's words are final, and say why in ours.
func TestRejectedForGood(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phonenet.Faults{})
	o := w.NewOrg()
	landline := dispatchtest.NewPhone()
	if err := w.Network.Handset(string(landline)).Describe(phonenet.Profile{Kind: phonenet.Landline}); err != nil {
		t.Fatal(err)
	}
	id := o.Queue(landline, "agent", "Hi")
	w.Send(dispatch.Options{})
	o.AwaitStates(map[dispatch.State]int{dispatch.StateFailed: 1})
	m := o.Message(id)
	if m.ErrorCode != 21614 || m.Reason.Sentence() != "This is a landline; it cannot get texts." {
		t.Errorf("got %d, %q", m.ErrorCode, m.Reason.Sentence())
	}
	w.CheckInvariants()
}

// A number of which the carrier knows that the person opted out becomes an opt-out here, and what is
// queued for the person is skipped.
func TestOptOutAtTheCarrier(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phonenet.Faults{})
	o := w.NewOrg()
	w.Received.Receiver = accept
	phone := dispatchtest.NewPhone()
	if _, err := w.Network.Handset(string(phone)).Send(t.Context(), string(o.Phone), "STOP"); err != nil {
		t.Fatal(err)
	}
	first := o.Queue(phone, "agent", "Hi")
	second := o.Queue(phone, "agent", "Are you there?")
	w.Send(dispatch.Options{InFlight: 1})
	o.AwaitStates(map[dispatch.State]int{dispatch.StateFailed: 1, dispatch.StateSkipped: 1})
	if m := o.Message(first); m.ErrorCode != 21610 {
		t.Errorf("the first text failed with %d", m.ErrorCode)
	}
	if m := o.Message(second); m.Reason != dispatch.ReasonOptedOut {
		t.Errorf("the second text was skipped for %q", m.Reason)
	}
	source := dispatchtest.Value[string](o, `
		select e.source
		from opt_out o
		join consent_event e on e.org_id = o.org_id and e.id = o.event_id
		where o.org_id = @org and o.phone = @phone`, postgres.Args{"phone": phone})
	if source != "carrier" {
		t.Errorf("the opt-out has source %q", source)
	}
	w.CheckInvariants()
}

// A refusal of the whole account stops the organization, and nobody else; its texts wait until a
// person has looked.
func TestRefusedAccountStops(t *testing.T) {
	t.Parallel()
	for name, refused := range map[string]phonenet.Account{
		"suspended":   {Suspended: true},
		"wrong token": {Token: "changed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, phonenet.Faults{})
			stopped, other := w.NewOrg(), w.NewOrg()
			refused.SID = stopped.Account.SID
			if refused.Token == "" {
				refused.Token = stopped.Account.Token
			}
			if err := w.Network.AddAccount(refused); err != nil {
				t.Fatal(err)
			}
			stopped.Launch(30)
			other.Launch(30)
			w.Send(dispatch.Options{InFlight: 8})
			why := ""
			stopped.Await("sending to be stopped", func() bool {
				why = dispatchtest.Value[string](stopped, "select stopped_reason from carrier_account where org_id = @org", nil)
				return why != ""
			})
			other.AwaitStates(map[dispatch.State]int{dispatch.StateDelivered: 30})
			stopped.AwaitStates(map[dispatch.State]int{dispatch.StateQueued: 30})
			t.Log(why)
			if err := w.Network.AddAccount(phonenet.Account{SID: stopped.Account.SID, Token: stopped.Account.Token}); err != nil {
				t.Fatal(err)
			}
			stopped.Org(func(tx *postgres.Tx) error {
				resumed, err := dispatch.Resume(t.Context(), tx)
				if !resumed {
					t.Error("resume found nothing stopped")
				}
				return err
			})
			stopped.AwaitStates(map[dispatch.State]int{dispatch.StateDelivered: 30})
			w.CheckInvariants()
		})
	}
}

// While the carrier cannot be reached nothing is unknown, and everything goes when it is back.
func TestUnreachableCarrier(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phonenet.Faults{})
	o := w.NewOrg()
	o.Launch(20)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	client, err := twilio.NewClient(w.Vault, twilio.Options{PublicURL: w.Public.URL, APIURL: "http://" + address})
	if err != nil {
		t.Fatal(err)
	}
	w.SendBy(client, dispatch.Options{InFlight: 4})
	o.Await("a text that was not sent", func() bool {
		return dispatchtest.Value[int](o, "select count(*) from attempt where org_id = @org and outcome = 'not_sent'", nil) > 0
	})
	if listener, err = net.Listen("tcp", address); err != nil {
		t.Fatal(err)
	}
	api := httptest.NewUnstartedServer(w.Network.Handler())
	api.Listener.Close()
	api.Listener = listener
	api.Start()
	t.Cleanup(func() { api.CloseClientConnections(); api.Close() })
	o.AwaitStates(map[dispatch.State]int{dispatch.StateDelivered: 20})
	for _, e := range w.Entries(phonenet.KindAccepted) {
		if n := w.Network.Handset(e.To).Accepted(); n != 1 {
			t.Errorf("%s got %d texts", e.To, n)
		}
	}
	w.CheckInvariants()
}

// S5: an account that the carrier throttles waits as long as it is told, loses nothing, and does not
// slow another organization.
func TestS5_Throttled(t *testing.T) {
	t.Parallel()
	const inFlight, retryAfter = 8, 2 * time.Second
	w := newWorld(t, phonenet.Faults{})
	free := w.NewOrg()
	busy := dispatchtest.New(t, w.DB, phonenet.Faults{TooMany: 0.3, RetryAfter: retryAfter})
	slow := busy.NewOrg()
	slow.Exec("update carrier_account set simulated = true where org_id = @org", nil)
	slow.Launch(40)
	free.Launch(100)
	client, err := twilio.NewClient(w.Vault, twilio.Options{PublicURL: w.Public.URL, APIURL: w.API.URL, SimulatedURL: busy.API.URL})
	if err != nil {
		t.Fatal(err)
	}
	w.SendBy(client, dispatch.Options{InFlight: inFlight})
	free.AwaitStates(map[dispatch.State]int{dispatch.StateDelivered: 100})
	if !slow.Busy() {
		t.Error("the throttled organization was done first")
	}
	slow.AwaitStates(map[dispatch.State]int{dispatch.StateDelivered: 40})

	var posts []phonenet.Entry
	for _, e := range busy.Network.Entries(0, 0) {
		if e.Kind == phonenet.KindAccepted || e.Kind == phonenet.KindRefused {
			posts = append(posts, e)
		}
	}
	if len(posts) == 40 {
		t.Fatal("nothing was throttled")
	}
	for i, e := range posts {
		if e.Kind != phonenet.KindRefused {
			continue
		}
		early := 0
		for _, later := range posts[i+1:] {
			if later.At.Before(e.At.Add(retryAfter)) {
				early++
			}
		}
		if early >= inFlight {
			t.Errorf("%d posts followed a 429 within its Retry-After: more than were on their way", early)
		}
	}
	w.CheckInvariants()
}
