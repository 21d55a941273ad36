package dispatch

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func at(t testing.TB, zone, clock string) time.Time {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	when, err := time.ParseInLocation("2006-01-02 15:04:05", clock, loc)
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func TestWindow(t *testing.T) {
	t.Parallel()
	const newYork, denver = "America/New_York", "America/Denver"
	daytime := hours{9 * time.Hour, 20 * time.Hour}
	rows := []struct {
		name   string
		hours  hours
		at     string // in New York
		zones  string
		opens  string
		closes string
	}{
		{"inside", daytime, "2026-06-10 12:00:00", newYork, "2026-06-10 12:00:00", "2026-06-10 20:00:00"},
		{"before", daytime, "2026-06-10 08:59:59", newYork, "2026-06-10 09:00:00", "2026-06-10 20:00:00"},
		{"after", daytime, "2026-06-10 20:00:00", newYork, "2026-06-11 09:00:00", "2026-06-11 20:00:00"},
		{"another zone", daytime, "2026-06-10 10:30:00", denver, "2026-06-10 11:00:00", "2026-06-10 22:00:00"},
		{"all of several zones", daytime, "2026-06-10 10:30:00", newYork + "," + denver, "2026-06-10 11:00:00", "2026-06-10 20:00:00"},
		{"a zone of nobody's is the organization's", daytime, "2026-06-10 21:00:00", "Mars/Olympus", "2026-06-11 09:00:00", "2026-06-11 20:00:00"},
		{"over midnight", hours{20 * time.Hour, 2 * time.Hour}, "2026-06-10 12:00:00", newYork, "2026-06-10 20:00:00", "2026-06-11 02:00:00"},
		{"the hour that spring skips", hours{2*time.Hour + 30*time.Minute, 20 * time.Hour}, "2026-03-08 01:00:00", newYork, "2026-03-08 03:00:00", "2026-03-08 20:00:00"},
		{"closed by the hour that spring skips", hours{0, 2*time.Hour + 30*time.Minute}, "2026-03-08 01:00:00", newYork, "2026-03-08 01:00:00", "2026-03-08 03:00:00"},
	}
	for _, row := range rows {
		w := row.hours.window(at(t, newYork, row.at), readZones(row.zones, newYork))
		if opens := at(t, newYork, row.opens); !w.opens.Equal(opens) {
			t.Errorf("%s: opens %s, want %s", row.name, w.opens.In(opens.Location()), opens)
		}
		if closes := at(t, newYork, row.closes); !w.closes.Equal(closes) {
			t.Errorf("%s: closes %s, want %s", row.name, w.closes.In(closes.Location()), closes)
		}
	}
	for _, none := range []hours{{0, day}, {9 * time.Hour, 9 * time.Hour}} {
		now := at(t, newYork, "2026-06-10 03:00:00")
		if w := none.window(now, readZones(newYork, newYork)); !w.opens.Equal(now) || !w.closes.IsZero() {
			t.Errorf("%v limits to %v", none, w)
		}
	}
	if w := daytime.window(at(t, newYork, "2026-06-10 03:00:00"), readZones("", newYork)); !w.closes.IsZero() {
		t.Errorf("a reply is limited to %v", w)
	}
}

// Around both changes of the clock, in zones that do so in different ways, the window is what a look
// at the clock each minute finds.
func TestWindowByTheMinute(t *testing.T) {
	t.Parallel()
	starts := []time.Time{
		at(t, "UTC", "2026-03-07 12:00:00"), at(t, "UTC", "2026-10-31 12:00:00"), at(t, "UTC", "2026-04-04 00:00:00"),
	}
	zones := []string{"America/New_York", "America/Phoenix", "Pacific/Honolulu", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns"}
	rapid.Check(t, func(t *rapid.T) {
		minute := rapid.IntRange(0, 24*60-1)
		h := hours{time.Duration(minute.Draw(t, "opens")) * time.Minute, time.Duration(minute.Draw(t, "closes")) * time.Minute}
		if h.unlimited() {
			return
		}
		zone := loadZone(rapid.SampledFrom(zones).Draw(t, "zone"))
		now := rapid.SampledFrom(starts).Draw(t, "start").Add(time.Duration(rapid.IntRange(0, 36*60).Draw(t, "minutes")) * time.Minute).In(zone)
		opens := now
		for !h.open(opens) {
			opens = opens.Add(time.Minute)
		}
		closes := opens
		for h.open(closes) {
			closes = closes.Add(time.Minute)
		}
		w := h.window(now, []*time.Location{zone})
		if !w.opens.Equal(opens) || !w.closes.Equal(closes) {
			t.Fatalf("%v at %s: window %v to %v, want %v to %v", h, now, w.opens, w.closes, opens, closes)
		}
	})
}
