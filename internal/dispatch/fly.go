package dispatch

import (
	"context"
	"time"
)

// claimRepeatedly gives places to organizations in turn until ctx ends.
func (e *epoch) claimRepeatedly(ctx context.Context) {
	const claimsAtOnce = 3 // a claim is mostly waiting for the database
	claiming := make(chan struct{}, claimsAtOnce)
	nextPoll := time.Now()
	for ctx.Err() == nil {
		all, orgs := e.agenda.takeStale()
		if all = all || !time.Now().Before(nextPoll); all || len(orgs) > 0 {
			if err := e.discover(ctx, all, orgs); err != nil && ctx.Err() == nil {
				e.log.Error("look at the queue", "error", err)
				pause(ctx, e.options.PollEvery)
			}
			if all {
				nextPoll = time.Now().Add(e.options.PollEvery)
			}
		}
		free := e.places.await(ctx)
		if ctx.Err() != nil {
			break
		}
		t, ok := e.agenda.next(free)
		if !ok {
			e.idle(ctx, time.Until(nextPoll))
			continue
		}
		e.places.take(t.places)
		claiming <- struct{}{}
		e.flying.Go(func() {
			defer func() { <-claiming }()
			e.serve(ctx, t)
		})
	}
}

// idle waits for something to do, at most until the next poll.
func (e *epoch) idle(ctx context.Context, limit time.Duration) {
	timer := time.NewTimer(max(time.Millisecond, e.agenda.wake(limit)))
	defer timer.Stop()
	select {
	case <-e.agenda.changed:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// serve claims for one organization and lets the texts fly.
func (e *epoch) serve(ctx context.Context, t turn) {
	flights, later, err := e.claim(ctx, t)
	if err != nil {
		if ctx.Err() == nil {
			e.log.Error("claim texts", "org", t.org, "error", err)
		}
		later = map[lane]time.Time{}
		for _, l := range t.lanes {
			later[l] = time.Now().Add(e.options.PollEvery)
		}
	}
	e.places.give(t.places - len(flights))
	e.agenda.done(t, later)
	for _, f := range flights {
		if err != nil {
			e.handBack(f, 0)
			continue
		}
		e.flying.Go(func() { e.fly(ctx, f) })
	}
}

// fly checks and posts one text and has the outcome recorded.
func (e *epoch) fly(ctx context.Context, f flight) {
	if wait, back := e.mustWait(ctx, f); back {
		e.handBack(f, wait)
		return
	}
	posting, cancel := context.WithTimeout(context.WithoutCancel(ctx), e.options.PostTimeout)
	outcome := e.carrier.Post(posting, f.Text)
	cancel()
	r := result{flight: f, outcome: outcome}
	switch outcome.Kind {
	case Throttled:
		if outcome.Code == codeSenderFull {
			r.wait = max(outcome.RetryAfter, senderFullWait)
		} else {
			r.wait = e.agenda.hold(f.Org, outcome.RetryAfter)
		}
	case NotSent:
		r.wait = e.agenda.hold(f.Org, 0)
	case Accepted, Rejected:
		e.agenda.progress(f.Org)
	}
	e.recorder.add(r)
}

// senderFullWait is how long a number rests whose queue at the carrier is full. The queue is hours
// long, so there is no hurry.
const senderFullWait = 30 * time.Second

// mustWait says whether a claimed text must not be posted after all, and for how long.
func (e *epoch) mustWait(ctx context.Context, f flight) (wait time.Duration, back bool) {
	phone := f.To
	if f.confirms {
		phone = ""
	}
	if ctx.Err() != nil || f.Expired() || e.stops.since(f.claimed, f.Org, phone, f.campaign) {
		return 0, true
	}
	wait = e.agenda.held(f.Org)
	return wait, wait > 0
}

// handBack returns a text to the queue that was claimed and not posted.
func (e *epoch) handBack(f flight, wait time.Duration) {
	e.recorder.add(result{flight: f, outcome: Outcome{Kind: handedBack}, wait: wait})
}
