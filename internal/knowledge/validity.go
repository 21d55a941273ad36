package knowledge

import (
	"fmt"
	"strings"
	"time"

	"parley/internal/account"
)

// Day is a calendar day of the organization's zone, written as 2006-01-02; empty is none.
type Day string

// Date is the day as a time in UTC, zero for none.
func (d Day) Date() time.Time {
	at, _ := time.Parse(time.DateOnly, string(d))
	return at
}

func checkValidity(from, to Day, v account.Invalid) (Day, Day) {
	from, to = checkDay(from, "valid_from", v), checkDay(to, "valid_to", v)
	if from != "" && to != "" && to < from {
		v.Add("valid_to", "The last day is before the first.")
	}
	return from, to
}

func checkDay(d Day, field string, v account.Invalid) Day {
	d = Day(strings.TrimSpace(string(d)))
	if d != "" && d.Date().IsZero() {
		v.Add(field, fmt.Sprintf("“%s” is no day. Write it as 2026-08-31.", d))
		return ""
	}
	return d
}

// today is the day that it is for the organization.
const today = `(select (app_now() at time zone z.time_zone)::date from organization z where z.org_id = @org)`

// mayGive is the condition on an answer that the bot may give it today.
func mayGive(answer string) string { return answer + `.enabled and ` + withinDates(answer) }

func withinDates(answer string) string {
	return strings.ReplaceAll(`(coalesce(a.valid_from, '-infinity') <= `+today+` and coalesce(a.valid_to, 'infinity') >= `+today+`)`, "a.", answer+".")
}

// versionSpan is the room between two knowledge versions for the days on which answers begin and
// end: each first day that has come and each last day that is over raises the version by one, so that
// a model trained before is old. It is more than two for each of maxAnswers.
const versionSpan = 1 << 20
