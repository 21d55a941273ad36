package dispatch

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/postgres"
	"parley/internal/sms"
)

// found makes lanes of organizations ready now.
func found(a *agenda, ready map[postgres.OrgID][]lane) {
	all := map[postgres.OrgID]map[lane]time.Time{}
	for org, lanes := range ready {
		all[org] = map[lane]time.Time{}
		for _, l := range lanes {
			all[org][l] = time.Now()
		}
	}
	a.found(true, nil, all)
}

func TestAgendaTakesTurns(t *testing.T) {
	t.Parallel()
	a := newAgenda()
	found(a, map[postgres.OrgID][]lane{1: {{1, 1}}, 2: {{2, 2}}, 3: {{3, 0}, {3, 3}}})
	served := map[postgres.OrgID]int{}
	for range 30 {
		turn, ok := a.next(64)
		if !ok {
			t.Fatal("nobody's turn")
		}
		served[turn.org]++
		if turn.org == 3 && turn.lanes[0].campaign != 0 {
			t.Errorf("replies are not first: %v", turn.lanes)
		}
		if turn.places > 64/2 && turn.places != 64/3 {
			t.Errorf("one of three got %d places", turn.places)
		}
		a.done(turn, map[lane]time.Time{turn.lanes[0]: time.Now()})
	}
	if diff := cmp.Diff(map[postgres.OrgID]int{1: 10, 2: 10, 3: 10}, served); diff != "" {
		t.Errorf("turns (-want +got):\n%s", diff)
	}
}

func TestAgendaClaimsOneOrganizationOnceAtATime(t *testing.T) {
	t.Parallel()
	a := newAgenda()
	found(a, map[postgres.OrgID][]lane{1: {{1, 1}}})
	turn, _ := a.next(8)
	if again, ok := a.next(8); ok {
		t.Errorf("a second claim at once: %v", again)
	}
	// What is found during a claim is not forgotten with it.
	found(a, map[postgres.OrgID][]lane{1: {{1, 1}}})
	a.takeStale()
	a.done(turn, nil)
	if _, stale := a.takeStale(); len(stale) != 1 {
		t.Error("the lanes found during the claim are forgotten")
	}
}

func TestAgendaHolds(t *testing.T) {
	t.Parallel()
	a := newAgenda()
	found(a, map[postgres.OrgID][]lane{1: {{1, 1}}, 2: {{2, 2}}})
	if wait := a.hold(1, time.Hour); wait < time.Hour-time.Minute {
		t.Errorf("held for %s", wait)
	}
	for range 3 {
		turn, ok := a.next(8)
		if !ok || turn.org != 2 {
			t.Fatalf("turn of %v, %v", turn, ok)
		}
		a.done(turn, map[lane]time.Time{turn.lanes[0]: time.Now()})
	}
	first := a.hold(2, 0)
	if first <= 0 || first > 2*firstWait {
		t.Errorf("the first setback holds for %s", first)
	}
	if same := a.hold(2, 0); same > first {
		t.Errorf("a setback of the same burst holds for %s, longer than %s", same, first)
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 5, 1, 12, 0, 0, 500, time.UTC)
	attempt := func(n byte, after time.Duration) doubt { return doubt{Token: Token{n}, Started: began.Add(after)} }
	listed := func(sid string, after time.Duration) Listed {
		return Listed{SID: sid, State: StateSent, Created: began.Add(after).Truncate(time.Second)}
	}
	rows := []struct {
		name   string
		same   []doubt
		listed []Listed
		want   []Status
	}{
		{"one to one", []doubt{attempt(1, 0)}, []Listed{listed("a", 0)}, []Status{{Token: Token{1}, SID: "a", State: StateSent}}},
		{"in order", []doubt{attempt(1, 0), attempt(2, time.Minute)}, []Listed{listed("a", time.Second), listed("b", time.Minute)},
			[]Status{{Token: Token{1}, SID: "a", State: StateSent}, {Token: Token{2}, SID: "b", State: StateSent}}},
		{"none", []doubt{attempt(1, 0)}, nil, nil},
		{"two for one", []doubt{attempt(1, 0)}, []Listed{listed("a", 0), listed("b", time.Second)}, nil},
		{"one for two", []doubt{attempt(1, 0), attempt(2, time.Second)}, []Listed{listed("a", 0)}, nil},
		{"before the attempt", []doubt{attempt(1, 0), attempt(2, time.Hour)}, []Listed{listed("a", 0), listed("b", time.Minute)}, nil},
	}
	for _, row := range rows {
		if diff := cmp.Diff(row.want, match(row.same, row.listed)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.name, diff)
		}
	}
}

func TestStops(t *testing.T) {
	t.Parallel()
	s := newStops()
	before := time.Now()
	s.add(postgres.Event{Org: 1, Topic: TopicOptOut("+12085550100")})
	s.add(postgres.Event{Org: 1, Topic: TopicPause(7)})
	after := time.Now().Add(time.Nanosecond)
	rows := []struct {
		name     string
		claimed  time.Time
		org      postgres.OrgID
		phone    sms.Phone
		campaign int64
		want     bool
	}{
		{"its phone", before, 1, "+12085550100", 0, true},
		{"its campaign", before, 1, "+12085550101", 7, true},
		{"a later claim has read the opt-out", after, 1, "+12085550100", 7, false},
		{"another organization", before, 2, "+12085550100", 7, false},
		{"nothing of it", before, 1, "+12085550101", 8, false},
	}
	for _, row := range rows {
		if got := s.since(row.claimed, row.org, row.phone, row.campaign); got != row.want {
			t.Errorf("%s: %v", row.name, got)
		}
	}
	s.missed()
	if !s.since(before, 2, "+12085550199", 0) {
		t.Error("a claim from before lost events may be posted")
	}
}

func TestReasonsHaveSentences(t *testing.T) {
	t.Parallel()
	for code, reason := range reasons {
		if sentences[reason] == "" {
			t.Errorf("%d, %s has no sentence", code, reason)
		}
		if ReasonOf(code) != reason {
			t.Errorf("%d is %s", code, ReasonOf(code))
		}
	}
	if got := ReasonOf(99999).Sentence(); got != "Refused by the phone company." {
		t.Errorf("an unknown number says %q", got)
	}
	if got := ReasonOf(0).Sentence(); got != "" {
		t.Errorf("no number says %q", got)
	}
}

func TestToken(t *testing.T) {
	t.Parallel()
	token := newToken()
	if got, err := ParseToken(token.String()); err != nil || got != token {
		t.Errorf("%v, %v, want %v", got, err, token)
	}
	for _, wrong := range []string{"", "00", token.String() + "0", "x" + token.String()[1:]} {
		if got, err := ParseToken(wrong); err == nil || got != (Token{}) {
			t.Errorf("%q is read as %v, %v", wrong, got, err)
		}
	}
}
