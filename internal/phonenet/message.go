package phonenet

import (
	"fmt"
	"time"
)

// Status is where a text is on its way, in Twilio's words.
type Status uint8

// The statuses this network uses, in the order in which a text passes them.
const (
	StatusNone Status = iota
	StatusAccepted
	StatusQueued
	StatusSent
	StatusDelivered
	StatusUndelivered
	StatusFailed
	StatusReceived
)

var statusNames = [...]string{"", "accepted", "queued", "sent", "delivered", "undelivered", "failed", "received"}

// String is the status in Twilio's spelling.
func (s Status) String() string { return nameOf(statusNames[:], int(s)) }

// MarshalText writes the status in Twilio's spelling.
func (s Status) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads Twilio's spelling and refuses any other word.
func (s *Status) UnmarshalText(text []byte) error {
	i, err := indexOf("status", statusNames[:], string(text))
	*s = Status(i)
	return err
}

func (s Status) final() bool { return s >= StatusDelivered }

type direction uint8

const (
	outboundAPI direction = iota
	outboundReply
	inbound
	notice // the carrier's own confirmation of a keyword, part of no account
)

var directionNames = [...]string{"outbound-api", "outbound-reply", "inbound", "notice"}

func (d direction) String() string { return nameOf(directionNames[:], int(d)) }

// message is one text, or one refused request to send one. Everything above
// the gap is fixed once the message is in the log; what is below it belongs to
// Network.mu.
type message struct {
	sid       string // empty: the request was refused
	account   *account
	service   string // the messaging service that chose the sender
	from, to  string
	body      string
	media     []string
	callback  string // where statuses go; of an inbound text, its webhook
	created   int64  // Unix nanoseconds
	seq       uint64 // place in the log
	draw      draw
	validity  int32 // seconds
	segments  int16
	direction direction

	status  Status
	settled bool  // of an inbound text: the program took it, or code says why not
	code    int32 // Twilio's error code
	sent    int64 // Unix nanoseconds; zero before
	updated int64
}

// person is the end of the text that is a handset, and line the other end.
func (m *message) person() string {
	if m.direction == inbound {
		return m.from
	}
	return m.to
}

func (m *message) line() string {
	if m.direction == inbound {
		return m.to
	}
	return m.from
}

func (m *message) refused() bool { return m.sid == "" }

func (m *message) createdAt() time.Time { return time.Unix(0, m.created) }

// deadline is the moment after which the sender no longer wants the text out.
func (m *message) deadline() time.Time {
	return m.createdAt().Add(time.Duration(m.validity) * time.Second)
}

func nameOf(names []string, i int) string {
	if i < 0 || i >= len(names) {
		return fmt.Sprintf("unknown(%d)", i)
	}
	return names[i]
}

func indexOf(what string, names []string, name string) (int, error) {
	for i, n := range names {
		if n == name {
			return i, nil
		}
	}
	return 0, fmt.Errorf("read %s: unknown word %q", what, name)
}
