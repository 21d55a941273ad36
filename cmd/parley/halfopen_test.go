package main

import (
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"parley/internal/postgres/pgtest"
)

const (
	headersWithin = 5 * time.Second // a request's header must be there
	grace         = 2 * time.Second // for a machine that runs other tests beside
)

// H8: clients that connect and say nothing, or spell a header out letter by letter, are cut off after
// 5 s, and others are served meanwhile.
func TestH8_HalfOpenConnections(t *testing.T) {
	t.Parallel()
	address := "localhost:" + freePort(t)
	p := start(t, []string{secretKey, "DATABASE_URL=" + pgtest.Own(t).URL(), "PUBLIC_URL=http://" + address, "LISTEN=" + address}, "serve")
	page := func() bool {
		client := http.Client{Timeout: time.Second}
		res, err := client.Get("http://" + address + "/sign-in")
		if err != nil {
			return false
		}
		res.Body.Close()
		return res.StatusCode == http.StatusOK
	}
	eventually(t, time.Minute, "the server shows pages", func() bool { return p.alive() && page() })

	var open sync.WaitGroup
	var mu sync.Mutex
	var slowest time.Duration
	for n := range 200 {
		open.Go(func() {
			took := keepOpen(t, address, n%2 == 0)
			mu.Lock()
			defer mu.Unlock()
			slowest = max(slowest, took)
		})
	}
	cut := make(chan struct{})
	go func() {
		open.Wait()
		close(cut)
	}()
	served := 0
	eventually(t, headersWithin+2*grace, "every half-open connection is cut off", func() bool {
		if !page() {
			t.Error("a page was not shown within a second beside half-open connections")
		}
		served++
		select {
		case <-cut:
			return true
		default:
			return false
		}
	})
	if slowest > headersWithin+grace {
		t.Errorf("a half-open connection was kept for %s", slowest)
	}
	t.Logf("the last of 200 half-open connections was cut off after %s, with %d pages shown meanwhile", slowest, served)
}

// keepOpen connects and says nothing, or begins a request that never ends, and returns after how long it
// is cut off.
func keepOpen(t *testing.T, address string, silent bool) time.Duration {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer conn.Close()
	began := time.Now()
	if !silent {
		ended := make(chan struct{})
		defer close(ended)
		go dribble(conn, ended)
	}
	io.Copy(io.Discard, conn) // until the other side closes or resets
	return time.Since(began)
}

// dribble writes the beginning of a request and goes on with its header, letter by letter.
func dribble(conn net.Conn, ended <-chan struct{}) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for text := "GET / HTTP/1.1\r\nHost: x\r\nX-Long: "; ; text = "x" {
		if _, err := io.WriteString(conn, text); err != nil {
			return
		}
		select {
		case <-tick.C:
		case <-ended:
			return
		}
	}
}
