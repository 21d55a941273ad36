package phonenet

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// restorer rebuilds a network from its log, before anything else runs. What a
// text does after the log ends, it does once its account has a token again.
type restorer struct {
	network  *Network
	openings uint64
}

// apply repeats one entry.
func (r *restorer) apply(e Entry) error {
	n := r.network
	if e.Seq != n.log.count+1 {
		return fmt.Errorf("entry %d follows entry %d", e.Seq, n.log.count)
	}
	ev := event{
		at: e.At.UnixNano(), kind: e.Kind, status: e.Status, attempt: uint8(e.Attempt), http: uint16(e.HTTP),
		code: int32(e.Code), took: int32(e.TookMS * 1000), note: e.Note,
	}
	if ev.attempt == attemptFallback {
		ev.note = e.URL
	}
	if ev.makesMessage() && !e.unsigned() {
		if e.Fault != "" {
			ev.note = string(e.Fault)
		}
		ev.message = r.message(e)
		ev.message.seq = n.log.count + 1
	} else {
		ev.message = n.messages[e.SID]
	}
	n.log.append(ev)
	return r.repeat(e, ev.message)
}

// message makes the message that an entry is the first of and files it.
func (r *restorer) message(e Entry) *message {
	n := r.network
	at := e.At.UnixNano()
	m := &message{
		sid: e.SID, service: e.Service, from: e.From, to: e.To, body: e.Body, media: e.Media, callback: e.Callback,
		created: at, updated: at, validity: int32(e.Validity), segments: int16(e.Segments), direction: directionOf(e.Kind),
		status: e.Status, code: int32(e.Code),
	}
	if e.Account != "" {
		m.account = n.accountLocked(e.Account)
	}
	if m.direction != outboundAPI && m.direction != outboundReply {
		m.sent = at
	}
	if outbound := m.direction == outboundAPI || m.direction == outboundReply; outbound && isE164(m.to) {
		h := n.handsetLocked(m.to)
		h.requests++
		m.draw = newDraw(n.seed, h.requests, m.from+m.service, m.to)
	}
	switch e.Kind {
	case KindRefused:
		return m
	case KindNotice:
	default:
		n.messages[m.sid] = m
		if m.account != nil {
			m.account.messages = append(m.account.messages, m)
		}
		n.today.add(e.At)
	}
	return m
}

func directionOf(k Kind) direction {
	switch k {
	case KindInbound, KindStray:
		return inbound
	case KindReply:
		return outboundReply
	case KindNotice:
		return notice
	}
	return outboundAPI
}

// repeat does to the network what the entry says happened.
func (r *restorer) repeat(e Entry, m *message) error {
	n := r.network
	switch e.Kind {
	case KindOpened:
		r.openings++
		if n.options.Seed == 0 {
			n.seed, _ = strconv.ParseUint(e.Note, 10, 64)
		}
	case KindAccepted:
		n.handsetLocked(m.to).accepted++
	case KindRefused:
		if m != nil && isE164(m.to) && e.Fault == "" {
			n.showLocked(n.handsetLocked(m.to), m)
		}
	case KindStatus:
		if m != nil {
			n.moveLocked(m, e.Status, e.Code, e.At.UnixNano())
		}
	case KindInbound, KindStray, KindNotice:
		n.showLocked(n.handsetLocked(m.person()), m)
	case KindWebhook:
		if m != nil && m.direction == inbound {
			m.settled, m.code = true, 0
			if e.HTTP < 200 || e.HTTP > 299 {
				m.code = codeWebhookFailed
			}
		}
	case KindOptOut:
		n.optOuts[pair{e.To, e.From}] = true
	case KindOptIn:
		delete(n.optOuts, pair{e.To, e.From})
	default:
		return r.configure(e)
	}
	return nil
}

// configure repeats entries whose note is JSON.
func (r *restorer) configure(e Entry) error {
	n := r.network
	switch e.Kind {
	case KindNumber, KindReleased:
		var entry NumberEntry
		if err := json.Unmarshal([]byte(e.Note), &entry); err != nil {
			return err
		}
		r.number(e, entry)
	case KindService:
		s := new(service)
		if err := json.Unmarshal([]byte(e.Note), s); err != nil {
			return err
		}
		n.accountLocked(s.Account).services[s.SID] = s
	case KindHandset:
		var entry profileEntry
		if err := json.Unmarshal([]byte(e.Note), &entry); err != nil {
			return err
		}
		n.dressLocked(n.handsetLocked(entry.Phone), entry.Profile)
	case KindFaults:
		return json.Unmarshal([]byte(e.Note), &n.faults)
	case KindAnswering:
		return json.Unmarshal([]byte(e.Note), &n.answering)
	}
	return nil
}

func (r *restorer) number(e Entry, entry NumberEntry) {
	n := r.network
	num := n.numbers[entry.Phone]
	if e.Kind == KindReleased {
		if num != nil {
			n.forgetLocked(num)
		}
		return
	}
	if num == nil {
		num = n.newNumberLocked(n.accountLocked(entry.Account), entry.Phone)
		num.created = e.At
	}
	num.NumberEntry, num.changed = entry, e.At
}

// finish sorts out the texts that have further to go.
func (r *restorer) finish() {
	n := r.network
	for _, acc := range n.accounts {
		for _, m := range acc.messages {
			if m.direction != inbound && !m.status.final() || m.direction == inbound && !m.settled && m.callback != "" {
				n.pending[acc] = append(n.pending[acc], m)
			}
		}
	}
}

// resumeLocked sends an account's unfinished texts on, each from the status it
// had. Reports that were made before the log was closed are not made again.
func (n *Network) resumeLocked(acc *account) {
	for _, m := range n.pending[acc] {
		switch {
		case m.direction == inbound:
			n.carryLocked(m, parcel{inbound: true})
		case m.status == StatusSent:
			n.after(0, func() { n.arrive(m) })
		default:
			n.launchLocked(m, n.numbers[m.from])
		}
	}
	delete(n.pending, acc)
}
