package phonenet

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// serveCreateMessage answers "send a text", rightly or wrongly.
func (n *Network) serveCreateMessage(w http.ResponseWriter, r *http.Request) {
	c, refused := n.openCall(w, r)
	if refused != nil {
		writeRefusal(w, refused)
		return
	}
	o, refused := readOrder(c.form)
	faults, d := n.drawRequest(o)
	a := wrongAnswer{fault: faults.answer(d), faults: faults, draw: d}
	latency := d.within(knobLatency, faults.Latency)
	n.pause(r.Context(), latency/2)

	if a.fault != "" && !afterAccept[a.fault] {
		n.refuse(c.account, o, &refusal{}, a.fault)
		n.giveFault(w, r, a)
		return
	}
	var m *message
	if refused == nil {
		m, refused = n.admit(c.account, o, d, a.fault)
	} else {
		n.refuse(c.account, o, refused, "")
	}
	if refused == nil && n.options.Durable && n.file != nil {
		if err := n.file.waitWritten(m.seq); err != nil {
			refused = errInternal
		}
	}
	n.pause(r.Context(), latency-latency/2)
	if refused != nil {
		writeRefusal(w, refused)
		return
	}
	n.answerCreated(w, r, m, a)
}

// drawRequest decides on the faults of a request to send a text: by its phones
// and how often this person was texted before.
func (n *Network) drawRequest(o order) (Faults, draw) {
	n.mu.Lock()
	defer n.mu.Unlock()
	turn := uint64(0)
	if isE164(o.to) {
		h := n.handsetLocked(o.to)
		h.requests++
		turn = h.requests
	}
	return n.faults, newDraw(n.seed, turn, o.from+o.service, o.to)
}

// answerCreated gives the right answer or the one the fault makes of it.
func (n *Network) answerCreated(w http.ResponseWriter, r *http.Request, m *message, a wrongAnswer) {
	first := StatusQueued
	if m.service != "" {
		first = StatusAccepted
	}
	resource := m.resource(first, 0, 0, m.created)
	if a.fault == "" {
		writeJSON(w, http.StatusCreated, resource)
		return
	}
	a.whole = encode(resource)
	n.giveFault(w, r, a)
}

// messageJSON is Twilio's Message resource.
type messageJSON struct {
	Body                string            `json:"body"`
	NumSegments         string            `json:"num_segments"`
	Direction           string            `json:"direction"`
	From                string            `json:"from"`
	To                  string            `json:"to"`
	DateUpdated         string            `json:"date_updated"`
	Price               *string           `json:"price"`
	ErrorMessage        *string           `json:"error_message"`
	URI                 string            `json:"uri"`
	AccountSID          string            `json:"account_sid"`
	NumMedia            string            `json:"num_media"`
	Status              string            `json:"status"`
	MessagingServiceSID *string           `json:"messaging_service_sid"`
	SID                 string            `json:"sid"`
	DateSent            *string           `json:"date_sent"`
	DateCreated         string            `json:"date_created"`
	ErrorCode           *int              `json:"error_code"`
	PriceUnit           string            `json:"price_unit"`
	APIVersion          string            `json:"api_version"`
	SubresourceURIs     map[string]string `json:"subresource_uris"`
}

// pricePerSegment is what a text within the United States costs, in dollars.
const pricePerSegment = 0.0083

// resource writes a message with the given changing fields.
func (m *message) resource(status Status, code int32, sent, updated int64) messageJSON {
	uri := "/2010-04-01/Accounts/" + m.account.sid + "/Messages/" + m.sid
	out := messageJSON{
		Body: m.body, NumSegments: strconv.Itoa(int(m.segments)), Direction: m.direction.String(), From: m.from, To: m.to,
		DateUpdated: rfc2822(updated), DateCreated: rfc2822(m.created), URI: uri + ".json", AccountSID: m.account.sid,
		NumMedia: strconv.Itoa(len(m.media)), Status: status.String(), SID: m.sid, PriceUnit: "USD", APIVersion: apiVersion,
		SubresourceURIs: map[string]string{"media": uri + "/Media.json"},
	}
	if m.service != "" {
		out.MessagingServiceSID = &m.service
		if status == StatusAccepted {
			out.NumSegments = "0" // no sender is assigned yet
		}
	}
	if sent != 0 {
		date, price := rfc2822(sent), strconv.FormatFloat(-pricePerSegment*float64(m.segments), 'f', 5, 64)
		out.DateSent, out.Price = &date, &price
	}
	if code != 0 {
		number, text := int(code), codeMeaning[int(code)]
		out.ErrorCode, out.ErrorMessage = &number, &text
	}
	return out
}

