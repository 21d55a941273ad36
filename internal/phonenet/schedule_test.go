package phonenet

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// quietProgram answers every webhook within the process, so that a test may
// run on synctest's clock.
type quietProgram struct{}

func (quietProgram) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusNoContent, Body: io.NopCloser(strings.NewReader("")), Request: r}, nil
}

const (
	testAccount = "AC00000000000000000000000000000001"
	testNumber  = "+12085550142"
)

func quietNetwork(t *testing.T, faults Faults) (*Network, http.Handler) {
	t.Helper()
	n, err := New(Options{Seed: 7, Faults: faults, Workers: 2, Transport: quietProgram{}})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.AddAccount(Account{SID: testAccount, Token: "t"}); err != nil {
		t.Fatal(err)
	}
	if err := n.AddNumber(testAccount, testNumber); err != nil {
		t.Fatal(err)
	}
	return n, n.Handler()
}

func post(h http.Handler, fields map[string]string) *httptest.ResponseRecorder {
	form := url.Values{"From": {testNumber}, "Body": {"hi"}}
	for name, value := range fields {
		form.Set(name, value)
	}
	r := httptest.NewRequest(http.MethodPost, "/2010-04-01/Accounts/"+testAccount+"/Messages.json", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(testAccount, "t")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// A number sends one segment a second; what waits longer than it may fails
// with 30001.
func TestSpeed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n, h := quietNetwork(t, Faults{Speed: 2})
		if err := n.SetSpeed(testNumber, 1); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		post(h, map[string]string{"To": "+12085550100", "Body": strings.Repeat("x", 200)}) // two segments
		post(h, map[string]string{"To": "+12085550101"})
		post(h, map[string]string{"To": "+12085550102", "ValidityPeriod": "2"})
		if err := n.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		for phone, want := range map[string]struct {
			after  time.Duration
			status Status
			code   int
		}{
			"+12085550100": {0, StatusDelivered, 0},
			"+12085550101": {2 * time.Second, StatusDelivered, 0},
			"+12085550102": {3 * time.Second, StatusFailed, codeQueueExpired},
		} {
			got := n.Handset(phone).Texts()[0]
			if got.At.Sub(began) != want.after || got.Status != want.status || got.Code != want.code {
				t.Errorf("%s: %v %v %d, want %+v", phone, got.At.Sub(began), got.Status, got.Code, want)
			}
		}
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestQueueIsFull(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n, h := quietNetwork(t, Faults{Speed: 0.001}) // a segment in 1,000 s
		for range 37 {
			if got := post(h, map[string]string{"To": "+12085550100"}).Code; got != 201 {
				t.Fatalf("answer %d", got)
			}
		}
		if got := post(h, map[string]string{"To": "+12085550100"}); got.Code != 429 || !strings.Contains(got.Body.String(), "21611") {
			t.Errorf("answer %d %s", got.Code, got.Body)
		}
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

// The way takes as long as asked for, and latency is part of the answer.
func TestTravelAndLatency(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		second := Span{Min: time.Second, Max: time.Second}
		n, h := quietNetwork(t, Faults{Travel: second, Latency: Span{Min: 100 * time.Millisecond, Max: 300 * time.Millisecond}})
		began := time.Now()
		post(h, map[string]string{"To": "+12085550100"})
		if took := time.Since(began); took < 100*time.Millisecond || took > 300*time.Millisecond {
			t.Errorf("the answer took %v", took)
		}
		if err := n.Settle(t.Context()); err != nil {
			t.Fatal(err)
		}
		accepted := n.messages[n.Handset("+12085550100").Texts()[0].SID].createdAt()
		if took := time.Since(accepted); took != time.Second {
			t.Errorf("the way took %v", took)
		}
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestScheduleOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, stop := newSchedule(), make(chan struct{})
		var got []string
		now := time.Now()
		for _, name := range []string{"b1", "a", "c", "b2"} {
			due := map[byte]time.Duration{'a': 0, 'b': time.Second, 'c': time.Minute}[name[0]]
			s.add(now.Add(due), func() { got = append(got, name) })
		}
		s.add(now.Add(time.Hour), func() { close(stop) })
		s.run(stop, func() {})
		if text := strings.Join(got, " "); text != "a b1 b2 c" {
			t.Errorf("ran %s", text)
		}
		if len(s.items) != 0 {
			t.Errorf("%d items are left", len(s.items))
		}
	})
}
