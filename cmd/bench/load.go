package main

import (
	"context"
	"errors"
	"sync"
	"time"
)

// interval is when something began and ended.
type interval struct{ from, to time.Time }

// load is what happened under a load.
type load struct {
	mu    sync.Mutex
	spans []interval
	errs  []error
}

func (l *load) add(from time.Time, took time.Duration, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil {
		l.errs = append(l.errs, err)
		return
	}
	l.spans = append(l.spans, interval{from, from.Add(took)})
}

// within are the timings of what went on during an interval, also of what began before or ended after it.
func (l *load) within(i interval) (t timings, err error) {
	for _, s := range l.spans {
		if s.from.Before(i.to) && s.to.After(i.from) {
			t = append(t, s.to.Sub(s.from))
		}
	}
	return t, errors.Join(l.errs...)
}

// begun are the timings of what began in an interval.
func (l *load) begun(i interval) (t timings, err error) {
	for _, s := range l.spans {
		if !s.from.Before(i.from) && s.from.Before(i.to) {
			t = append(t, s.to.Sub(s.from))
		}
	}
	return t, errors.Join(l.errs...)
}

// act does something once and says how long it took.
type act func(context.Context) (time.Duration, error)

// closed does act over and over in so many goroutines until ctx ends; each waits for its own.
func closed(ctx context.Context, n int, do act) *load {
	l := &load{}
	var work sync.WaitGroup
	for range n {
		work.Go(func() {
			for ctx.Err() == nil {
				l.once(ctx, do)
			}
		})
	}
	work.Wait()
	return l
}

// open does act every so often until ctx ends, whether or not the last has come back, as people and
// carriers do: what is slow is waited for by all who come in that time.
func open(ctx context.Context, every time.Duration, do act) *load {
	l := &load{}
	var work sync.WaitGroup
	tick := time.NewTicker(every)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-tick.C:
			work.Go(func() { l.once(ctx, do) })
		case <-ctx.Done():
		}
	}
	work.Wait()
	return l
}

// once lets what has begun come to its end although ctx ends meanwhile.
func (l *load) once(ctx context.Context, do act) {
	start := time.Now()
	took, err := do(context.WithoutCancel(ctx))
	l.add(start, took, err)
}

// counting is a time in which things are done, and the part of it that counts.
type counting struct {
	context.Context
	cancel context.CancelFunc
	interval
}

// counted begins now: a warm-up that does not count, and then what does.
func (s *stage) counted(warmup, counted time.Duration) counting {
	c := counting{}
	c.from = time.Now().Add(warmup)
	c.to = c.from.Add(counted)
	c.Context, c.cancel = context.WithDeadline(s.Context, c.to)
	return c
}
