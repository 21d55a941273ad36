package dispatch

import (
	"context"
	"sync"
	"time"
)

// places are the limit of texts in flight. A place is taken with the claim and free again when the
// outcome is recorded, so the limit is also how many texts a crash can leave unknown.
type places struct {
	mu    sync.Mutex
	limit int
	free  int
	freed chan struct{} // has a value after a place became free
}

func newPlaces(limit int) *places {
	return &places{limit: limit, free: limit, freed: make(chan struct{}, 1)}
}

func (p *places) take(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free -= n
}

func (p *places) give(n int) {
	p.mu.Lock()
	p.free += n
	p.mu.Unlock()
	select {
	case p.freed <- struct{}{}:
	default:
	}
}

func (p *places) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.free
}

// await waits for a free place and then, for a moment, for a quarter of them, since a claim costs
// about the same for one text as for many. It returns how many are free, 0 if ctx ended.
func (p *places) await(ctx context.Context) int {
	const moment = 3 * time.Millisecond
	var patience <-chan time.Time
	for {
		free := p.count()
		if free >= max(1, p.limit/4) {
			return free
		}
		if free > 0 && patience == nil {
			timer := time.NewTimer(moment)
			defer timer.Stop()
			patience = timer.C
		}
		select {
		case <-p.freed:
		case <-patience:
			return p.count()
		case <-ctx.Done():
			return 0
		}
	}
}
