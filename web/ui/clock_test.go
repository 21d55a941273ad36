package ui

import (
	"testing"
	"time"
)

func boise(t *testing.T) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/Boise")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestClockInWords(t *testing.T) {
	t.Parallel()
	zone := boise(t)
	clock := Clock{Now: time.Date(2026, 11, 23, 10, 37, 0, 0, zone), Zone: zone}
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, zone)
	}
	lastYear := time.Date(2025, 3, 4, 9, 5, 0, 0, zone)
	cases := []struct{ what, got, want string }{
		{"hour", clock.Hour(at(11, 23, 9, 5)), "9:05 AM"},
		{"date", clock.Date(at(11, 19, 9, 0)), "Nov 19"},
		{"date of another year", clock.Date(lastYear), "Mar 4, 2025"},
		{"moment today", clock.Moment(at(11, 23, 9, 0)), "Today 9:00 AM"},
		{"moment yesterday", clock.Moment(at(11, 22, 23, 59)), "Yesterday 11:59 PM"},
		{"moment before", clock.Moment(at(11, 19, 9, 0)), "Thu, Nov 19, 9:00 AM"},
		{"moment to come", clock.Moment(at(11, 30, 9, 0)), "Mon, Nov 30, 9:00 AM"},
		{"day today", clock.Day(at(11, 23, 0, 0)), "Today"},
		{"day", clock.Day(at(11, 19, 9, 0)), "Thursday, November 19"},
		{"day of another year", clock.Day(lastYear), "Tuesday, March 4, 2025"},
		{"ago, seconds", clock.Ago(at(11, 23, 10, 37)), "just now"},
		{"ago, minutes", clock.Ago(at(11, 23, 10, 26)), "11 min ago"},
		{"ago, hours", clock.Ago(at(11, 23, 0, 1)), "10 h ago"},
		{"ago, yesterday", clock.Ago(at(11, 22, 23, 0)), "Yesterday"},
		{"ago, days", clock.Ago(at(11, 20, 9, 0)), "Nov 20"},
		{"lately today", clock.Lately(at(11, 23, 10, 35)), "10:35 AM"},
		{"lately before", clock.Lately(at(11, 20, 10, 35)), "Nov 20"},
		{"waited", clock.Waited(at(11, 23, 10, 19)), "18 min"},
		{"waited, hours", clock.Waited(at(11, 22, 10, 36)), "24 h"},
		{"waited, days", clock.Waited(at(11, 20, 10, 0)), "3 days"},
		{"waited, a clock behind", clock.Waited(at(11, 23, 10, 38)), "now"},
		{"waited in words", clock.WaitedInWords(at(11, 23, 10, 19)), "18 minutes"},
		{"waited in words, a moment", clock.WaitedInWords(at(11, 23, 10, 37)), "less than a minute"},
		{"waited in words, one", clock.WaitedInWords(at(11, 23, 9, 30)), "1 hour"},
		{"exactly", clock.Exactly(at(11, 23, 9, 5)), "Mon, Nov 23, 2026, 9:05:00 AM MST (America/Boise)"},
	}
	for _, c := range cases {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
}

// The clocks go back on November 1, 2026: that day has 25 hours.
func TestDaysAreCountedByTheCalendar(t *testing.T) {
	t.Parallel()
	zone := boise(t)
	clock := Clock{Now: time.Date(2026, 11, 2, 0, 30, 0, 0, zone), Zone: zone}
	if got := clock.Day(time.Date(2026, 11, 1, 0, 10, 0, 0, zone)); got != "Yesterday" {
		t.Errorf("the day before is %q, want Yesterday", got)
	}
	if got := clock.Day(time.Date(2026, 10, 31, 23, 50, 0, 0, zone)); got != "Saturday, October 31" {
		t.Errorf("two days before is %q", got)
	}
}

func TestAnEveningInTheZoneIsTheSameDay(t *testing.T) {
	t.Parallel()
	zone := boise(t)
	clock := Clock{Now: time.Date(2026, 11, 23, 22, 0, 0, 0, zone), Zone: zone}
	morning := time.Date(2026, 11, 23, 8, 0, 0, 0, zone).UTC() // in UTC now is tomorrow
	if got := clock.Moment(morning); got != "Today 8:00 AM" {
		t.Errorf("%q, want Today 8:00 AM", got)
	}
}
