package ui

import (
	"fmt"
	"time"
)

// Clock is the moment a page is rendered for and the zone its times are shown
// in, which is the organization's.
type Clock struct {
	Now  time.Time
	Zone *time.Location // nil means UTC
}

func (c Clock) in(t time.Time) time.Time {
	if c.Zone == nil {
		return t.UTC()
	}
	return t.In(c.Zone)
}

// Hour is the time of day: "10:20 AM".
func (c Clock) Hour(t time.Time) string { return c.in(t).Format("3:04 PM") }

// Date is the day in short: "Nov 19", with the year where it is not this one.
func (c Clock) Date(t time.Time) string {
	if c.in(t).Year() != c.in(c.Now).Year() {
		return c.in(t).Format("Jan 2, 2006")
	}
	return c.in(t).Format("Jan 2")
}

// Moment is the day and the time of day: "Today 9:00 AM", "Thu, Nov 19, 9:00 AM".
func (c Clock) Moment(t time.Time) string {
	switch c.daysAgo(t) {
	case 0:
		return "Today " + c.Hour(t)
	case 1:
		return "Yesterday " + c.Hour(t)
	}
	return c.in(t).Format("Mon, ") + c.Date(t) + ", " + c.Hour(t)
}

// Day is a whole day, as between the texts of a conversation: "Today",
// "Thursday, November 19".
func (c Clock) Day(t time.Time) string {
	switch c.daysAgo(t) {
	case 0:
		return "Today"
	case 1:
		return "Yesterday"
	}
	if c.in(t).Year() != c.in(c.Now).Year() {
		return c.in(t).Format("Monday, January 2, 2006")
	}
	return c.in(t).Format("Monday, January 2")
}

// Ago is how long something is past, coarser the longer it is: "just now",
// "11 min ago", "2 h ago", "Yesterday", "Nov 20".
func (c Clock) Ago(t time.Time) string {
	past := c.Now.Sub(t)
	switch {
	case past < time.Minute:
		return "just now"
	case past < time.Hour:
		return fmt.Sprintf("%d min ago", int(past.Minutes()))
	case c.daysAgo(t) == 0:
		return fmt.Sprintf("%d h ago", int(past.Hours()))
	case c.daysAgo(t) == 1:
		return "Yesterday"
	}
	return c.Date(t)
}

// Lately is the time of day for today's moments and the day for older ones.
func (c Clock) Lately(t time.Time) string {
	if c.daysAgo(t) == 0 {
		return c.Hour(t)
	}
	return c.Ago(t)
}

// Waited is how long a person has been waiting, in short: "now", "18 min", "3 h", "2 days".
func (c Clock) Waited(since time.Time) string {
	n, unit := waited(c.Now.Sub(since))
	if n == 0 {
		return "now"
	}
	if unit == "day" {
		return Plural(n, "day", "days")
	}
	return fmt.Sprintf("%d %s", n, map[string]string{"minute": "min", "hour": "h"}[unit])
}

// WaitedInWords is Waited for a sentence: "less than a minute", "18 minutes", "3 hours", "2 days".
func (c Clock) WaitedInWords(since time.Time) string {
	n, unit := waited(c.Now.Sub(since))
	if n == 0 {
		return "less than a minute"
	}
	return Plural(n, unit, unit+"s")
}

func waited(d time.Duration) (int, string) {
	switch {
	case d < time.Hour:
		return max(0, int(d.Minutes())), "minute"
	case d < 48*time.Hour:
		return int(d.Hours()), "hour"
	}
	return int(d.Hours() / 24), "day"
}

// Exactly is a time in full with its zone, as shown on hover.
func (c Clock) Exactly(t time.Time) string {
	zone := "UTC"
	if c.Zone != nil {
		zone = c.Zone.String()
	}
	return c.in(t).Format("Mon, Jan 2, 2006, 3:04:05 PM MST") + " (" + zone + ")"
}

// daysAgo counts midnights of the zone between t and now.
func (c Clock) daysAgo(t time.Time) int {
	return int(midnight(c.in(c.Now)).Sub(midnight(c.in(t))).Hours() / 24)
}

// midnight gives each calendar day one instant, 24 hours from the next, also
// where the clocks change.
func midnight(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}
