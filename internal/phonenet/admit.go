package phonenet

import (
	"net/url"
	"strconv"
	"time"
	"unicode/utf8"
)

const (
	longestBody   = 1600
	mostMedia     = 10
	longestWait   = 36000 // seconds; Twilio's default validity period too
	messagePrefix = "SM"
	mediaPrefix   = "MM"
)

// order is a request to send a text, as posted.
type order struct {
	to, from, service, body string
	media                   []string
	callback                string
	validity                int
}

// readOrder checks everything that does not depend on the network's state.
func readOrder(form url.Values) (order, *refusal) {
	o := order{
		to: form.Get("To"), from: form.Get("From"), service: form.Get("MessagingServiceSid"),
		body: form.Get("Body"), media: form["MediaUrl"], callback: form.Get("StatusCallback"), validity: longestWait,
	}
	switch {
	case o.to == "":
		return o, refuse(21604, "A 'To' phone number is required.")
	case o.from == "" && o.service == "":
		return o, refuse(21603, "A 'From' phone number is required.")
	case o.body == "" && len(o.media) == 0:
		return o, refuse(21602, "Message body is required.")
	case utf8.RuneCountInString(o.body) > longestBody:
		return o, refuse(21617, "The concatenated message body exceeds the 1600 character limit.")
	case len(o.media) > mostMedia:
		return o, refuse(21623, "Number of media files exceeds allowed limit.")
	case !isE164(o.to):
		return o, refuse(21211, "The 'To' number %s is not a valid phone number.", o.to)
	case o.to == o.from:
		return o, refuse(21266, "'To' and 'From' number cannot be the same: %s", o.to)
	case o.callback != "" && !isWebURL(o.callback):
		return o, refuse(21609, "The 'StatusCallback' URL %s is not a valid URL.", o.callback)
	}
	for _, address := range o.media {
		if !isWebURL(address) {
			return o, refuse(21620, "Invalid media URL(s)")
		}
	}
	if text := form.Get("ValidityPeriod"); text != "" {
		seconds, err := strconv.Atoi(text)
		if err != nil || seconds < 1 || seconds > longestWait {
			return o, refuse(20001, "ValidityPeriod %s is out of range, it must be between 1 and %d", text, longestWait)
		}
		o.validity = seconds
	}
	return o, nil
}

func isWebURL(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// admit accepts or refuses a text and logs which. fault is the wrong answer
// that will be given; it is part of the same entry, so the log tells what was
// really accepted under it. The returned message has an SID if it was accepted.
func (n *Network) admit(acc *account, o order, d draw, fault Fault) (*message, *refusal) {
	n.mu.Lock()
	defer n.mu.Unlock()
	m := n.newMessageLocked(acc, o, d)
	num, refused := n.judgeLocked(acc, m)
	if refused != nil {
		n.refuseLocked(m, refused, "")
		return m, refused
	}
	m.sid = n.sids.next(prefixOf(m))
	m.status = StatusQueued
	if m.service != "" {
		m.status = StatusAccepted
	}
	n.enterLocked(m, event{kind: KindAccepted, at: m.created, status: m.status, note: string(fault)})
	n.handsetLocked(m.to).accepted++
	n.launchLocked(m, num)
	return m, nil
}

func (n *Network) newMessageLocked(acc *account, o order, d draw) *message {
	now := time.Now().UnixNano()
	m := &message{
		account: acc, service: o.service, from: o.from, to: o.to, body: o.body, media: o.media, callback: o.callback,
		created: now, updated: now, draw: d, validity: int32(o.validity), segments: int16(segments(o.body)),
	}
	if s := acc.services[o.service]; s != nil && m.from == "" {
		m.from = s.sender(m.to)
	}
	return m
}

// judgeLocked decides on what the network knows: who owns the sender, what the
// phone is, who opted out.
func (n *Network) judgeLocked(acc *account, m *message) (*number, *refusal) {
	if m.service != "" && acc.services[m.service] == nil {
		return nil, refuse(21701, "The messaging service %s does not exist.", m.service)
	}
	num := n.numbers[m.from]
	switch {
	case num == nil || num.account != acc:
		return nil, refuse(21606, "The 'From' phone number provided (%s) is not a valid message-capable Twilio phone number for this destination/account.", m.from)
	case acc.trial && !acc.verified[m.to]:
		return nil, refuse(21608, "The number %s is unverified. Trial accounts cannot send messages to unverified numbers.", m.to)
	case n.optOuts[pair{m.from, m.to}]:
		return nil, refuse(codeOptedOut, "Attempt to send to unsubscribed recipient")
	case n.handsetLocked(m.to).Kind == Landline:
		return nil, refuse(21614, "'To' number %s is not a valid mobile number", m.to)
	}
	if speed := num.pace(n.faults.Speed); speed > 0 && time.Until(num.free) > queueLimit {
		return nil, &refusal{429, 21611, "This 'From' number has exceeded the maximum number of queued messages"}
	}
	return num, nil
}

// refuse logs a text that was not even looked at, or not well formed.
func (n *Network) refuse(acc *account, o order, r *refusal, fault Fault) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.refuseLocked(n.newMessageLocked(acc, o, 0), r, fault)
}

// refuseLocked logs a refused text. The phone it was meant for shows it, if
// there can be such a phone.
func (n *Network) refuseLocked(m *message, r *refusal, fault Fault) {
	m.status, m.code = StatusFailed, int32(r.code)
	m.seq = n.recordLocked(event{kind: KindRefused, at: m.created, message: m, status: m.status, code: m.code, note: string(fault)})
	if isE164(m.to) && fault == "" {
		n.showLocked(n.handsetLocked(m.to), m)
	}
}

// enterLocked logs a message and files it under its SID and account.
func (n *Network) enterLocked(m *message, e event) {
	e.message = m
	m.seq = n.recordLocked(e)
	n.messages[m.sid] = m
	if m.account != nil {
		m.account.messages = append(m.account.messages, m)
	}
	n.today.add(time.Unix(0, m.created))
}

func prefixOf(m *message) string {
	if len(m.media) > 0 {
		return mediaPrefix
	}
	return messagePrefix
}

// dayCount counts the texts of the present day.
type dayCount struct {
	day   string
	count int
}

func (c *dayCount) add(at time.Time) {
	if day := at.Format(time.DateOnly); day != c.day {
		*c = dayCount{day: day}
	}
	c.count++
}
