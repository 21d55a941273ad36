package phonenet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// longestControl bounds a control request.
const longestControl = 64 << 10

// controlFunc answers a control request with a value for JSON or an error that
// the caller made.
type controlFunc func(r *http.Request) (any, error)

// routeControl registers what tests and the program use to drive the network.
func (n *Network) routeControl(mux *http.ServeMux) {
	handle := func(pattern string, answer controlFunc) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			r.Body = http.MaxBytesReader(w, r.Body, longestControl)
			writeControl(w, r, answer)
		})
	}
	handle("GET /log", n.readLogEntries)
	handle("GET /accepted", n.readAccepted)
	handle("GET /settled", n.awaitSettled)
	handle("GET /faults", func(*http.Request) (any, error) { return n.Faults(), nil })
	handle("PUT /faults", n.putFaults)
	handle("GET /answering", func(*http.Request) (any, error) { return n.Answering(), nil })
	handle("PUT /answering", n.putAnswering)
	handle("PUT /accounts/{account}", n.putAccount)
	handle("PUT /accounts/{account}/numbers/{phone}", n.putNumber)
	handle("GET /handsets", n.readHandsets)
	handle("GET /handsets/{phone}", n.readHandset)
	handle("PUT /handsets/{phone}", n.putHandset)
}

func writeControl(w http.ResponseWriter, r *http.Request, answer controlFunc) {
	body, err := answer(r)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		writeJSON(w, http.StatusGatewayTimeout, map[string]string{"error": err.Error()})
	case err != nil:
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
	default:
		writeJSON(w, http.StatusOK, body)
	}
}

func readJSON(r *http.Request, into any) error {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("read request: %w", err)
	}
	return nil
}

// queryUint reads a number from the query; a missing one is fallback.
func queryUint(r *http.Request, name string, fallback uint64) (uint64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return fallback, nil
	}
	value, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0, fmt.Errorf("read %s: want a whole number", name)
	}
	return value, nil
}

// longestWaitHTTP bounds how long a control request waits.
const longestWaitHTTP = 5 * time.Minute

// waiting gives a request the time its query asks for; none means no waiting.
func waiting(r *http.Request) (context.Context, context.CancelFunc, error) {
	text := r.URL.Query().Get("wait")
	if text == "" {
		text = "0s"
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return nil, nil, fmt.Errorf("read wait: want a length of time like 10s")
	}
	ctx, cancel := context.WithTimeout(r.Context(), min(d, longestWaitHTTP))
	return ctx, cancel, nil
}

// logPage is the answer to GET /log.
type logPage struct {
	Entries []Entry `json:"entries"`
	Last    uint64  `json:"last"` // the newest entry of the whole log
}

// readLogEntries answers GET /log?after=N&limit=M&wait=10s. With wait it
// answers as soon as there is an entry after N.
func (n *Network) readLogEntries(r *http.Request) (any, error) {
	const mostEntries = 10_000
	after, err1 := queryUint(r, "after", 0)
	limit, err2 := queryUint(r, "limit", 1000)
	ctx, cancel, err3 := waiting(r)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, err
	}
	defer cancel()
	if ctx.Err() == nil {
		n.Wait(ctx, func() bool { return n.LogEnd() > after }) // an empty answer says that the time is over
	}
	limit = max(1, min(limit, mostEntries))
	page := logPage{Entries: n.Entries(after, int(limit)), Last: n.LogEnd()}
	if page.Entries == nil {
		page.Entries = []Entry{}
	}
	return page, nil
}

// readAccepted answers GET /accepted?after=N&min=2 with accepted texts by
// phone.
func (n *Network) readAccepted(r *http.Request) (any, error) {
	after, err1 := queryUint(r, "after", 0)
	least, err2 := queryUint(r, "min", 1)
	if err := errors.Join(err1, err2); err != nil {
		return nil, err
	}
	counts := n.AcceptedCounts(after)
	for phone, count := range counts {
		if count < int(least) {
			delete(counts, phone)
		}
	}
	return counts, nil
}

