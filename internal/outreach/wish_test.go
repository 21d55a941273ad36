package outreach_test

import (
	"strings"
	"testing"
	"time"

	"parley/internal/outreach"
)

// TestWish_WallTimes walks over both changes of the clocks in 2026: March 8 and November 1 in the United
// States, April 5 and October 4 on Lord Howe Island, which changes by half an hour.
func TestWish_WallTimes(t *testing.T) {
	t.Parallel()
	cases := []struct {
		zone, wall string
		want       string // in UTC, "twice" behind what comes twice; or what the refusal says
	}{
		{"America/Boise", "2026-11-30 09:00", "2026-11-30 16:00"},
		{"America/Boise", "2026-03-08 01:59", "2026-03-08 08:59"},
		{"America/Boise", "2026-03-08 02:00", "2:00 AM does not come. Choose 3:00 AM or later."},
		{"America/Boise", "2026-03-08 02:30", "2:30 AM does not come. Choose 3:00 AM or later."},
		{"America/Boise", "2026-03-08 03:00", "2026-03-08 09:00"},
		{"America/Boise", "2026-11-01 00:59", "2026-11-01 06:59"},
		{"America/Boise", "2026-11-01 01:00", "2026-11-01 07:00 twice"},
		{"America/Boise", "2026-11-01 01:59", "2026-11-01 07:59 twice"},
		{"America/Boise", "2026-11-01 02:00", "2026-11-01 09:00"},
		{"America/Phoenix", "2026-03-08 02:30", "2026-03-08 09:30"},
		{"Australia/Lord_Howe", "2026-10-04 02:15", "2:15 AM does not come. Choose 2:30 AM or later."},
		{"Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04 14:45 twice"},
		{"Asia/Kolkata", "2026-07-01 00:00", "2026-06-30 18:30"},
	}
	for _, c := range cases {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		wall, err := time.Parse("2006-01-02 15:04", c.wall)
		if err != nil {
			t.Fatal(err)
		}
		m, err := outreach.OnWall(wall, zone)
		if err != nil {
			if !strings.HasSuffix(err.Error(), c.want) {
				t.Errorf("%s in %s: %v, want %s", c.wall, c.zone, err, c.want)
			}
			continue
		}
		got := m.At.UTC().Format("2006-01-02 15:04")
		if m.Twice {
			got += " twice"
		}
		if got != c.want {
			t.Errorf("%s in %s is %s, want %s", c.wall, c.zone, got, c.want)
		}
	}
}

// TestWish_EveryMinuteOfAYear says each wall time of a zone once, or refuses it, or knows that it is two.
func TestWish_EveryMinuteOfAYear(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/Boise")
	if err != nil {
		t.Fatal(err)
	}
	refused, twice := 0, 0
	for wall := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); wall.Year() == 2026; wall = wall.Add(time.Minute) {
		m, err := outreach.OnWall(wall, zone)
		switch {
		case err != nil:
			refused++
		case m.At.In(zone).Format("2006-01-02 15:04") != wall.Format("2006-01-02 15:04"):
			t.Fatalf("%v became %v", wall, m.At.In(zone))
		case m.Twice:
			twice++
		}
	}
	if refused != 60 || twice != 60 {
		t.Errorf("%d minutes refused and %d known to come twice, want 60 each", refused, twice)
	}
}

// TestHours_Forecast plays launches against the quiet hours, 9:00 to 20:00 of each person's day.
func TestHours_Forecast(t *testing.T) {
	t.Parallel()
	at := func(s string) time.Time {
		t.Helper()
		m, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	const open, shut = 9 * 60, 20 * 60
	east, west, both := "America/New_York", "America/Los_Angeles", "America/New_York,America/Los_Angeles"
	cases := map[string]struct {
		from        string
		people      map[string]int
		first, last string
		later       int
	}{
		"within the hours":          {"2026-07-01 16:00", map[string]int{east: 600}, "2026-07-01 16:00", "2026-07-01 16:10", 0},
		"in the night":              {"2026-07-01 05:00", map[string]int{east: 60}, "2026-07-01 13:00", "2026-07-01 13:01", 0},
		"the west begins later":     {"2026-07-01 13:00", map[string]int{east: 60, west: 60}, "2026-07-01 13:00", "2026-07-01 16:01", 60},
		"may be in either":          {"2026-07-01 13:00", map[string]int{both: 60}, "2026-07-01 16:00", "2026-07-01 16:01", 0},
		"over the evening":          {"2026-07-01 23:30", map[string]int{east: 3600}, "2026-07-01 23:30", "2026-07-02 13:30", 0},
		"the east first, it ends":   {"2026-07-01 23:30", map[string]int{east: 1800, west: 1800}, "2026-07-01 23:30", "2026-07-02 00:30", 0},
		"over the change of clocks": {"2026-10-31 23:00", map[string]int{east: 7200}, "2026-10-31 23:00", "2026-11-01 15:00", 0},
		"several days":              {"2026-07-01 13:00", map[string]int{east: 3600 * 23}, "2026-07-01 13:00", "2026-07-03 14:00", 0},
		"the hours have just ended": {"2026-07-02 00:00", map[string]int{east: 1}, "2026-07-02 13:00", "2026-07-02 13:00", 0},
		"a zone that nobody knows":  {"2026-07-02 00:00", map[string]int{"Moon/Sea": 60}, "2026-07-02 00:00", "2026-07-02 00:01", 0},
	}
	for name, c := range cases {
		first, last, later, ok := outreach.Leaving(open, shut, at(c.from), c.people, 1)
		if !ok || !first.Equal(at(c.first)) || !last.Truncate(time.Minute).Equal(at(c.last)) || later != c.later {
			t.Errorf("%s: %s to %s, %d later, %v; want %s to %s, %d", name, first.UTC(), last.UTC(), later, ok, c.first, c.last, c.later)
		}
	}
	if _, _, _, ok := outreach.Leaving(9*60, 9*60, at("2026-07-01 16:00"), map[string]int{east: 1}, 1); ok {
		t.Error("no hour is allowed, and yet a text leaves")
	}
	if _, last, _, ok := outreach.Leaving(0, 24*60, at("2026-07-01 16:00"), map[string]int{east: 86400 * 2}, 1); !ok || !last.Equal(at("2026-07-03 16:00")) {
		t.Errorf("without quiet hours the last leaves at %s", last)
	}
}
