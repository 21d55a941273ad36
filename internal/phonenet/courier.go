package phonenet

import (
	"context"
	"sync"
	"time"
)

// parcel is one webhook to deliver about a message: an inbound text, or a
// status report.
type parcel struct {
	inbound   bool
	status    Status
	code      int
	notBefore time.Time
	overtaken bool // waits for the next parcel of its message and follows it
}

// chain is what is to be delivered about one message, in order. At most one
// worker holds a chain, so reports about a message never overtake each other
// by themselves.
type chain struct {
	message *message
	parcels []parcel
	resting bool // neither queued nor held by a worker
}

// courier is the queue of the webhook workers.
type courier struct {
	mu     sync.Mutex
	ready  sync.Cond
	queue  []*chain
	head   int
	chains map[*message]*chain
	closed bool
}

func newCourier() *courier {
	c := &courier{chains: map[*message]*chain{}}
	c.ready.L = &c.mu
	return c
}

func (c *courier) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.ready.Broadcast()
}

// add puts a parcel at the end of its message's chain, but before one that is
// to be overtaken.
func (c *courier) add(m *message, p parcel) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ch := c.chains[m]
	if ch == nil {
		ch = &chain{message: m, resting: true}
		c.chains[m] = ch
	}
	if last := len(ch.parcels) - 1; last >= 0 && ch.parcels[last].overtaken {
		late := ch.parcels[last]
		late.overtaken = false
		ch.parcels = append(ch.parcels[:last], p, late)
	} else {
		ch.parcels = append(ch.parcels, p)
	}
	c.wakeLocked(ch)
}

// wakeLocked queues a resting chain that has something to deliver now.
func (c *courier) wakeLocked(ch *chain) {
	if ch.resting && len(ch.parcels) > 0 && !ch.parcels[0].overtaken {
		ch.resting = false
		c.queue = append(c.queue, ch)
		c.ready.Signal()
	}
}

// requeue puts back a chain that waited for its time.
func (c *courier) requeue(ch *chain) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ch.resting = true
	c.wakeLocked(ch)
}

// take waits for a chain and its first parcel; ok is false once closed.
func (c *courier) take() (ch *chain, p parcel, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.head == len(c.queue) && !c.closed {
		c.ready.Wait()
	}
	if c.closed {
		return nil, parcel{}, false
	}
	ch = c.queue[c.head]
	c.queue[c.head] = nil
	c.head++
	if c.head == len(c.queue) || c.head > 1<<16 {
		c.queue = append(c.queue[:0], c.queue[c.head:]...)
		c.head = 0
	}
	return ch, ch.parcels[0], true
}

// done removes the first parcel of a held chain and lets the chain go on.
func (c *courier) done(ch *chain) {
	c.mu.Lock()
	defer c.mu.Unlock()
	ch.parcels = ch.parcels[1:]
	ch.resting = true
	if len(ch.parcels) == 0 {
		delete(c.chains, ch.message)
		return
	}
	c.wakeLocked(ch)
}

// carryLocked hands a parcel to the workers. Until it is delivered the network
// is not settled.
func (n *Network) carryLocked(m *message, p parcel) {
	n.underWay.Add(1)
	n.courier.add(m, p)
}

// carry is one worker.
func (n *Network) carry(ctx context.Context) {
	for {
		ch, p, ok := n.courier.take()
		if !ok {
			return
		}
		if time.Until(p.notBefore) > 0 {
			n.at(p.notBefore, func() { n.courier.requeue(ch) })
			continue
		}
		n.deliver(ctx, ch.message, p)
		n.courier.done(ch)
		n.finished()
	}
}

// reportLocked sends a status callback on its way, as far as the faults let
// it.
func (n *Network) reportLocked(m *message, status Status, code int) {
	if m.callback == "" || m.direction == inbound {
		return
	}
	at := func(k knob) knob { return k + knob(status)*knobsPerStatus }
	if m.draw.hits(at(knobDropped), n.faults.CallbackDropped) {
		n.recordLocked(event{kind: KindUnsent, message: m, status: status, code: int32(code)})
		return
	}
	p := parcel{status: status, code: code}
	if delay := m.draw.within(at(knobCallbackDelay), n.faults.CallbackDelay); delay > 0 {
		p.notBefore = time.Now().Add(delay)
	}
	if m.draw.hits(at(knobDoubled), n.faults.CallbackDoubled) {
		n.carryLocked(m, p)
	}
	p.overtaken = !status.final() && m.draw.hits(at(knobReordered), n.faults.CallbackReordered)
	n.carryLocked(m, p)
}
