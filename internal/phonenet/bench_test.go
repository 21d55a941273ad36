package phonenet

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
)

// BenchmarkAccept measures accepted texts with everything that follows: three
// log entries, two signed callbacks, the log file.
func BenchmarkAccept(b *testing.B) {
	n, err := New(Options{Seed: 7, LogPath: filepath.Join(b.TempDir(), "log"), Durable: true, Transport: quietProgram{}})
	if err != nil {
		b.Fatal(err)
	}
	defer n.Close()
	if err := n.AddAccount(Account{SID: testAccount, Token: "t"}); err != nil {
		b.Fatal(err)
	}
	if err := n.AddNumber(testAccount, testNumber); err != nil {
		b.Fatal(err)
	}
	h := n.Handler()
	body := strings.Repeat("Hi, the deadline is Tuesday. ", 4)
	var turn atomic.Int64
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := turn.Add(1)
			form := url.Values{
				"From": {testNumber}, "To": {fmt.Sprintf("+1208%07d", i)}, "Body": {body},
				"StatusCallback": {fmt.Sprintf("http://127.0.0.1/twilio/status?a=%032x", i)},
			}
			r := httptest.NewRequest(http.MethodPost, "/2010-04-01/Accounts/"+testAccount+"/Messages.json", strings.NewReader(form.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.SetBasicAuth(testAccount, "t")
			w := httptest.NewRecorder()
			if h.ServeHTTP(w, r); w.Code != http.StatusCreated {
				b.Error(w.Code, w.Body)
				return
			}
		}
	})
	if err := n.Settle(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.StopTimer()
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "texts/s")
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(b.N), "B/text")
}
