package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/internal/phonenet"
)

// backWithin is how soon after its database the program works again.
const backWithin = 5 * time.Second

// full says whether the long runs are asked for, `make test-faults`.
func full() bool { return os.Getenv("FAULTS") == "full" }

// D1: Postgres crashes again and again under a launch, numbered texts from people and readers of pages.
// No numbered text is lost, pages are answered or refused with 503, and everything works again within
// 5 s of the database; nobody is texted twice.
func TestD1_PostgresCrashesUnderLoad(t *testing.T) {
	t.Parallel()
	crashes := 3
	if full() {
		crashes = 20
	}
	s := newInstallation(t)
	s.bringUp()
	s.serve()
	s.importPeople()
	load := s.load()
	for n := range crashes {
		l := s.launch(fmt.Sprintf("Street fair %d", n))
		s.database.Kill()
		load.refused()
		s.database.Start()
		t.Logf("everything works %s after the database", s.back())
		l.settle(func() {})
		l.judge(neighbours)
	}
	load.end()
	s.settle()
	s.accountForTexts(load.sent.Load())
	ran(t, s.settings, "check")
}

// D2: the database is away for a while. Texts from people are refused with 503, and the carrier's list
// brings them when it is back.
func TestD2_DatabaseAway(t *testing.T) {
	t.Parallel()
	away, texts := 5*time.Second, int64(150)
	if full() {
		away = 3 * time.Minute
	}
	s := newInstallation(t)
	s.bringUp()
	s.serve()
	s.database.Kill()
	eventually(t, patience, "the server says that it is not ready", func() bool { return s.status("/readyz") == http.StatusServiceUnavailable })
	before := s.network.LogEnd()
	ended := time.Now().Add(away)
	for n := int64(1); n <= texts; n++ {
		s.text(n)
	}
	s.settle()
	for _, e := range s.network.Entries(before, 0) {
		if e.Kind == phonenet.KindWebhook && e.HTTP != http.StatusServiceUnavailable {
			t.Errorf("a text was answered with %d %s while the database was away", e.HTTP, e.Note)
		}
	}
	eventually(t, away+patience, "the time of the outage is over", func() bool {
		if status := s.status("/inbox"); status != http.StatusServiceUnavailable {
			t.Errorf("a page was answered with %d while the database was away", status)
		}
		if s.answers("/healthz") != "ok\n" {
			t.Error("the server is not alive while the database is away")
		}
		return time.Now().After(ended)
	})
	s.database.Start()
	t.Logf("everything works %s after the database", s.back())
	s.accountForTexts(texts)
	ran(t, s.settings, "check")
}

// status is how rosa's request of a page is answered, 0 if it is not.
func (s *installation) status(path string) int {
	client := *s.rosa.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := client.Get(s.url + path)
	if err != nil {
		s.t.Errorf("GET %s: %v", path, err)
		return 0
	}
	res.Body.Close()
	return res.StatusCode
}

// text sends a numbered text from one of fifty handsets.
func (s *installation) text(n int64) {
	phone := fmt.Sprintf("+1541555%04d", 200+n%50)
	if _, err := s.network.Handset(phone).Send(s.t.Context(), schoolPhone, fmt.Sprintf("number %d", n)); err != nil {
		s.t.Error(err)
	}
}

// back waits until pages and texts work again and says how long it took.
func (s *installation) back() time.Duration {
	s.t.Helper()
	before := s.network.LogEnd()
	return eventually(s.t, backWithin, "pages and texts work again", func() bool {
		s.network.Handset("+15415550199").Send(s.t.Context(), schoolPhone, "are you back")
		taken := false
		for _, e := range s.network.Entries(before, 0) {
			taken = taken || e.Kind == phonenet.KindWebhook && e.HTTP == http.StatusOK
		}
		return taken && s.status("/inbox") == http.StatusOK && s.answers("/readyz") == "ready\n"
	})
}

// accountForTexts waits until each numbered text is stored, once.
func (s *installation) accountForTexts(n int64) {
	t := s.t
	t.Helper()
	conn, err := pgx.Connect(t.Context(), s.admin)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	stored := func() (texts, numbers int64) {
		err := conn.QueryRow(t.Context(), `
			select count(*), count(distinct body)
			from message
			where author = 'contact' and body ~ '^number [0-9]+$'`).Scan(&texts, &numbers)
		if err != nil {
			t.Fatal(err)
		}
		return texts, numbers
	}
	within := time.Minute + time.Duration(n)*10*time.Millisecond
	took := eventually(t, within, fmt.Sprintf("all of %d numbered texts are stored", n), func() bool {
		_, numbers := stored()
		return numbers == n
	})
	if texts, _ := stored(); texts != n {
		t.Errorf("%d numbered texts are stored %d times", n, texts)
	}
	t.Logf("all of %d numbered texts are stored after %s", n, took)
}

// load is people who text and a reader who opens pages, all the time.
type load struct {
	s      *installation
	sent   atomic.Int64 // numbered texts
	ending chan struct{}
	done   sync.WaitGroup

	mu    sync.Mutex
	pages map[int]int // by the status of the answer
}

func (s *installation) load() *load {
	l := &load{s: s, ending: make(chan struct{}), pages: map[int]int{}}
	l.done.Go(func() {
		l.every(20*time.Millisecond, func() { s.text(l.sent.Add(1)) })
	})
	l.done.Go(func() {
		l.every(50*time.Millisecond, func() {
			status := s.status("/inbox")
			l.mu.Lock()
			defer l.mu.Unlock()
			l.pages[status]++
		})
	})
	s.t.Cleanup(l.end)
	return l
}

func (l *load) every(d time.Duration, act func()) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			act()
		case <-l.ending:
			return
		}
	}
}

// refused waits until a page was refused once more.
func (l *load) refused() {
	l.s.t.Helper()
	count := func() int {
		l.mu.Lock()
		defer l.mu.Unlock()
		return l.pages[http.StatusServiceUnavailable]
	}
	before := count()
	eventually(l.s.t, patience, "a page is refused", func() bool { return count() > before })
}

// end stops the load and fails the test for pages that were neither shown nor refused for now.
func (l *load) end() {
	select {
	case <-l.ending:
		return
	default:
	}
	close(l.ending)
	l.done.Wait()
	for status, n := range l.pages {
		if status != http.StatusOK && status != http.StatusServiceUnavailable {
			l.s.t.Errorf("%d pages were answered with %d", n, status)
		}
	}
	l.s.t.Logf("%d numbered texts; pages by status: %v", l.sent.Load(), l.pages)
}
