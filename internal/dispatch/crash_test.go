package dispatch_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
	"parley/internal/twilio"
)

// The environment of this test binary when it is a sender process.
const (
	envDatabase = "DISPATCH_TEST_DATABASE"
	envAPI      = "DISPATCH_TEST_API"
	envPublic   = "DISPATCH_TEST_PUBLIC"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(envDatabase); url != "" {
		if err := sendUntilTerminated(url); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	pgtest.Main(m)
}

// sendUntilTerminated is a sender process.
func sendUntilTerminated(url string) error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	db, err := postgres.Open(ctx, url, postgres.WithMaxConns(10))
	if err != nil {
		return err
	}
	defer db.Close()
	vault, err := twilio.NewVault(db, dispatchtest.Key)
	if err != nil {
		return err
	}
	client, err := twilio.NewClient(vault, twilio.Options{PublicURL: os.Getenv(envPublic), APIURL: os.Getenv(envAPI)})
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	return dispatch.NewSender(db, client, dispatch.Options{
		InFlight: processInFlight, PollEvery: 200 * time.Millisecond, PostTimeout: time.Second, Log: log,
		CheckAfter: []time.Duration{time.Second, 2 * time.Second, 3 * time.Second},
	}).Run(ctx)
}

// processInFlight is the in-flight limit of a sender process.
const processInFlight = 32

// process is a sender in a process of its own.
type process struct {
	t   testing.TB
	cmd *exec.Cmd
}

func startProcess(w *dispatchtest.World, database string) *process {
	w.T.Helper()
	self, err := os.Executable()
	if err != nil {
		w.T.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), envDatabase+"="+database, envAPI+"="+w.API.URL, envPublic+"="+w.Public.URL)
	cmd.Stderr = w.T.Output()
	if err := cmd.Start(); err != nil {
		w.T.Fatal(err)
	}
	p := &process{w.T, cmd}
	w.T.Cleanup(func() {
		if cmd.ProcessState == nil {
			p.signal(syscall.SIGKILL)
			cmd.Wait()
		}
	})
	return p
}

func (p *process) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Error(err)
	}
}

// kill ends the process at once, as kill -9 does.
func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	p.cmd.Wait() // says that it was killed
}

// terminate ends the process in order.
func (p *process) terminate() {
	p.t.Helper()
	p.signal(syscall.SIGTERM)
	if err := p.cmd.Wait(); err != nil {
		p.t.Error("a sender process did not end in order:", err)
	}
}

// accepted is what the network's log has of accepted texts by phone.
func accepted(w *dispatchtest.World) map[string]int { return w.Network.AcceptedCounts(0) }

// awaitAccepted waits until the network accepted n more texts than before.
func awaitAccepted(w *dispatchtest.World, n int) {
	w.T.Helper()
	ctx, cancel := context.WithTimeout(w.T.Context(), dispatchtest.Patience)
	defer cancel()
	goal := len(accepted(w)) + n
	if err := w.Network.Wait(ctx, func() bool { return len(accepted(w)) >= goal }); err != nil {
		w.T.Fatal(err)
	}
}

// account fails the test for everyone who was texted twice, or whose state is not what the network's
// log says: accepted by it, or not.
func account(o *dispatchtest.Org) (unresolved int) {
	o.T.Helper()
	type recipient struct {
		Phone string
		State dispatch.State
	}
	var all []recipient
	o.Org(func(tx *postgres.Tx) (err error) {
		all, err = postgres.Rows[recipient](o.T.Context(), tx, `
			select c.phone, m.state
			from message m
			join contact c on c.org_id = m.org_id and c.id = m.contact_id
			where m.org_id = @org and m.author = 'campaign'`, nil)
		return err
	})
	got := accepted(o.World)
	for _, r := range all {
		n := got[r.Phone]
		if n > 1 {
			o.T.Errorf("%s got %d texts", r.Phone, n)
		}
		reached := r.State == dispatch.StateAccepted || r.State == dispatch.StateSent || r.State == dispatch.StateDelivered ||
			r.State == dispatch.StateUndelivered
		if reached != (n > 0) {
			o.T.Errorf("%s got %d texts and is %s", r.Phone, n, r.State)
		}
		if r.State == dispatch.StateUnresolved {
			unresolved++
		}
	}
	return unresolved
}