func (m *message) resourceLocked() messageJSON {
	return m.resource(m.status, m.code, m.sent, m.updated)
}

func rfc2822(nanos int64) string { return time.Unix(0, nanos).UTC().Format(time.RFC1123Z) }

func (n *Network) fetchMessage(c *call) (int, any, *refusal) {
	sid := strings.TrimSuffix(c.PathValue("sid"), ".json")
	n.mu.Lock()
	defer n.mu.Unlock()
	m := n.messages[sid]
	if m == nil || m.account != c.account {
		return 0, nil, notFound(c.URL.Path)
	}
	return http.StatusOK, m.resourceLocked(), nil
}

// listMessages is newest first, as Twilio's. A date filter goes by the time of
// sending, or of creation while a text is queued.
func (n *Network) listMessages(c *call) (int, any, *refusal) {
	want, refused := readMessageFilter(c.form)
	if refused != nil {
		return 0, nil, refused
	}
	page, refused := readPage(c.form)
	if refused != nil {
		return 0, nil, refused
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	newest := time.Now().Add(-n.faults.ListLag).UnixNano()
	out, more := []messageJSON{}, false
	all := c.account.messages
	for i := len(all) - 1; i >= 0 && !more; i-- {
		m := all[i]
		if page.token != "" && m.seq >= page.before {
			continue
		}
		if m.created > newest || !want.matches(m) {
			continue
		}
		if more = len(out) == page.size; !more {
			out = append(out, m.resourceLocked())
			page.last = m.seq
		}
	}
	return http.StatusOK, struct {
		pageJSON
		Messages []messageJSON `json:"messages"`
	}{page.json(c.URL, len(out), more), out}, nil
}

// messageFilter is the query of a list; zero times do not limit.
type messageFilter struct {
	to, from      string
	since, before time.Time // before is exclusive
}

func readMessageFilter(form url.Values) (messageFilter, *refusal) {
	f := messageFilter{to: form.Get("To"), from: form.Get("From")}
	for _, name := range []string{"DateSent", "DateSent>", "DateSent<"} {
		text := form.Get(name)
		if text == "" {
			continue
		}
		at, whole, err := readDate(text)
		if err != nil {
			return f, refuse(20001, "Invalid %s %s", name, text)
		}
		switch name {
		case "DateSent":
			f.since = at.Truncate(24 * time.Hour)
			f.before = f.since.Add(24 * time.Hour)
		case "DateSent>":
			f.since = at
		case "DateSent<":
			f.before = at.Add(whole)
		}
	}
	return f, nil
}

// readDate reads a day or a moment; whole is how long it lasts.
func readDate(text string) (at time.Time, whole time.Duration, err error) {
	if at, err = time.Parse(time.DateOnly, text); err == nil {
		return at, 24 * time.Hour, nil
	}
	at, err = time.Parse(time.RFC3339, text)
	return at.UTC(), time.Second, err
}

func (f messageFilter) matches(m *message) bool {
	at := m.sent
	if at == 0 {
		at = m.created
	}
	// Twilio's dates have whole seconds.
	when := time.Unix(0, at).Truncate(time.Second)
	return (f.to == "" || f.to == m.to) && (f.from == "" || f.from == m.from) &&
		(f.since.IsZero() || !when.Before(f.since.Truncate(time.Second))) &&
		(f.before.IsZero() || when.Before(f.before))
}
