package dispatch

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"parley/internal/postgres"
)

// lane is a queue within an organization: the texts of one campaign, or (campaign 0) all others of
// one number.
type lane struct {
	number, campaign int64
}

// orgAgenda is what waits in one organization.
type orgAgenda struct {
	// lanes and the moment from which each may have a text to claim.
	lanes map[lane]time.Time
	// notBefore holds all lanes, as long as the carrier asked for, or its failures advise.
	notBefore time.Time
	// setbacks in a row, for the length of the next wait.
	setbacks int
	claiming bool
	// looked: the lanes were found anew while claiming, so the claim cannot say which are empty.
	looked bool
	served uint64 // the turn in which it was claimed last
}

// agenda knows which lanes may have texts to claim and whose turn it is. It is a hint: what is really
// there, and may go, is decided by the claim.
type agenda struct {
	mu    sync.Mutex
	orgs  map[postgres.OrgID]*orgAgenda
	turns uint64

	stale    map[postgres.OrgID]struct{} // to be looked at anew
	staleAll bool
	// changed has a value when there may be something new to do.
	changed chan struct{}
}

func newAgenda() *agenda {
	return &agenda{
		orgs: map[postgres.OrgID]*orgAgenda{}, stale: map[postgres.OrgID]struct{}{},
		staleAll: true, changed: make(chan struct{}, 1),
	}
}

func (a *agenda) poke() {
	select {
	case a.changed <- struct{}{}:
	default:
	}
}

func (a *agenda) dirty(org postgres.OrgID) {
	a.mu.Lock()
	a.stale[org] = struct{}{}
	a.mu.Unlock()
	a.poke()
}

func (a *agenda) dirtyAll() {
	a.mu.Lock()
	a.staleAll = true
	a.mu.Unlock()
	a.poke()
}

// takeStale returns what to look at anew, and forgets it: all, or some organizations.
func (a *agenda) takeStale() (all bool, orgs []postgres.OrgID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	all, orgs = a.staleAll, slices.Collect(maps.Keys(a.stale))
	a.staleAll = false
	clear(a.stale)
	return all, orgs
}

func (a *agenda) orgLocked(org postgres.OrgID) *orgAgenda {
	o := a.orgs[org]
	if o == nil {
		o = &orgAgenda{lanes: map[lane]time.Time{}}
		a.orgs[org] = o
	}
	return o
}

// found replaces what is known of the organizations that were looked at.
func (a *agenda) found(all bool, looked []postgres.OrgID, ready map[postgres.OrgID]map[lane]time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if all {
		looked = slices.Concat(slices.Collect(maps.Keys(a.orgs)), slices.Collect(maps.Keys(ready)))
	}
	for _, org := range looked {
		o := a.orgLocked(org)
		o.lanes, o.looked = ready[org], o.claiming
		if o.lanes == nil {
			o.lanes = map[lane]time.Time{}
		}
		if len(o.lanes) == 0 && !o.claiming && o.setbacks == 0 && time.Now().After(o.notBefore) {
			delete(a.orgs, org)
		}
	}
}

// turn is one organization's turn to claim.
type turn struct {
	org    postgres.OrgID
	lanes  []lane // the number lanes before the campaign lanes
	places int    // at most so many texts
}

// fewest is the least number of places in a turn when several organizations wait: a claim costs about
// the same for one text as for eight.
const fewest = 8

// next gives a turn to the organization that has waited longest; free is how many places there are.
func (a *agenda) next(free int) (turn, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now, waiting := time.Now(), 0
	var first *orgAgenda
	var org postgres.OrgID
	for id, o := range a.orgs {
		if o.claiming || now.Before(o.notBefore) || !o.anyReady(now) {
			continue
		}
		waiting++
		if first == nil || o.served < first.served {
			first, org = o, id
		}
	}
	if first == nil {
		return turn{}, false
	}
	a.turns++
	first.claiming, first.served = true, a.turns
	places := min(free, max(fewest, free/waiting))
	return turn{org: org, lanes: first.ready(now), places: places}, true
}

func (o *orgAgenda) anyReady(now time.Time) bool {
	for _, at := range o.lanes {
		if !now.Before(at) {
			return true
		}
	}
	return false
}

func (o *orgAgenda) ready(now time.Time) []lane {
	var ready []lane
	for l, at := range o.lanes {
		if !now.Before(at) {
			ready = append(ready, l)
		}
	}
	// Those waiting longest go first among equals, so that more lanes than places take turns.
	slices.SortFunc(ready, func(x, y lane) int {
		return cmp.Or(cmp.Compare(min(x.campaign, 1), min(y.campaign, 1)), o.lanes[x].Compare(o.lanes[y]))
	})
	return ready
}

// done ends a turn: each lane of later is ready again at its time, the other lanes of the turn are
// empty as far as is known.
func (a *agenda) done(t turn, later map[lane]time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	o := a.orgLocked(t.org)
	if o.looked {
		a.stale[t.org] = struct{}{}
	}
	o.claiming, o.looked = false, false
	for _, l := range t.lanes {
		delete(o.lanes, l)
	}
	maps.Copy(o.lanes, later)
	a.poke()
}

// wake is when the next lane becomes ready, at most limit from now.
func (a *agenda) wake(limit time.Duration) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	for _, o := range a.orgs {
		if o.claiming {
			continue
		}
		for _, at := range o.lanes {
			if at.Before(o.notBefore) {
				at = o.notBefore
			}
			limit = min(limit, max(0, at.Sub(now)))
		}
	}
	return limit
}
