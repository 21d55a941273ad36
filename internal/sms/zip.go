package sms

import (
	"sort"
	"strings"
)

// ZoneOfZIP returns the IANA time zone of a US ZIP code: "83702", "83702-1234", and
// with the zeros that spreadsheets drop, "2138" and "501". The first three digits
// decide. Where they lie in two zones it is the one where more people live, so a few
// towns at a zone's edge are an hour off. It is false for anything else, also for
// military addresses, which lie anywhere.
func ZoneOfZIP(zip string) (string, bool) {
	five, ok := fiveDigits(zip)
	if !ok {
		return "", false
	}
	if zone, ok := distantIslands[five]; ok {
		return zone, true
	}
	prefix := five[:3]
	i := sort.Search(len(zipZones), func(i int) bool { return zipZones[i].last >= prefix })
	if i == len(zipZones) || prefix < zipZones[i].first {
		return "", false
	}
	return zipZones[i].zone, true
}

// fiveDigits restores the five digits of a ZIP from its usual spellings.
func fiveDigits(zip string) (string, bool) {
	zip = strings.TrimSuffix(strings.Trim(zip, " '\""), ".0")
	zip, four, plus := strings.Cut(zip, "-")
	switch {
	case plus && (len(four) != 4 || !allDigits(four)):
		return "", false
	case !plus && len(zip) >= 8 && len(zip) <= 9: // 83702 and 1234 without the hyphen
		zip = zip[:len(zip)-4]
	}
	if len(zip) < 3 || len(zip) > 5 || !allDigits(zip) {
		return "", false
	}
	return "00000"[len(zip):] + zip, true
}

// zipZones are the ranges of three-digit prefixes in order. States and prefixes follow
// the Postal Service's labeling list L002, the zones 49 CFR part 71. "Mostly" marks
// prefixes that lie in two zones.
var zipZones = []struct{ first, last, zone string }{
	{"005", "005", "America/New_York"},
	{"006", "007", "America/Puerto_Rico"},
	{"008", "008", "America/St_Thomas"},
	{"009", "009", "America/Puerto_Rico"},
	{"010", "089", "America/New_York"}, // New England, New Jersey
	{"100", "323", "America/New_York"}, // New York to Georgia and Florida
	{"324", "325", "America/Chicago"},  // Florida west of the Apalachicola, mostly
	{"326", "339", "America/New_York"},
	{"341", "349", "America/New_York"},
	{"350", "372", "America/Chicago"},              // Alabama, Nashville
	{"373", "374", "America/New_York"},             // Chattanooga, mostly
	{"375", "375", "America/Chicago"},              // Memphis
	{"376", "379", "America/New_York"},             // Knoxville
	{"380", "397", "America/Chicago"},              // western Tennessee, Mississippi
	{"398", "418", "America/New_York"},             // Georgia, Kentucky
	{"420", "424", "America/Chicago"},              // western Kentucky
	{"425", "459", "America/New_York"},             // Kentucky mostly, Ohio
	{"460", "462", "America/Indiana/Indianapolis"}, //
	{"463", "464", "America/Chicago"},              // Gary
	{"465", "475", "America/Indiana/Indianapolis"}, // mostly
	{"476", "477", "America/Chicago"},              // Evansville
	{"478", "479", "America/Indiana/Indianapolis"}, //
	{"480", "499", "America/Detroit"},              // Michigan; 498 and 499 mostly
	{"500", "528", "America/Chicago"},              // Iowa
	{"530", "567", "America/Chicago"},              // Wisconsin, Minnesota
	{"570", "575", "America/Chicago"},              // South Dakota, mostly
	{"576", "577", "America/Denver"},               // Rapid City; 576 mostly
	{"580", "585", "America/Chicago"},              // North Dakota, mostly
	{"586", "586", "America/Denver"},               // Dickinson
	{"587", "588", "America/Chicago"},              // Minot, Williston
	{"590", "599", "America/Denver"},               // Montana
	{"600", "658", "America/Chicago"},              // Illinois, Missouri
	{"660", "692", "America/Chicago"},              // Kansas, Nebraska, mostly
	{"693", "693", "America/Denver"},               // Nebraska's panhandle
	{"700", "797", "America/Chicago"},              // Louisiana, Arkansas, Oklahoma, Texas
	{"798", "799", "America/Denver"},               // El Paso; 798 mostly
	{"800", "831", "America/Denver"},               // Colorado, Wyoming
	{"832", "834", "America/Boise"},                //
	{"835", "835", "America/Los_Angeles"},          // Lewiston, mostly
	{"836", "837", "America/Boise"},                //
	{"838", "838", "America/Los_Angeles"},          // Coeur d'Alene
	{"840", "847", "America/Denver"},               // Utah
	{"850", "864", "America/Phoenix"},              // Arizona, mostly
	{"865", "865", "America/Denver"},               // Navajo Nation, which keeps summer time
	{"870", "885", "America/Denver"},               // New Mexico, El Paso
	{"889", "961", "America/Los_Angeles"},          // Nevada, California
	{"967", "968", "Pacific/Honolulu"},             //
	{"969", "969", "Pacific/Guam"},                 //
	{"970", "978", "America/Los_Angeles"},          // Oregon
	{"979", "979", "America/Boise"},                // Malheur County
	{"980", "994", "America/Los_Angeles"},          // Washington
	{"995", "999", "America/Anchorage"},            //
}

// distantIslands share the prefix of islands that are two hours and more away.
var distantIslands = map[string]string{
	"96799": "Pacific/Pago_Pago",
	"96939": "Pacific/Palau", "96940": "Pacific/Palau",
	"96941": "Pacific/Pohnpei", "96944": "Pacific/Kosrae",
	"96960": "Pacific/Majuro", "96970": "Pacific/Majuro",
	"99546": "America/Adak", "99547": "America/Adak",
}

// usZones are the zones that a ZIP can give.
var usZones = func() map[string]bool {
	zones := make(map[string]bool)
	for _, r := range zipZones {
		zones[r.zone] = true
	}
	return zones
}()
