package dispatch

import (
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // quiet hours hold also where the machine has no zone files
)

// hours are the part of the day in which a person may be texted, as times since midnight on their
// clock: from opens up to, not including, closes. The part may span midnight. Equal times, and
// 00:00 to 24:00, are no limit.
type hours struct {
	opens, closes time.Duration
}

const day = 24 * time.Hour

func (h hours) unlimited() bool {
	return h.opens == h.closes || h.opens == 0 && h.closes >= day
}

func (h hours) open(at time.Time) bool {
	t := clock(at)
	switch {
	case h.unlimited():
		return true
	case h.opens < h.closes:
		return h.opens <= t && t < h.closes
	default:
		return t >= h.opens || t < h.closes
	}
}

// next is the first moment, from at on, when open is as wanted. It must not be asked for the end of
// unlimited hours. A clock that is put forward can skip opens or closes, and one that is put back
// meets them twice: so it goes from one change to the next, be it of the hours or of the zone.
func (h hours) next(at time.Time, wanted bool) time.Time {
	for h.open(at) != wanted {
		now := clock(at)
		change := at.Add(min(until(now, h.opens), until(now, h.closes)))
		if _, shift := at.ZoneBounds(); !shift.IsZero() && shift.Before(change) {
			change = shift.In(at.Location())
		}
		at = change
	}
	return at
}

// clock is the time since midnight that a clock on the wall shows.
func clock(at time.Time) time.Duration {
	h, m, s := at.Clock()
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second + time.Duration(at.Nanosecond())
}

// until is how long a clock at now takes to show then next.
func until(now, then time.Duration) time.Duration {
	if d := (then - now) % day; d > 0 {
		return d
	}
	return (then-now)%day + day
}

// window is a stretch of time in which a text may leave. A zero closes never comes.
type window struct {
	opens, closes time.Time
}

// window returns the present or the next stretch in which all zones are in their hours. Zones that
// share no hour get the one after which each has had its hours once.
func (h hours) window(at time.Time, zones []*time.Location) window {
	if h.unlimited() || len(zones) == 0 {
		return window{opens: at}
	}
	opens := at
	for range 2 * len(zones) {
		for _, zone := range zones {
			opens = h.next(opens.In(zone), true)
		}
	}
	closes := h.next(opens.In(zones[0]), false)
	for _, zone := range zones[1:] {
		if c := h.next(opens.In(zone), false); c.Before(closes) {
			closes = c
		}
	}
	return window{opens: opens, closes: closes}
}

// readZones reads the zones of a text, separated by commas. One that nobody knows is read as the
// fallback, so that a wrong word in a file neither stops the queue nor lifts the limit.
func readZones(text, fallback string) []*time.Location {
	var zones []*time.Location
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		zone := loadZone(name)
		if zone == nil {
			zone = loadZone(fallback)
		}
		if zone == nil {
			zone = time.UTC
		}
		zones = append(zones, zone)
	}
	return zones
}

// zoneCache spares reading the zone's file for each text.
var zoneCache sync.Map // string -> *time.Location

func loadZone(name string) *time.Location {
	if zone, ok := zoneCache.Load(name); ok {
		return zone.(*time.Location)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil // not kept: a file may hold any number of wrong words
	}
	zoneCache.Store(name, zone)
	return zone
}
