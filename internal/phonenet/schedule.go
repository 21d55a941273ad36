package phonenet

import (
	"container/heap"
	"sync"
	"time"
)

// schedule runs things when they are due, one after the other on one
// goroutine, so they must be short.
type schedule struct {
	wake chan struct{} // the earliest time changed

	mu    sync.Mutex
	items itemHeap
	order uint64
}

type item struct {
	due   time.Time
	order uint64 // equal times run in the order in which they were added
	run   func()
}

type itemHeap []item

func (h itemHeap) Len() int      { return len(h) }
func (h itemHeap) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h itemHeap) Less(i, j int) bool {
	if h[i].due.Equal(h[j].due) {
		return h[i].order < h[j].order
	}
	return h[i].due.Before(h[j].due)
}
func (h *itemHeap) Push(x any) { *h = append(*h, x.(item)) }
func (h *itemHeap) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	(*h)[last] = item{}
	*h = (*h)[:last]
	return x
}

func newSchedule() *schedule { return &schedule{wake: make(chan struct{}, 1)} }

func (s *schedule) add(due time.Time, run func()) {
	s.mu.Lock()
	s.order++
	heap.Push(&s.items, item{due: due, order: s.order, run: run})
	first := s.items[0].order == s.order
	s.mu.Unlock()
	if first {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

// next pops a due item, or tells how long to sleep; idle means nothing is
// scheduled.
func (s *schedule) next(now time.Time) (run func(), sleep time.Duration) {
	const idle = time.Hour
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.items) == 0 {
		return nil, idle
	}
	if wait := s.items[0].due.Sub(now); wait > 0 {
		return nil, wait
	}
	return heap.Pop(&s.items).(item).run, 0
}

// run works until stop is closed and calls done after each item.
func (s *schedule) run(stop <-chan struct{}, done func()) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		run, sleep := s.next(time.Now())
		if run != nil {
			run()
			done()
			select {
			case <-stop:
				return
			default:
			}
			continue
		}
		timer.Reset(sleep)
		select {
		case <-timer.C:
		case <-s.wake:
		case <-stop:
			return
		}
	}
}
