package phonenet

import (
	"slices"
	"strings"
)

// Keywords on which Twilio acts by itself when they are the whole text, and
// what it answers, see its page "Twilio support for opt-out keywords". The
// program gets the text all the same.
var (
	stopWords  = []string{"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
	startWords = []string{"START", "YES", "UNSTOP"}
	helpWords  = []string{"HELP", "INFO"}
)

const (
	stopNotice  = "You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe."
	startNotice = "You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply."
	helpNotice  = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."
)

// obeyLocked keeps the opt-out register and answers the person, once per
// change: a second STOP and a START of somebody who may be texted are silent.
func (n *Network) obeyLocked(m *message) {
	word := strings.ToUpper(strings.TrimSpace(m.body))
	at := pair{line: m.to, person: m.from}
	out := n.optOuts[at]
	switch {
	case slices.Contains(stopWords, word) && !out:
		n.optOuts[at] = true
		n.recordLocked(event{kind: KindOptOut, message: m})
		n.noticeLocked(at, stopNotice)
	case slices.Contains(startWords, word) && out:
		delete(n.optOuts, at)
		n.recordLocked(event{kind: KindOptIn, message: m})
		n.noticeLocked(at, startNotice)
	case slices.Contains(helpWords, word) && !out:
		n.noticeLocked(at, helpNotice)
	}
}

// noticeLocked delivers the carrier's own words to a phone. They are no
// message of the account and cost it nothing.
func (n *Network) noticeLocked(at pair, body string) {
	m := &message{from: at.line, to: at.person, body: body, direction: notice, segments: int16(segments(body))}
	m.sid = n.sids.next(messagePrefix)
	m.status = StatusDelivered
	m.seq = n.recordLocked(event{kind: KindNotice, message: m, status: m.status})
	m.created = n.log.event(m.seq).at
	m.sent, m.updated = m.created, m.created
	n.showLocked(n.handsetLocked(m.to), m)
}

// OptedOut tells whether a person told a number to stop.
func (n *Network) OptedOut(number, person string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.optOuts[pair{number, person}]
}
