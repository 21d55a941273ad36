package insight

import (
	"time"

	"parley/internal/account"
)

// Period is a range of days, both ends included. A zero end is open. Only the calendar day of an end
// counts; where it begins is the organization's zone to say.
type Period struct{ From, To time.Time }

// ParsePeriod reads the ends as a date field sends them, "2006-01-02" or nothing. What is wrong is an
// account.Invalid of the fields from and to.
func ParsePeriod(from, to string) (p Period, err error) {
	v := account.Invalid{}
	p.From = parseDay(v, "from", from)
	p.To = parseDay(v, "to", to)
	if !p.From.IsZero() && !p.To.IsZero() && p.To.Before(p.From) {
		v.Add("to", "This day is before the first one. Choose a later day.")
	}
	return p, v.Err()
}

func parseDay(v account.Invalid, field, value string) time.Time {
	if value == "" {
		return time.Time{}
	}
	day, err := time.Parse(time.DateOnly, value)
	if err != nil {
		v.Add(field, "Type a date such as 2026-11-30.")
		return time.Time{}
	}
	return day
}

// bounds are the moments between which the period lies: since it begins, until it is over.
func (p Period) bounds(zone *time.Location) (since, until time.Time) {
	since, until = time.Time{}, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)
	if !p.From.IsZero() {
		since = midnight(p.From, zone)
	}
	if !p.To.IsZero() {
		until = midnight(p.To.AddDate(0, 0, 1), zone)
	}
	return since, until
}

func midnight(day time.Time, zone *time.Location) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
}
