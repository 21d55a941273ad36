package phonenet

import "time"

// receive takes a text from a phone for one of the network's numbers, acts on
// keywords and sends the webhook on its way.
func (n *Network) receive(to, from, body string, media []string) Text {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := time.Now().UnixNano()
	sender := n.handsetLocked(from)
	m := &message{
		from: from, to: to, body: body, media: media, direction: inbound, created: now, updated: now, sent: now,
		segments: int16(segments(body)), draw: newDraw(n.seed, uint64(len(sender.texts)), from, to, body),
	}
	m.sid = n.sids.next(prefixOf(m))
	num := n.numbers[to]
	if num == nil {
		m.status, m.code = StatusFailed, codeUnreachable
		n.enterLocked(m, event{kind: KindStray, at: now, status: m.status, code: m.code})
		n.showLocked(sender, m)
		return m.textLocked()
	}
	m.account, m.status, m.callback = num.account, StatusReceived, num.SMSURL
	n.enterLocked(m, event{kind: KindInbound, at: now, status: m.status})
	n.showLocked(sender, m)
	n.obeyLocked(m)
	if num.SMSURL != "" {
		n.carryLocked(m, parcel{inbound: true})
	}
	return m.textLocked()
}

// acknowledge notes that the program took an inbound text, or why not, on the
// phone it came from.
func (n *Network) acknowledge(m *message, code int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	m.settled, m.code = true, int32(code)
	m.updated = time.Now().UnixNano()
	n.changeLocked()
}

// reply sends a text out of a webhook's TwiML.
func (n *Network) reply(to, from, body string, media []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	num := n.numbers[from]
	if num == nil || !isE164(to) || body == "" && len(media) == 0 {
		return
	}
	h := n.handsetLocked(to)
	h.requests++
	o := order{to: to, from: from, body: body, media: media, validity: longestWait}
	m := n.newMessageLocked(num.account, o, newDraw(n.seed, h.requests, from, to))
	m.direction = outboundReply
	if _, refused := n.judgeLocked(num.account, m); refused != nil {
		n.refuseLocked(m, refused, "")
		return
	}
	m.sid, m.status = n.sids.next(prefixOf(m)), StatusQueued
	n.enterLocked(m, event{kind: KindReply, at: m.created, status: m.status})
	n.launchLocked(m, num)
}
