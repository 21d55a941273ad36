package knowledge

import (
	"container/list"

	"parley/internal/bot"
)

// trained is a model and the knowledge version it was trained from, or an older number: never a
// newer one.
type trained struct {
	scope   scope
	version int64
	model   *bot.Model
	deck    *deck
	bytes   int
}

// cache holds the models used last, up to a number of bytes. It is not safe for concurrent use.
type cache struct {
	max, bytes int
	order      *list.List // of trained, the last used first
	at         map[scope]*list.Element
}

func newCache(max int) cache {
	return cache{max: max, order: list.New(), at: map[scope]*list.Element{}}
}

// use finds a model and makes it the last used.
func (c *cache) use(sc scope) (trained, bool) {
	e, ok := c.at[sc]
	if !ok {
		return trained{}, false
	}
	c.order.MoveToFront(e)
	return e.Value.(trained), true
}

// peek finds a model without using it.
func (c *cache) peek(sc scope) (trained, bool) {
	e, ok := c.at[sc]
	if !ok {
		return trained{}, false
	}
	return e.Value.(trained), true
}

// put adds a model in place of an older one, and drops those used longest ago until the rest fits.
// The new one stays even if it does not fit alone: to train it for every text would cost far more
// than its memory.
func (c *cache) put(t trained) {
	if old, ok := c.peek(t.scope); ok {
		if old.version > t.version {
			return
		}
		c.drop(c.at[t.scope])
	}
	c.at[t.scope] = c.order.PushFront(t)
	c.bytes += t.bytes
	for c.bytes > c.max && c.order.Len() > 1 {
		c.drop(c.order.Back())
	}
}

func (c *cache) drop(e *list.Element) {
	t := c.order.Remove(e).(trained)
	delete(c.at, t.scope)
	c.bytes -= t.bytes
}

func (c *cache) scopes() []scope {
	scopes := make([]scope, 0, len(c.at))
	for e := c.order.Front(); e != nil; e = e.Next() {
		scopes = append(scopes, e.Value.(trained).scope)
	}
	return scopes
}
