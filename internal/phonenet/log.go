package phonenet

import (
	"context"
	"iter"
	"time"
)

// eventsPerChunk keeps growth of the log from copying what is already there.
const eventsPerChunk = 4096

// eventLog is the log in memory. Events are never changed once appended, so a
// reader that learned the length under Network.mu may read on without it.
type eventLog struct {
	chunks []*[eventsPerChunk]event
	count  uint64
}

func (l *eventLog) append(e event) (seq uint64) {
	at := l.count % eventsPerChunk
	if at == 0 {
		l.chunks = append(l.chunks, new([eventsPerChunk]event))
	}
	l.chunks[len(l.chunks)-1][at] = e
	l.count++
	return l.count
}

// event is the one with sequence number seq, from 1 to count.
func (l *eventLog) event(seq uint64) *event {
	return &l.chunks[(seq-1)/eventsPerChunk][(seq-1)%eventsPerChunk]
}

// recordLocked appends to the log, hands the entry to the file's writer and
// wakes everybody who waits.
func (n *Network) recordLocked(e event) uint64 {
	if e.at == 0 {
		e.at = time.Now().UnixNano()
	}
	seq := n.log.append(e)
	if n.file != nil {
		n.file.notify()
	}
	n.changeLocked()
	return seq
}

// changeLocked wakes everybody who waits for something to happen.
func (n *Network) changeLocked() {
	if n.changed != nil {
		close(n.changed)
		n.changed = nil
	}
}

func (n *Network) changedLocked() <-chan struct{} {
	if n.changed == nil {
		n.changed = make(chan struct{})
	}
	return n.changed
}

// Entries returns at most limit entries of the log after the given sequence
// number, oldest first; 0 is the beginning. A limit of 0 or less means all.
func (n *Network) Entries(after uint64, limit int) []Entry {
	n.mu.Lock()
	log := n.log
	n.mu.Unlock()
	if after >= log.count {
		return nil
	}
	count := log.count - after
	if limit > 0 {
		count = min(count, uint64(limit))
	}
	out := make([]Entry, 0, count)
	for seq := after + 1; seq <= after+count; seq++ {
		out = append(out, log.event(seq).entry(seq))
	}
	return out
}

// LogEnd is the sequence number of the newest entry. Keep it before an act to
// look later at what the act brought about.
func (n *Network) LogEnd() uint64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.log.count
}

// followBatch bounds how many entries Follow copies at a time.
const followBatch = 256

// Follow yields every entry after the given sequence number and then waits for
// new ones, without dropping any, until ctx ends or the network is closed.
func (n *Network) Follow(ctx context.Context, after uint64) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for {
			n.mu.Lock()
			changed := n.changedLocked()
			n.mu.Unlock()
			batch := n.Entries(after, followBatch)
			for _, e := range batch {
				after = e.Seq
				if !yield(e) {
					return
				}
			}
			if len(batch) > 0 {
				continue
			}
			select {
			case <-changed:
			case <-ctx.Done():
				return
			case <-n.closing:
				return
			}
		}
	}
}

// Wait returns nil as soon as done is true. It asks again after every entry of
// the log; done may use every method of Network.
func (n *Network) Wait(ctx context.Context, done func() bool) error {
	for {
		n.mu.Lock()
		changed := n.changedLocked()
		n.mu.Unlock()
		if done() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-n.closing:
			return ErrClosed
		}
	}
}

// Settle returns nil once nothing is under way: no text between acceptance and
// its last status, no webhook waiting or in flight, no phone about to answer.
func (n *Network) Settle(ctx context.Context) error {
	return n.Wait(ctx, func() bool { return n.underWay.Load() == 0 })
}

// AcceptedCounts tells how many texts to each phone the API accepted after the
// given sequence number, whatever it answered. A count above one is what a
// sender that must not text anybody twice is judged by.
func (n *Network) AcceptedCounts(after uint64) map[string]int {
	n.mu.Lock()
	log := n.log
	n.mu.Unlock()
	counts := make(map[string]int)
	for seq := after + 1; seq <= log.count; seq++ {
		if e := log.event(seq); e.kind == KindAccepted {
			counts[e.message.to]++
		}
	}
	return counts
}
