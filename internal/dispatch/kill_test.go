package dispatch_test

import (
	"os"
	"testing"
	"time"

	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

// ordeal is a launch in which the sender is killed again and again, on a network that answers 1 in 100
// posts wrongly.
type ordeal struct {
	*dispatchtest.Org
	url          string // of the database
	kills, texts int
	slowest      time.Duration // from a start to the first text
}

// newOrdeal is of 20 kills in a launch of 2,000; in the full run, `make test-faults`, of 200 in a launch
// of 20,000.
func newOrdeal(t *testing.T, db *postgres.DB, url string) *ordeal {
	t.Helper()
	w := dispatchtest.New(t, db, phonenet.Faults{
		Latency: phonenet.UpTo(20 * time.Millisecond), CutAfterAccept: 0.002, Error500AfterAccept: 0.002,
		CutBeforeAccept: 0.002, Error500: 0.002, HalfAnswer: 0.002, CallbackDropped: 0.1, CallbackDoubled: 0.1,
	})
	o := &ordeal{Org: w.NewOrg(), url: url, kills: 20, texts: 2000}
	if os.Getenv("FAULTS") == "full" {
		o.kills, o.texts = 200, 20_000
	}
	o.Launch(o.texts)
	return o
}

// resumes waits for the next text, which may take a sender 5 s.
func (o *ordeal) resumes() {
	o.T.Helper()
	began := time.Now()
	awaitAccepted(o.World, 1)
	o.slowest = max(o.slowest, time.Since(began))
}

// kill lets a sender send for a while and kills it.
func (o *ordeal) kill(turn int, meanwhile func()) {
	o.T.Helper()
	p := startProcess(o.World, o.url)
	o.resumes()
	awaitAccepted(o.World, 30+7*turn%60)
	meanwhile()
	p.kill()
}

// judge lets a sender finish. Nobody may have been texted twice, everybody is accounted for, and no
// more may be unresolved than what was in flight in each of so many accidents and what the network
// answered wrongly.
func (o *ordeal) judge(accidents int) {
	t := o.T
	t.Helper()
	p := startProcess(o.World, o.url)
	o.Await("everybody to be accounted for", func() bool {
		s := o.States()
		return s[dispatch.StateQueued]+s[dispatch.StateInflight]+s[dispatch.StateUnknown] == 0
	})
	if err := o.Network.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.terminate()
	unresolved := account(o.Org)
	if most := accidents*processInFlight + o.texts/100; unresolved > most {
		t.Errorf("%d texts are unresolved, more than the %d that accidents and faults explain", unresolved, most)
	}
	t.Logf("%d of %d unresolved; sending resumed within %s", unresolved, o.texts, o.slowest)
	if o.slowest > 5*time.Second {
		t.Errorf("sending resumed only after %s", o.slowest)
	}
	o.CheckInvariants()
}

// S1: a sender that is killed in a launch.
func TestS1_KilledInALaunch(t *testing.T) {
	t.Parallel()
	d := pgtest.Own(t, postgres.WithMaxConns(16))
	o := newOrdeal(t, d.DB(), d.URL())
	for turn := range o.kills {
		o.kill(turn, func() {})
	}
	o.judge(o.kills)
}

// S2: the same, and every tenth time Postgres ends at once under the sender, which goes on by itself
// when it is back.
func TestS2_KilledAndPostgresToo(t *testing.T) {
	t.Parallel()
	server := pgtest.Cluster(t)
	db := server.Open(postgres.WithMaxConns(16))
	o := newOrdeal(t, db, server.URL())
	restarts := 0
	for turn := range o.kills {
		o.kill(turn, func() {
			if turn%10 != 9 {
				return
			}
			restarts++
			server.Kill()
			server.Start()
			db.Pool().Reset()
			o.resumes()
		})
	}
	o.judge(o.kills + restarts)
}