// awaitSettled answers GET /settled?wait=10s when nothing is under way, or
// with 504 when the time is over.
func (n *Network) awaitSettled(r *http.Request) (any, error) {
	ctx, cancel, err := waiting(r)
	if err != nil {
		return nil, err
	}
	defer cancel()
	if err := n.Settle(ctx); err != nil {
		return nil, err
	}
	return map[string]bool{"settled": true}, nil
}

// putFaults turns the knobs that the body names and leaves the others.
func (n *Network) putFaults(r *http.Request) (any, error) {
	f := n.Faults()
	if err := readJSON(r, &f); err != nil {
		return nil, err
	}
	return f, n.SetFaults(f)
}

func (n *Network) putAnswering(r *http.Request) (any, error) {
	a := n.Answering()
	if err := readJSON(r, &a); err != nil {
		return nil, err
	}
	return a, n.SetAnswering(a)
}

func (n *Network) putAccount(r *http.Request) (any, error) {
	var a Account
	if err := readJSON(r, &a); err != nil {
		return nil, err
	}
	a.SID = r.PathValue("account")
	return a, n.AddAccount(a)
}

// putNumber answers PUT /accounts/{account}/numbers/{phone} with a body like
// {"sms_url": "...", "sms_fallback_url": "...", "speed": 1}.
func (n *Network) putNumber(r *http.Request) (any, error) {
	var body struct {
		SMSURL         string  `json:"sms_url"`
		SMSFallbackURL string  `json:"sms_fallback_url"`
		Speed          float64 `json:"speed"`
	}
	if err := readJSON(r, &body); err != nil {
		return nil, err
	}
	phone := r.PathValue("phone")
	if err := n.AddNumber(r.PathValue("account"), phone, body.SMSURL, body.SMSFallbackURL); err != nil {
		return nil, err
	}
	return body, n.SetSpeed(phone, body.Speed)
}

// handsetJSON is a handset with its texts.
type handsetJSON struct {
	Phone    string `json:"phone"`
	Accepted int    `json:"accepted"`
	Profile
	Texts []Text `json:"texts"`
}

func (h *handset) jsonLocked() handsetJSON {
	out := handsetJSON{Phone: h.phone, Accepted: h.accepted, Profile: h.Profile, Texts: []Text{}}
	for _, m := range h.texts {
		out.Texts = append(out.Texts, m.textLocked())
	}
	return out
}

func (n *Network) readHandset(r *http.Request) (any, error) {
	phone := r.PathValue("phone")
	if !isE164(phone) {
		return nil, ErrNotAPhone
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.handsetLocked(phone).jsonLocked(), nil
}

// readHandsets answers GET /handsets?q=208&limit=50, the most recent first.
func (n *Network) readHandsets(r *http.Request) (any, error) {
	limit, err := queryUint(r, "limit", 50)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	out := []handsetJSON{}
	for _, h := range n.searchLocked(r.URL.Query().Get("q"), int(limit)) {
		out = append(out, h.jsonLocked())
	}
	return out, nil
}

// searchLocked finds handsets by name or digits of the number, newest first.
func (n *Network) searchLocked(query string, limit int) []*handset {
	words := strings.Fields(strings.ToLower(query))
	var out []*handset
	for h := range n.recent.all() {
		if len(out) == limit {
			break
		}
		if h.matches(words) {
			out = append(out, h)
		}
	}
	return out
}

// matches wants every word in the name, or its digits in the number.
func (h *handset) matches(words []string) bool {
	for _, word := range words {
		digits := strings.Map(onlyDigits, word)
		if !strings.Contains(strings.ToLower(h.Name), word) && (digits == "" || !strings.Contains(h.phone, digits)) {
			return false
		}
	}
	return true
}

func onlyDigits(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}

func (n *Network) putHandset(r *http.Request) (any, error) {
	h := n.Handset(r.PathValue("phone"))
	if !isE164(h.phone) {
		return nil, ErrNotAPhone
	}
	p := h.Profile()
	if err := readJSON(r, &p); err != nil {
		return nil, err
	}
	return p, h.Describe(p)
}
