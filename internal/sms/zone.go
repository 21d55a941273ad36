package sms

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Zones returns the time zones that a person may be in, from the best clue there is:
// the zone on the contact, then the ZIP, then the area code of the phone, then
// fallback, the organization's zone. A clue that says nothing is passed over. Where
// there are several, a text must suit the hours of all of them.
//
// Other countries have five-digit postal codes too. So a ZIP counts only where the
// phone or the organization is in the United States.
func Zones(contactZone, zip string, phone Phone, fallback string) []string {
	if zone, ok := ParseZone(contactZone); ok {
		return []string{zone}
	}
	if strings.HasPrefix(string(phone), "+1") || phone == "" || isUSZone(fallback) {
		if zone, ok := ZoneOfZIP(zip); ok {
			return []string{zone}
		}
	}
	if zones := TimeZones(phone); len(zones) > 0 {
		return zones
	}
	return []string{fallback}
}

// TimeZones returns the IANA zones in which a number's area code, or its country where
// there are no area codes, is used, sorted. It is empty for numbers without a place,
// as toll-free ones, and for what is no phone number.
func TimeZones(phone Phone) []string {
	if !IsE164(string(phone)) {
		return nil
	}
	zones, err := phonenumbers.GetTimezonesForPrefix(string(phone))
	if err != nil || len(zones) == 0 || zones[0] == phonenumbers.UNKNOWN_TIMEZONE {
		return nil
	}
	if phone[1] == '1' && len(zones) > maxAreaCodeZones {
		return nil
	}
	return slices.Clone(zones)
}

// maxAreaCodeZones is more than any area code spans. An area code without a place is
// given all 38 zones of the numbering plan by libphonenumber.
const maxAreaCodeZones = 8

// ParseZone reads an IANA time zone in any case, or the name that people in the United
// States give to theirs: "Mountain", "Eastern Time", "PST". These mean the zone with
// its summer time, whatever the season they are written in.
func ParseZone(text string) (zone string, ok bool) {
	if text == "" {
		return "", false
	}
	key := strings.ReplaceAll(Fold(text), " ", "_")
	if zone, ok := colloquialZones[key]; ok {
		return zone, true
	}
	if zone, ok := colloquialZones[trimZoneWords(key)]; ok {
		return zone, true
	}
	zone, ok = ianaZones[key]
	return zone, ok
}

// trimZoneWords leaves "eastern" of "us/eastern_standard_time_(us_&_canada)".
func trimZoneWords(key string) string {
	key, _, _ = strings.Cut(key, "_(")
	key = strings.TrimSuffix(key, "_time")
	key = strings.TrimSuffix(key, "_standard")
	key = strings.TrimSuffix(key, "_daylight")
	return strings.TrimPrefix(key, "us_")
}

var colloquialZones = map[string]string{
	"eastern": "America/New_York", "et": "America/New_York", "est": "America/New_York", "edt": "America/New_York",
	"central": "America/Chicago", "ct": "America/Chicago", "cst": "America/Chicago", "cdt": "America/Chicago",
	"mountain": "America/Denver", "mt": "America/Denver", "mst": "America/Denver", "mdt": "America/Denver",
	"pacific": "America/Los_Angeles", "pt": "America/Los_Angeles", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles",
	"arizona": "America/Phoenix", "alaska": "America/Anchorage", "alaskan": "America/Anchorage",
	"akst": "America/Anchorage", "akdt": "America/Anchorage",
	"hawaii": "Pacific/Honolulu", "hawaiian": "Pacific/Honolulu", "hst": "Pacific/Honolulu",
	"atlantic": "America/Halifax", "ast": "America/Halifax",
}

// zoneNames lists the zones of the IANA database, release 2025c as shipped with Go,
// one a line.
//
//go:embed zones.txt
var zoneNames string

// ianaZones has the zones under their lower-case names.
var ianaZones = func() map[string]string {
	zones := make(map[string]string)
	for name := range strings.Lines(zoneNames) {
		name = strings.TrimSpace(name)
		zones[strings.ToLower(name)] = name
	}
	return zones
}()

func isUSZone(zone string) bool {
	return usZones[zone] || strings.HasPrefix(zone, "US/") || strings.HasPrefix(zone, "America/Indiana/") ||
		strings.HasPrefix(zone, "America/Kentucky/") || strings.HasPrefix(zone, "America/North_Dakota/")
}
