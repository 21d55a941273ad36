package phonenet_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/internal/phonenet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	account = "AC00000000000000000000000000000001"
	token   = "token1"
	office  = "+12085550142"
	ada     = "+12085550173"
	bob     = "+12085550138"
)

// world is a network with one account and one number, and a program that
// listens to it.
type world struct {
	*phonenet.Network
	t       *testing.T
	api     *httptest.Server
	program *program
}

func newWorld(t *testing.T, options phonenet.Options) *world {
	t.Helper()
	if options.Seed == 0 {
		options.Seed = 7
	}
	n, err := phonenet.New(options)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Network: n, t: t, api: httptest.NewServer(n.Handler()), program: newProgram(t)}
	t.Cleanup(func() {
		w.api.CloseClientConnections()
		if err := n.Close(); err != nil {
			t.Error(err)
		}
		w.api.Close()
	})
	w.connect()
	return w
}

// connect opens the account and its number, as the program does at each start.
func (w *world) connect() {
	w.t.Helper()
	if err := w.AddAccount(phonenet.Account{SID: account, Token: token, Name: "Marlowe"}); err != nil {
		w.t.Fatal(err)
	}
	if err := w.AddNumber(account, office, w.program.URL+"/inbound"); err != nil {
		w.t.Fatal(err)
	}
}

// send posts a text and returns the HTTP status and the JSON.
func (w *world) send(fields ...string) (int, map[string]any) {
	w.t.Helper()
	form := url.Values{"From": {office}, "To": {ada}, "Body": {"Hi"}}
	for i := 0; i < len(fields); i += 2 {
		form.Del(fields[i])
		if fields[i+1] != "" {
			form.Set(fields[i], fields[i+1])
		}
	}
	return w.call(http.MethodPost, "/Messages.json", form)
}

// call makes a request to the account's part of the API. Status 0 is a cut
// connection.
func (w *world) call(method, path string, form url.Values) (int, map[string]any) {
	w.t.Helper()
	address := w.api.URL + "/2010-04-01/Accounts/" + account + path
	req, err := http.NewRequestWithContext(w.t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(account, token)
	client := &http.Client{
		Transport:     w.api.Client().Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, nil
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	out := map[string]any{}
	if json.Unmarshal(text, &out) != nil || err != nil {
		out = map[string]any{"text": string(text)}
	}
	out["Retry-After"] = res.Header.Get("Retry-After")
	out["Location"] = res.Header.Get("Location")
	return res.StatusCode, out
}

// settle waits until nothing is under way.
func (w *world) settle() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
	defer cancel()
	if err := w.Settle(ctx); err != nil {
		w.t.Fatal(err)
	}
}

// count tells how many entries of a kind the log has.
func (w *world) count(kind phonenet.Kind) int {
	count := 0
	for _, e := range w.Entries(0, 0) {
		if e.Kind == kind {
			count++
		}
	}
	return count
}

// program is what listens to the network: it keeps every webhook and answers
// as told.
type program struct {
	*httptest.Server
	mu     sync.Mutex
	got    []hook
	answer func(w http.ResponseWriter, h hook)
}

type hook struct {
	path      string
	form      url.Values
	signature string
}

func (h hook) status() string { return h.form.Get("MessageStatus") }

func newProgram(t *testing.T) *program {
	p := &program{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Errorf("webhook: %v", err)
		}
		h := hook{path: r.URL.RequestURI(), form: r.PostForm, signature: r.Header.Get("X-Twilio-Signature")}
		p.mu.Lock()
		p.got = append(p.got, h)
		answer := p.answer
		p.mu.Unlock()
		if answer != nil {
			answer(w, h)
			return
		}
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, "<Response/>")
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *program) answers(fn func(w http.ResponseWriter, h hook)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = fn
}

func (p *program) hooks() []hook {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]hook(nil), p.got...)
}

func (p *program) statuses() string {
	var out []string
	for _, h := range p.hooks() {
		out = append(out, h.status())
	}
	return strings.Join(out, " ")
}

func optionsWithSeed() phonenet.Options { return phonenet.Options{Seed: 7} }

func landline() phonenet.Profile { return phonenet.Profile{Kind: phonenet.Landline} }
