// Package dispatchtest is a small world for tests of sending and receiving: a simulated phone network
// and the program's webhooks over HTTP, with organizations whose rows are written by plain SQL. It
// holds no rule of its own.
package dispatchtest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/dispatch"
	"parley/internal/outreach"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/twilio"
)

// Key seals the tokens of test accounts.
var Key = [32]byte{'t', 'e', 's', 't'}

// Patience bounds every wait of a test.
const Patience = 60 * time.Second

// World is a database, a phone network and the program's public address.
type World struct {
	T        testing.TB
	DB       *postgres.DB
	Network  *phonenet.Network
	API      *httptest.Server // Twilio's side
	Public   *httptest.Server // the program's side
	Vault    *twilio.Vault
	Client   *twilio.Client
	Settler  *dispatch.Settler
	Webhooks *twilio.Webhooks
	Received *Received
}

var worlds atomic.Uint64

// New makes a world on a database. Faults are those at the start. Everything ends with the test.
func New(t testing.TB, db *postgres.DB, faults phonenet.Faults) *World {
	t.Helper()
	w := &World{T: t, DB: db, Received: &Received{}}
	var err error
	// Seeds are fixed, so that faults are; each world has its own, so that no two issue the same SID.
	if w.Network, err = phonenet.New(phonenet.Options{Seed: worlds.Add(1), Faults: faults}); err != nil {
		t.Fatal(err)
	}
	w.API = httptest.NewServer(w.Network.Handler())
	mux := http.NewServeMux()
	w.Public = httptest.NewServer(mux)
	if w.Vault, err = twilio.NewVault(db, Key); err != nil {
		t.Fatal(err)
	}
	w.Client = w.NewClient()
	w.Settler = dispatch.NewSettler(db)
	w.Webhooks = twilio.NewWebhooks(db, w.Client, w.Received, w.Settler).WithLog(Log(t))
	mux.HandleFunc("POST "+twilio.MessagesPath, w.Webhooks.Messages)
	mux.HandleFunc("POST "+twilio.StatusPath, w.Webhooks.Status)
	t.Cleanup(func() {
		if err := w.Network.Close(); err != nil {
			t.Error(err)
		}
		w.Client.Close()
		w.API.CloseClientConnections()
		w.API.Close()
		w.Public.Close()
	})
	return w
}

// NewClient is a further client of the world's vault, with a pool of its own.
func (w *World) NewClient() *twilio.Client {
	w.T.Helper()
	client, err := twilio.NewClient(w.Vault, twilio.Options{PublicURL: w.Public.URL, APIURL: w.API.URL})
	if err != nil {
		w.T.Fatal(err)
	}
	return client
}

// Log writes to the test's log.
func Log(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), nil))
}

// Running is a sender at work.
type Running struct {
	stop context.CancelFunc
	done chan struct{}
}

// Stop ends the sender as SIGTERM would and returns when it has.
func (r *Running) Stop() {
	r.stop()
	<-r.done
}

// Send lets a sender with the world's client work until Stop or the end of the test.
func (w *World) Send(options dispatch.Options) *Running {
	return w.SendBy(w.Client, options)
}

// SendBy is Send through another carrier.
func (w *World) SendBy(carrier dispatch.Carrier, options dispatch.Options) *Running {
	w.T.Helper()
	if options.Log == nil {
		options.Log = Log(w.T)
	}
	ctx, stop := context.WithCancel(context.Background())
	r := &Running{stop: stop, done: make(chan struct{})}
	sender := dispatch.NewSender(w.DB, carrier, options)
	go func() {
		defer close(r.done)
		if err := sender.Run(ctx); err != nil {
			w.T.Error(err)
		}
	}()
	w.T.Cleanup(r.Stop)
	return r
}

// Await waits until done says so. It looks again whenever the database publishes anything, and now
// and then, since time alone changes some answers.
func (w *World) Await(what string, done func() bool) {
	w.T.Helper()
	ctx, cancel := context.WithTimeout(w.T.Context(), Patience)
	defer cancel()
	changed := make(chan struct{}, 1)
	go w.DB.Listen(ctx, func(postgres.Event) {
		select {
		case changed <- struct{}{}:
		default:
		}
	})
	now := time.NewTicker(20 * time.Millisecond)
	defer now.Stop()
	for !done() {
		select {
		case <-changed:
		case <-now.C:
		case <-ctx.Done():
			w.T.Fatalf("waited in vain for %s; texts are %v", what, w.states())
		}
	}
}

// states counts all texts by state, for a person who looks for what went wrong.
func (w *World) states() (states []string) {
	ctx := context.WithoutCancel(w.T.Context())
	err := w.DB.Everyone(ctx, func(tx *postgres.Tx) (err error) {
		states, err = postgres.Values[string](ctx, tx, `
			select format('%s %s (%s)', count(*), m.state, coalesce(a.outcome, 'no outcome'))
			from message m
			left join attempt a on a.org_id = m.org_id and a.token = m.token
			group by m.state, a.outcome
			order by 1`, nil)
		return err
	})
	if err != nil {
		w.T.Error(err)
	}
	return states
}

// AwaitEntry waits until the network's log, from after on, has n entries that match.
func (w *World) AwaitEntry(n int, match func(phonenet.Entry) bool) []phonenet.Entry {
	w.T.Helper()
	ctx, cancel := context.WithTimeout(w.T.Context(), Patience)
	defer cancel()
	var found []phonenet.Entry
	for e := range w.Network.Follow(ctx, 0) {
		if match(e) {
			found = append(found, e)
		}
		if len(found) >= n {
			return found
		}
	}
	w.T.Fatalf("the network logged %d of %d entries that were waited for", len(found), n)
	return nil
}

// Entries are those of the network's log of a kind.
func (w *World) Entries(kind phonenet.Kind) []phonenet.Entry {
	var found []phonenet.Entry
	for _, e := range w.Network.Entries(0, 0) {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

// CheckInvariants fails the test for each violation.
func (w *World) CheckInvariants() {
	w.T.Helper()
	violations, err := dispatch.Check(context.WithoutCancel(w.T.Context()), w.DB)
	if err != nil {
		w.T.Fatal(err)
	}
	for _, v := range violations {
		w.T.Error(v)
	}
}

// Org runs fn in the organization and fails the test if it fails.
func (w *World) Org(org postgres.OrgID, fn func(*postgres.Tx) error) {
	w.T.Helper()
	if err := w.DB.Org(w.T.Context(), org, fn); err != nil {
		w.T.Fatal(err)
	}
}

// Received remembers inbound texts in the table that the outreach rules would read, or fails as told.
type Received struct {
	// Receiver, if set, is asked instead.
	Receiver func(ctx context.Context, org postgres.OrgID, in outreach.Inbound) error
}

// ErrNoReceiver is what an inbound text meets in a test that expects none.
var ErrNoReceiver = errors.New("no inbound text is expected")

// Receive implements twilio.Receiver.
func (r *Received) Receive(ctx context.Context, org postgres.OrgID, in outreach.Inbound) error {
	if r.Receiver == nil {
		return fmt.Errorf("%w: %+v", ErrNoReceiver, in)
	}
	return r.Receiver(ctx, org, in)
}
