package sms_test

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // the zones must load whatever the machine has installed

	"parley/internal/sms"

	"github.com/google/go-cmp/cmp"
)

func TestZonesFollowTheBestClue(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name         string
		contact, zip string
		phone        sms.Phone
		organization string
		want         []string
	}{
		{"contact field", "America/Chicago", "83702", "+12125550173", "America/New_York", []string{"America/Chicago"}},
		{"contact field unknown", "Mars/Olympus", "83702", "+12125550173", "America/New_York", []string{"America/Boise"}},
		{"ZIP", "", "83702", "+12125550173", "America/New_York", []string{"America/Boise"}},
		{"ZIP unknown", "", "n/a", "+12125550173", "America/Chicago", []string{"America/New_York"}},
		{"area code in two zones", "", "", "+12085550173", "America/New_York", []string{"America/Boise", "America/Los_Angeles"}},
		{"area code without a place", "", "", "+18005550173", "America/New_York", []string{"America/New_York"}},
		{"unassigned area code", "", "", "+15555550173", "America/New_York", []string{"America/New_York"}},
		{"Polish postal code of a Polish organization", "", "83702", "+48225550173", "Europe/Warsaw", []string{"Europe/Warsaw"}},
		{"foreign phone of somebody in Boise", "", "83702", "+48225550173", "America/Boise", []string{"America/Boise"}},
		{"foreign phone alone", "", "", "+48225550173", "America/Boise", []string{"Europe/Warsaw"}},
		{"nothing known", "", "", "", "America/Boise", []string{"America/Boise"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, sms.Zones(tc.contact, tc.zip, tc.phone, tc.organization)); diff != "" {
				t.Errorf("Zones (-want +got):\n%s", diff)
			}
		})
	}
}

func TestZoneOfZIP(t *testing.T) {
	t.Parallel()
	for zip, want := range map[string]string{
		"02138": "America/New_York", "2138": "America/New_York", "501": "America/New_York", "00901": "America/Puerto_Rico",
		"10001-1234": "America/New_York", "100011234": "America/New_York", "10001.0": "America/New_York", " 30303 ": "America/New_York",
		"32301": "America/New_York", "32501": "America/Chicago", // Tallahassee, Pensacola
		"37203": "America/Chicago", "37402": "America/New_York", "37902": "America/New_York", "38103": "America/Chicago", // Tennessee
		"40202": "America/New_York", "42101": "America/Chicago", // Louisville, Bowling Green
		"46204": "America/Indiana/Indianapolis", "46402": "America/Chicago", "47708": "America/Chicago", // Indiana
		"48226": "America/Detroit", "57501": "America/Chicago", "57701": "America/Denver", // Detroit, Pierre, Rapid City
		"58501": "America/Chicago", "58601": "America/Denver", "69101": "America/Chicago", "69361": "America/Denver",
		"60601": "America/Chicago", "67202": "America/Chicago", "75201": "America/Chicago", "79901": "America/Denver", "88510": "America/Denver",
		"80202": "America/Denver", "83702": "America/Boise", "83501": "America/Los_Angeles", "83814": "America/Los_Angeles",
		"84101": "America/Denver", "85004": "America/Phoenix", "86515": "America/Denver", "87102": "America/Denver", "89501": "America/Los_Angeles",
		"90001": "America/Los_Angeles", "96813": "Pacific/Honolulu", "96799": "Pacific/Pago_Pago", "96910": "Pacific/Guam",
		"97201": "America/Los_Angeles", "97914": "America/Boise", "98101": "America/Los_Angeles", "99501": "America/Anchorage", "99546": "America/Adak",
		"09012": "", "34012": "", "96201": "", // military
		"00-950": "", "K1A 0B1": "", "": "", "12": "", "123456": "", "abcde": "", "10001-12": "", "99999-": "", "00012": "",
	} {
		got, ok := sms.ZoneOfZIP(zip)
		if got != want || ok != (want != "") {
			t.Errorf("ZoneOfZIP(%q) = %q, %v, want %q", zip, got, ok, want)
		}
	}
}

func TestParseZone(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"America/Boise": "America/Boise", "america/new_york": "America/New_York", "America/New York": "America/New_York",
		"Eastern": "America/New_York", "EST": "America/New_York", "Eastern Time (US & Canada)": "America/New_York",
		"Mountain Standard Time": "America/Denver", "US Mountain": "America/Denver", "US/Pacific": "US/Pacific", "UTC": "UTC",
		"": "", "Mars/Olympus": "", "../../etc/passwd": "", "GMT+25": "",
	} {
		got, ok := sms.ParseZone(text)
		if got != want || ok != (want != "") {
			t.Errorf("ParseZone(%q) = %q, %v, want %q", text, got, ok, want)
		}
	}
}

func TestEveryZoneLoads(t *testing.T) {
	t.Parallel()
	zones := slices.Concat(sms.AllZones(), sms.TimeZones("+12085550173"), sms.TimeZones("+79161234567"), sms.TimeZones("+5491123456789"))
	if len(zones) < 500 {
		t.Fatalf("%d zones", len(zones))
	}
	for _, zone := range zones {
		if _, err := time.LoadLocation(zone); err != nil {
			t.Errorf("zone %s: %v", zone, err)
		}
	}
}

func TestZIPRangesAreInOrder(t *testing.T) {
	t.Parallel()
	last := ""
	for _, r := range sms.ZIPRanges() {
		if r.First <= last || r.Last < r.First || len(r.First) != 3 || len(r.Last) != 3 {
			t.Errorf("range %v after %q", r, last)
		}
		last = r.Last
	}
}

func BenchmarkZones(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		sms.Zones("", "", "+12085550173", "America/Boise")
	}
}
