package phonenet

import (
	"mime"
	"net/url"
	"path"
	"strings"
)

// place is where a number is at home.
type place struct {
	country, state, city, zip string
}

// places are the towns of some area codes of the United States.
var places = map[string]place{
	"201": {"US", "NJ", "JERSEY CITY", "07302"}, "202": {"US", "DC", "WASHINGTON", "20001"},
	"206": {"US", "WA", "SEATTLE", "98101"}, "208": {"US", "ID", "BOISE", "83702"},
	"210": {"US", "TX", "SAN ANTONIO", "78205"}, "212": {"US", "NY", "NEW YORK", "10001"},
	"213": {"US", "CA", "LOS ANGELES", "90012"}, "214": {"US", "TX", "DALLAS", "75201"},
	"215": {"US", "PA", "PHILADELPHIA", "19103"}, "216": {"US", "OH", "CLEVELAND", "44113"},
	"240": {"US", "MD", "ROCKVILLE", "20850"}, "303": {"US", "CO", "DENVER", "80202"},
	"305": {"US", "FL", "MIAMI", "33130"}, "312": {"US", "IL", "CHICAGO", "60604"},
	"313": {"US", "MI", "DETROIT", "48226"}, "314": {"US", "MO", "SAINT LOUIS", "63101"},
	"317": {"US", "IN", "INDIANAPOLIS", "46204"}, "385": {"US", "UT", "SALT LAKE CITY", "84101"},
	"402": {"US", "NE", "OMAHA", "68102"}, "404": {"US", "GA", "ATLANTA", "30303"},
	"405": {"US", "OK", "OKLAHOMA CITY", "73102"}, "412": {"US", "PA", "PITTSBURGH", "15222"},
	"415": {"US", "CA", "SAN FRANCISCO", "94103"}, "503": {"US", "OR", "PORTLAND", "97204"},
	"504": {"US", "LA", "NEW ORLEANS", "70112"}, "505": {"US", "NM", "ALBUQUERQUE", "87102"},
	"510": {"US", "CA", "OAKLAND", "94612"}, "512": {"US", "TX", "AUSTIN", "78701"},
	"602": {"US", "AZ", "PHOENIX", "85003"}, "612": {"US", "MN", "MINNEAPOLIS", "55401"},
	"615": {"US", "TN", "NASHVILLE", "37203"}, "617": {"US", "MA", "BOSTON", "02108"},
	"619": {"US", "CA", "SAN DIEGO", "92101"}, "702": {"US", "NV", "LAS VEGAS", "89101"},
	"704": {"US", "NC", "CHARLOTTE", "28202"}, "713": {"US", "TX", "HOUSTON", "77002"},
	"801": {"US", "UT", "SALT LAKE CITY", "84111"}, "804": {"US", "VA", "RICHMOND", "23219"},
	"808": {"US", "HI", "HONOLULU", "96813"}, "816": {"US", "MO", "KANSAS CITY", "64106"},
	"907": {"US", "AK", "ANCHORAGE", "99501"}, "915": {"US", "TX", "EL PASO", "79901"},
	"986": {"US", "ID", "BOISE", "83702"},
}

// placeOf knows the country of +1 numbers and the town of some; Twilio leaves
// empty what it does not know.
func placeOf(phone string) place {
	digits, ok := strings.CutPrefix(phone, "+1")
	if !ok || len(digits) != 10 {
		return place{}
	}
	if p, ok := places[digits[:3]]; ok {
		return p
	}
	return place{country: "US"}
}

// mediaType goes by the ending of the address; a picture unless it says
// otherwise.
func mediaType(address string) string {
	if u, err := url.Parse(address); err == nil {
		if kind := mime.TypeByExtension(path.Ext(u.Path)); kind != "" {
			return kind
		}
	}
	return "image/jpeg"
}
