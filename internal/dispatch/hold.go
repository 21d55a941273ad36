package dispatch

import (
	"math/rand/v2"
	"time"

	"parley/internal/postgres"
)

// The wait after a setback of which the carrier did not say how long it lasts: doubled each time,
// within these bounds, and spread so that processes do not come back together.
const (
	firstWait = 500 * time.Millisecond
	maxWait   = 30 * time.Second
)

// hold keeps an organization's texts back after the carrier had no time for one or could not be
// reached, and returns for how long. asked is the carrier's own wish, 0 if it had none. Others of the
// same burst prolong nothing.
func (a *agenda) hold(org postgres.OrgID, asked time.Duration) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	o, now := a.orgLocked(org), time.Now()
	if asked > 0 {
		if until := now.Add(asked); until.After(o.notBefore) {
			o.notBefore = until
		}
		return max(asked, o.notBefore.Sub(now))
	}
	if !now.Before(o.notBefore) {
		wait := min(maxWait, firstWait<<min(o.setbacks, 10))
		o.notBefore = now.Add(wait/2 + rand.N(wait))
		o.setbacks++
	}
	return o.notBefore.Sub(now)
}

// held is how long the organization's texts are still kept back.
func (a *agenda) held(org postgres.OrgID) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	if o := a.orgs[org]; o != nil {
		return max(0, time.Until(o.notBefore))
	}
	return 0
}

// progress ends a row of setbacks.
func (a *agenda) progress(org postgres.OrgID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if o := a.orgs[org]; o != nil {
		o.setbacks = 0
	}
}
