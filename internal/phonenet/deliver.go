package phonenet

import "time"

// launchLocked puts an accepted text into its sender's queue and on its way.
func (n *Network) launchLocked(m *message, num *number) {
	turn := time.Now()
	if num != nil {
		turn = num.takeTurn(turn, int(m.segments), num.pace(n.faults.Speed))
	}
	// A quarter of the way is before "sent", the rest between it and the phone.
	first := m.draw.within(knobSend, n.faults.Travel.scaled(0.25))
	if m.status == StatusAccepted {
		n.at(turn, func() { n.step(m, StatusQueued, 0) })
	}
	n.at(turn.Add(first), func() { n.send(m) })
}

// send hands a text to the phone company, unless it waited too long.
func (n *Network) send(m *message) {
	now := time.Now()
	if m.direction == outboundAPI && now.After(m.deadline()) {
		n.step(m, StatusFailed, codeQueueExpired)
		return
	}
	n.step(m, StatusSent, 0)
	n.mu.Lock()
	rest := m.draw.within(knobTravel, n.faults.Travel.scaled(0.75))
	n.mu.Unlock()
	n.after(rest, func() { n.arrive(m) })
}

// arrive ends the way of a text at the phone, or short of it.
func (n *Network) arrive(m *message) {
	n.mu.Lock()
	code := n.troubleLocked(m)
	n.mu.Unlock()
	if code != 0 {
		n.step(m, StatusUndelivered, code)
		return
	}
	n.step(m, StatusDelivered, 0)
	n.pass(m)
}

// troubleLocked is the code of what keeps a text from its phone, or 0.
func (n *Network) troubleLocked(m *message) int {
	switch n.handsetLocked(m.to).Kind {
	case Landline, UnlistedLandline:
		return codeLandline
	case OutOfReach:
		return codeUnreachable
	}
	switch {
	case m.draw.hits(knobFiltered, n.faults.Filtered):
		return codeFiltered
	case !m.draw.hits(knobLost, n.faults.Lost):
		return 0
	case m.draw.hits(knobLostCode, 0.5):
		return codeUnreachable
	}
	return codeUnknownError
}

// step moves a text on, logs it, shows it on the phone once it got its last
// status, and reports it. A text never leaves its last status.
func (n *Network) step(m *message, to Status, code int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if m.status.final() {
		return
	}
	now := time.Now().UnixNano()
	n.moveLocked(m, to, code, now)
	n.recordLocked(event{kind: KindStatus, at: now, message: m, status: to, code: int32(code)})
	n.reportLocked(m, to, code)
}

// moveLocked changes a text alone: the part of step that a reopened log
// repeats.
func (n *Network) moveLocked(m *message, to Status, code int, at int64) {
	m.status, m.code, m.updated = to, int32(code), at
	if to == StatusSent {
		m.sent = at
	}
	if to.final() {
		n.showLocked(n.handsetLocked(m.to), m)
	}
}

// pass is what happens after a text arrived: a phone that answers by itself,
// or, where the phone is another number of the network, a text received there.
func (n *Network) pass(m *message) {
	n.mu.Lock()
	owner := n.numbers[m.to]
	if owner == nil {
		n.promptLocked(m)
	}
	n.mu.Unlock()
	if owner != nil {
		n.receive(m.to, m.from, m.body, m.media)
	}
}
