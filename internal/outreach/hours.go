package outreach

import (
	"slices"
	"strings"
	"time"
)

// hours are the wall times between which texts of our own accord leave, in minutes since midnight.
type hours struct{ open, shut int }

func (h hours) always() bool { return h.open == 0 && h.shut == 24*60 }

// crowd are recipients who may be in the same time zones: a text must suit the hours of all of them.
type crowd struct {
	zones    []*time.Location
	people   int
	segments int
}

// newCrowd reads zones as message.zone has them. A zone that this machine does not know is passed over.
func newCrowd(names string) *crowd {
	c := &crowd{}
	for name := range strings.SplitSeq(names, ",") {
		if zone, err := time.LoadLocation(name); err == nil {
			c.zones = append(c.zones, zone)
		}
	}
	return c
}

// opens is the first moment from t on that suits all zones of the crowd; false where none does within a
// few days, such as for zones whose days hardly meet.
func (h hours) opens(c *crowd, t time.Time) (time.Time, bool) {
	for range 8 {
		moved := false
		for _, zone := range c.zones {
			wall := t.In(zone)
			minute := wall.Hour()*60 + wall.Minute()
			day := wall.Day()
			if minute >= h.shut {
				day++
			} else if minute >= h.open {
				continue
			}
			t = time.Date(wall.Year(), wall.Month(), day, 0, h.open, 0, 0, zone)
			moved = true
		}
		if !moved {
			return t, true
		}
	}
	return t, false
}

// shuts is the first moment after t at which the hours of one of the crowd's zones end.
func (h hours) shuts(c *crowd, t time.Time) time.Time {
	first := t.AddDate(1, 0, 0)
	for _, zone := range c.zones {
		wall := t.In(zone)
		if end := time.Date(wall.Year(), wall.Month(), wall.Day(), 0, h.shut, 0, 0, zone); end.Before(first) {
			first = end
		}
	}
	return first
}

// forecast is when the texts of a launch are expected to leave.
type forecast struct {
	first, last time.Time
	later       int // people whose day begins after the first texts are out
}

// forecast plays the sending of all crowds from a moment on: at each moment the number's speed goes to
// those whose hours end first. It is what the sender does, but for texts of others on the same number.
func (h hours) forecast(from time.Time, crowds []*crowd, perSecond float64) (f forecast, ok bool) {
	left := make([]crowd, 0, len(crowds))
	for _, c := range crowds {
		if c.segments > 0 {
			left = append(left, *c)
		}
	}
	now := from
	for len(left) > 0 {
		i, at, found := h.turn(left, now)
		if !found {
			return f, false
		}
		if f.first.IsZero() {
			f.first = at
		}
		c := &left[i]
		now = at
		end := at.Add(time.Duration(float64(c.segments) / perSecond * float64(time.Second)))
		if shut := h.shuts(c, at); end.After(shut) {
			c.segments -= int(shut.Sub(at).Seconds() * perSecond)
			now = shut
			continue
		}
		now = end
		left = slices.Delete(left, i, i+1)
	}
	f.last = now
	for _, c := range crowds {
		if at, found := h.opens(c, from); found && at.After(f.first) {
			f.later += c.people
		}
	}
	return f, !f.first.IsZero()
}

// turn is whose texts leave next, and when: of those who can be texted soonest, the ones whose hours end
// first.
func (h hours) turn(left []crowd, now time.Time) (best int, at time.Time, found bool) {
	var shut time.Time
	for i := range left {
		opens, ok := h.opens(&left[i], now)
		if !ok {
			continue
		}
		shuts := h.shuts(&left[i], opens)
		if !found || opens.Before(at) || opens.Equal(at) && shuts.Before(shut) {
			best, at, shut, found = i, opens, shuts, true
		}
	}
	return best, at, found
}
