package main

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// launch is a campaign whose sending was interrupted, with the network's log of it.
type launch struct {
	t        *testing.T
	visitor  *visitor
	campaign string                // path
	accepted func() map[string]int // by phone, since the launch
}

// inFlight is how many texts are with the carrier at most, and so how many a crash leaves in doubt.
const inFlight = 64

// settle waits until nobody waits to be texted and nothing is under way on the network.
func (l launch) settle(network func()) {
	l.t.Helper()
	eventually(l.t, 2*time.Minute, "nobody waits to be texted", func() bool { return l.visitor.recipients(l.campaign).waiting == 0 })
	network()
}

// judge compares the campaign's page and file with the network's log. What a crash leaves in doubt is
// looked for in the carrier's list after 15 s; what is not there stays in doubt, since it is never sent
// again by itself.
func (l launch) judge(size int) {
	l.t.Helper()
	var wrong []string
	becomes(l.t, time.Minute, func() bool {
		wrong = l.contradictions(size)
		return len(wrong) == 0
	})
	for _, w := range wrong {
		l.t.Error(w)
	}
	r := l.visitor.recipients(l.campaign)
	l.t.Logf("at the end: %+v; the network has accepted %d texts", r, len(l.accepted()))
	if sum := r.sent + r.delivered + r.failed + r.skipped + r.unknown; r.all != size || sum != size {
		l.t.Errorf("of %d people the page accounts for %d: %+v", size, sum, r)
	}
	if r.unknown > inFlight {
		l.t.Errorf("%d texts are in doubt, more than were in flight", r.unknown)
	}
}

// contradictions are the people whose state is not what the network's log says, or who were texted twice.
func (l launch) contradictions(size int) (wrong []string) {
	l.t.Helper()
	states, accepted := l.visitor.states(l.campaign), l.accepted()
	if len(states) != size {
		wrong = append(wrong, fmt.Sprintf("the campaign's file has %d people, want %d", len(states), size))
	}
	acceptedAs := map[string][]int{"Sent": {1}, "Delivered": {1}, "Not delivered": {0, 1}, "Not sent": {0}, "Outcome unknown": {0}}
	for phone, state := range states {
		if n := accepted[phone]; !slices.Contains(acceptedAs[state], n) {
			wrong = append(wrong, fmt.Sprintf("the text to %s is called %q, and the network has accepted %d", phone, state, n))
		}
	}
	for phone := range accepted {
		if states[phone] == "" {
			wrong = append(wrong, phone+" was texted and is no recipient")
		}
	}
	return wrong
}

// states are the states of a campaign's texts in words, by phone, as its file of recipients has them.
func (v *visitor) states(campaign string) map[string]string {
	v.t.Helper()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(v.get(campaign+"/recipients.csv").body, "\ufeff"))).ReadAll()
	if err != nil {
		v.t.Fatal("read the file of recipients:", err)
	}
	phone, state := slices.Index(rows[0], "Phone number"), slices.Index(rows[0], "Text")
	states := map[string]string{}
	for _, row := range rows[1:] {
		states[strings.TrimPrefix(row[phone], "'")] = row[state] // the quote keeps spreadsheets from reading a formula
	}
	return states
}
