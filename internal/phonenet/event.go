package phonenet

import "time"

// Kind says what an entry of the log records.
type Kind uint8

// What can happen on the network.
const (
	KindNone      Kind = iota
	KindOpened         // the log was opened; the entry's note is its seed
	KindAccepted       // the API accepted a text, whatever it answered
	KindRefused        // the API did not accept a text: its code, or the fault, says why
	KindStatus         // a text moved on
	KindInbound        // a handset's text reached an account
	KindStray          // a handset's text to a number nobody owns
	KindReply          // a text out of a webhook's TwiML
	KindNotice         // the carrier's own confirmation of a keyword
	KindOptOut         // From opted out of texts of To
	KindOptIn          // and in again
	KindWebhook        // one attempt to reach the program, and its answer
	KindUnsent         // a status report that a fault dropped
	KindNumber         // a number was bought or changed
	KindReleased       // and released
	KindService        // a messaging service was made
	KindHandset        // a handset was added or changed
	KindFaults         // the faults were set
	KindAnswering      // how phones answer by themselves was set
)

var kindNames = [...]string{
	"", "opened", "accepted", "refused", "status", "inbound", "stray", "reply", "notice", "opt_out", "opt_in",
	"webhook", "unsent", "number", "released", "service", "handset", "faults", "answering",
}

// String is the kind as written in the log.
func (k Kind) String() string { return nameOf(kindNames[:], int(k)) }

// MarshalText writes the kind as in the log.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a kind and refuses unknown ones.
func (k *Kind) UnmarshalText(text []byte) error {
	i, err := indexOf("kind", kindNames[:], string(text))
	*k = Kind(i)
	return err
}

// Entry is one line of the log. Which fields are set depends on Kind.
type Entry struct {
	Seq      uint64    `json:"seq"` // from 1, without gaps
	At       time.Time `json:"at"`
	Kind     Kind      `json:"kind"`
	SID      string    `json:"sid,omitempty"`
	Account  string    `json:"account,omitempty"`
	From     string    `json:"from,omitempty"`
	To       string    `json:"to,omitempty"`
	Body     string    `json:"body,omitempty"`
	Media    []string  `json:"media,omitempty"`
	Service  string    `json:"service,omitempty"`
	Callback string    `json:"callback,omitempty"`
	Segments int       `json:"segments,omitempty"`
	Validity int       `json:"validity,omitempty"` // seconds
	Status   Status    `json:"status,omitempty"`
	Code     int       `json:"code,omitempty"`    // Twilio's error code
	Fault    Fault     `json:"fault,omitempty"`   // the wrong answer that was given
	URL      string    `json:"url,omitempty"`     // of a webhook
	Attempt  int       `json:"attempt,omitempty"` // 1, 2 for the retry; 3 for the fallback
	HTTP     int       `json:"http,omitempty"`    // the program's answer; 0: none
	TookMS   float64   `json:"took_ms,omitempty"`
	Note     string    `json:"note,omitempty"`
}

// event is an Entry as it is kept in memory: 48 bytes, so that a million texts
// with all they go through fit.
type event struct {
	at      int64 // Unix nanoseconds
	kind    Kind
	status  Status
	attempt uint8
	http    uint16
	code    int32
	took    int32 // microseconds
	message *message
	note    string // of an accepted or refused text, the wrong answer given
}

func (e *event) entry(seq uint64) Entry {
	out := Entry{
		Seq: seq, At: time.Unix(0, e.at).UTC(), Kind: e.kind, Status: e.status, Code: int(e.code),
		Attempt: int(e.attempt), HTTP: int(e.http), TookMS: float64(e.took) / 1000, Note: e.note,
	}
	m := e.message
	if m == nil {
		return out
	}
	out.SID, out.From, out.To = m.sid, m.from, m.to
	if m.account != nil {
		out.Account = m.account.sid
	}
	if e.kind == KindWebhook || e.kind == KindUnsent {
		out.URL = m.callback
		if e.attempt == attemptFallback {
			out.URL, out.Note = e.note, ""
		}
	}
	if e.kind == KindAccepted || e.kind == KindRefused {
		out.Fault, out.Note = Fault(e.note), ""
	}
	if e.makesMessage() {
		out.Body, out.Media, out.Service, out.Callback = m.body, m.media, m.service, m.callback
		out.Segments, out.Validity = int(m.segments), int(m.validity)
	}
	return out
}

// makesMessage tells whether the entry is the first about its text, the one
// that holds all of it.
func (e *event) makesMessage() bool {
	switch e.kind {
	case KindAccepted, KindRefused, KindInbound, KindStray, KindReply, KindNotice:
		return true
	}
	return false
}

// unsigned tells whether the entry is a request that was refused before
// anything but its address was read, since it did not prove whose it is.
func (e Entry) unsigned() bool { return e.Kind == KindRefused && e.Account == "" }

const (
	attemptFirst    = 1
	attemptRetry    = 2
	attemptFallback = 3
)