// S3: a sender that is stopped under load, while another takes its place, and goes on later.
func TestS3_StoppedAndResumed(t *testing.T) {
	t.Parallel()
	const texts = 600
	d := pgtest.Own(t, postgres.WithMaxConns(16))
	w := dispatchtest.New(t, d.DB(), phonenet.Faults{Latency: phonenet.UpTo(20 * time.Millisecond)})
	o := w.NewOrg()
	o.Launch(texts)
	first := startProcess(w, d.URL())
	awaitAccepted(w, 100)
	first.signal(syscall.SIGSTOP)
	second := startProcess(w, d.URL())
	// The second does what is queued; what the first has in flight stays its own, since it lives.
	o.Await("the second sender to do the rest", func() bool { return o.States()[dispatch.StateQueued] == 0 })
	o.Await("the claims of the first to be too old", func() bool {
		return dispatchtest.Value[bool](o, `
			select coalesce(max(started_at) < now() - interval '3 seconds', true)
			from attempt
			where org_id = @org`, nil)
	})
	stopped := w.Network.LogEnd()
	first.signal(syscall.SIGCONT)
	o.Await("everybody to be accounted for", func() bool {
		s := o.States()
		return s[dispatch.StateQueued]+s[dispatch.StateInflight]+s[dispatch.StateUnknown] == 0
	})
	first.terminate()
	second.terminate()
	if unresolved := account(o); unresolved > 0 {
		t.Errorf("%d texts are unresolved", unresolved)
	}
	t.Logf("%d entries of the network's log after the first sender went on", w.Network.LogEnd()-stopped)
	w.CheckInvariants()
}

// late hands texts to the carrier after their time, as a process would that was stopped between its
// last look at the clock and the post.
type late struct {
	dispatch.Carrier
	posted chan<- dispatch.Outcome
}

func (l late) Post(ctx context.Context, text dispatch.Text) dispatch.Outcome {
	wait := time.NewTimer(time.Until(text.Deadline))
	defer wait.Stop()
	<-wait.C
	out := l.Carrier.Post(ctx, text)
	l.posted <- out
	return out
}

// S3: nothing is posted past the deadline, not even by who has already decided to.
func TestS3_NothingLeavesPastItsDeadline(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phonenet.Faults{})
	o := w.NewOrg()
	o.Launch(10)
	posted := make(chan dispatch.Outcome, 10)
	sender := w.SendBy(late{w.Client, posted}, dispatch.Options{})
	for range 10 {
		if out := <-posted; out.Kind != dispatch.NotSent {
			t.Errorf("a text posted past its deadline was %s: %s", out.Kind, out.Detail)
		}
	}
	sender.Stop()
	if n := len(w.Entries(phonenet.KindAccepted)); n > 0 {
		t.Errorf("%d texts left past their deadline", n)
	}
	o.AwaitStates(map[dispatch.State]int{dispatch.StateQueued: 10})
}

// S4: SIGTERM under full load. Claims stop at once, posts under way finish, nothing is unknown.
func TestS4_Terminated(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phonenet.Faults{Latency: phonenet.Span{Min: 50 * time.Millisecond, Max: 150 * time.Millisecond}})
	o := w.NewOrg()
	o.Launch(1000)
	sender := w.Send(dispatch.Options{})
	awaitAccepted(w, 200)
	began := time.Now()
	sender.Stop()
	took, end := time.Since(began), w.Network.LogEnd()
	if took > 30*time.Second {
		t.Errorf("it took %s to end", took)
	}
	states := o.States()
	if states[dispatch.StateInflight]+states[dispatch.StateUnknown] > 0 {
		t.Errorf("states after the end are %v", states)
	}
	account(o)
	if err := w.Network.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, e := range w.Network.Entries(end, 0) {
		if e.Kind == phonenet.KindAccepted {
			t.Error("a text was posted after the end")
		}
	}
	w.CheckInvariants()
}

// What a dead sender had in flight is unknown to the next one, and found in the carrier's list.
func TestTakeOver(t *testing.T) {
	t.Parallel()
	d := pgtest.Own(t, postgres.WithMaxConns(16))
	w := dispatchtest.New(t, d.DB(), phonenet.Faults{CallbackDropped: 1, Latency: phonenet.Span{Min: time.Second, Max: time.Second}})
	o := w.NewOrg()
	o.Launch(processInFlight)
	p := startProcess(w, d.URL())
	awaitAccepted(w, processInFlight) // half of the latency is left: no answer was given
	p.kill()
	if err := w.Network.SetFaults(phonenet.Faults{CallbackDropped: 1}); err != nil {
		t.Fatal(err)
	}
	w.Send(dispatch.Options{CheckAfter: []time.Duration{100 * time.Millisecond, time.Second, time.Hour}, PollEvery: 50 * time.Millisecond})
	o.AwaitStates(map[dispatch.State]int{dispatch.StateDelivered: processInFlight})
	account(o)
	w.CheckInvariants()
}
