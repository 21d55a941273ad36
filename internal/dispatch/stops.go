package dispatch

import (
	"sync"
	"time"

	"parley/internal/postgres"
	"parley/internal/sms"
)

// stops remembers STOPs and pauses that were committed while claims were on their way to the
// carrier. A claim that began later has seen them in the database, so an entry outlives only the
// oldest claim that may still be posted.
type stops struct {
	mu    sync.Mutex
	heard map[postgres.Event]time.Time
	// everything: when events may have been lost, so that no earlier claim can be trusted.
	everything time.Time
}

func newStops() *stops { return &stops{heard: map[postgres.Event]time.Time{}} }

func (s *stops) add(e postgres.Event) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard[e] = now
	const worthPruning = 1000
	if len(s.heard) < worthPruning {
		return
	}
	for e, at := range s.heard {
		if now.Sub(at) > 2*claimLife {
			delete(s.heard, e)
		}
	}
}

func (s *stops) missed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.everything = time.Now()
}

// since says whether the phone's STOP or the campaign's pause (0: no campaign can hold the text)
// was heard after the claim began.
func (s *stops) since(claimed time.Time, org postgres.OrgID, phone sms.Phone, campaign int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.everything.After(claimed) || s.heard[postgres.Event{Org: org, Topic: TopicOptOut(phone)}].After(claimed) {
		return true
	}
	return campaign != 0 && s.heard[postgres.Event{Org: org, Topic: TopicPause(campaign)}].After(claimed)
}
