package phonenet

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// longestForm bounds a request to the API; the longest text, escaped, and its
// addresses are far below.
const longestForm = 256 << 10

// call is one authenticated request to the API.
type call struct {
	*http.Request
	account *account
	form    url.Values // of the body, or of the query for GET
}

// apiFunc answers a call with a status and a value for JSON, or a refusal.
type apiFunc func(c *call) (status int, body any, refused *refusal)

// routeAPI registers Twilio's paths.
func (n *Network) routeAPI(mux *http.ServeMux) {
	const root = "/2010-04-01/Accounts/{account}"
	handle := func(pattern string, answer apiFunc) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { n.serveAPI(w, r, answer) })
	}
	mux.HandleFunc("POST "+root+"/Messages.json", n.serveCreateMessage)
	handle("GET "+root+"/Messages.json", n.listMessages)
	handle("GET "+root+"/Messages/{sid}", n.fetchMessage)
	handle("GET "+root+"/IncomingPhoneNumbers.json", n.listNumbers)
	handle("POST "+root+"/IncomingPhoneNumbers.json", n.createNumber)
	handle("GET "+root+"/IncomingPhoneNumbers/{sid}", n.fetchNumber)
	handle("POST "+root+"/IncomingPhoneNumbers/{sid}", n.updateNumber)
	handle("DELETE "+root+"/IncomingPhoneNumbers/{sid}", n.deleteNumber)
	handle("GET "+root+"/AvailablePhoneNumbers/{country}/{kind}", n.listAvailable)
	handle("GET "+root, n.fetchAccount)
	handle("POST "+root, n.updateAccount)
	handle("GET /v2/PhoneNumbers/{phone}", n.lookUp)
	mux.HandleFunc("/2010-04-01/", func(w http.ResponseWriter, r *http.Request) {
		writeRefusal(w, notFound(r.URL.Path))
	})
}

// openCall reads and authenticates a request.
func (n *Network) openCall(w http.ResponseWriter, r *http.Request) (*call, *refusal) {
	user, password, _ := r.BasicAuth()
	sid := strings.TrimSuffix(r.PathValue("account"), ".json")
	if strings.HasPrefix(r.URL.Path, "/v2/") {
		sid = user // the path of a lookup names no account
	}
	select {
	case <-n.closing:
		return nil, errUnavailable
	default:
	}
	acc, refused := n.openAccount(sid, user, password)
	if refused != nil {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.recordLocked(event{kind: KindRefused, code: int32(refused.code), note: r.Method + " " + r.URL.Path})
		return nil, refused
	}
	r.Body = http.MaxBytesReader(w, r.Body, longestForm)
	if err := r.ParseForm(); err != nil {
		return nil, &refusal{400, 20001, "The request body cannot be read: " + err.Error()}
	}
	form := r.PostForm
	if r.Method == http.MethodGet {
		form = r.Form
	}
	return &call{Request: r, account: acc, form: form}, nil
}

// serveAPI answers every call but "send a text": the same faults, less those
// that hide an accepted text.
func (n *Network) serveAPI(w http.ResponseWriter, r *http.Request, answer apiFunc) {
	c, refused := n.openCall(w, r)
	if refused != nil {
		writeRefusal(w, refused)
		return
	}
	n.mu.Lock()
	faults := n.faults
	c.account.requests++
	d := newDraw(n.seed, c.account.requests, c.account.sid, r.Method)
	n.mu.Unlock()
	n.pause(r.Context(), d.within(knobLatency, faults.Latency))
	if fault := faults.answer(d); fault != "" && !afterAccept[fault] {
		n.giveFault(w, r, wrongAnswer{fault: fault, faults: faults, draw: d})
		return
	}
	status, body, refused := answer(c)
	if refused != nil {
		writeRefusal(w, refused)
		return
	}
	writeJSON(w, status, body)
}

// pause waits for a fault's time or until nobody waits for the answer.
func (n *Network) pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-n.closing:
	}
}

type refusalJSON struct {
	Code     int    `json:"code"`
	Message  string `json:"message"`
	MoreInfo string `json:"more_info"`
	Status   int    `json:"status"`
}

func writeRefusal(w http.ResponseWriter, r *refusal) {
	writeJSON(w, r.status, refusalJSON{
		r.code, r.message, "https://www.twilio.com/docs/errors/" + strconv.Itoa(r.code), r.status,
	})
}

// writeJSON sends a value, or an empty answer for nil.
func writeJSON(w http.ResponseWriter, status int, body any) {
	if body == nil {
		w.WriteHeader(status)
		return
	}
	text := encode(body)
	w.Header().Set("Content-Type", "application/json;charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	w.Write(text)
}

func encode(v any) []byte {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // only types of this package, none of which can fail
	}
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
}
