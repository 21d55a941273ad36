package phonenet

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// The network offers 555-0100 to 555-0199 of every area code: the range that
// is kept for fiction, so an offered number is nobody's.
const (
	offeredExchange = "55501"
	offersPerArea   = 100
)

type availableFilter struct {
	area, contains, region string
	limit                  int
}

// availableLocked lists numbers that nobody owns. Without an area code it goes
// through the known ones in turn, one number of each.
func (n *Network) availableLocked(f availableFilter) []string {
	areas := []string{f.area}
	if f.area == "" {
		areas = slices.Sorted(maps.Keys(places))
	}
	pattern := containsPattern(f.contains)
	var out []string
	for i := range offersPerArea {
		for _, area := range areas {
			// 37 and 100 have no common divisor: every number comes once,
			// and neighbours do not come in a row.
			phone := fmt.Sprintf("+1%s%s%02d", area, offeredExchange, (i*37+len(areas))%offersPerArea)
			if n.numbers[phone] != nil || !pattern.MatchString(phone) || f.region != "" && places[area].state != f.region {
				continue
			}
			if out = append(out, phone); len(out) == f.limit {
				return out
			}
		}
	}
	return out
}

// containsPattern follows Twilio's Contains: digits and letters of the keypad,
// and * for any one digit, anywhere in the number.
func containsPattern(contains string) *regexp.Regexp {
	var b strings.Builder
	for _, r := range strings.ToUpper(contains) {
		switch {
		case r == '*':
			b.WriteString(`\d`)
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r >= 'A' && r <= 'Z':
			b.WriteByte("22233344455566677778889999"[r-'A'])
		}
	}
	return regexp.MustCompile(b.String())
}

// availableJSON is Twilio's AvailablePhoneNumber resource.
type availableJSON struct {
	FriendlyName        string          `json:"friendly_name"`
	PhoneNumber         string          `json:"phone_number"`
	Lata                *string         `json:"lata"`
	Locality            string          `json:"locality"`
	RateCenter          string          `json:"rate_center"`
	Latitude            *float32        `json:"latitude"`
	Longitude           *float32        `json:"longitude"`
	Region              string          `json:"region"`
	PostalCode          string          `json:"postal_code"`
	ISOCountry          string          `json:"iso_country"`
	AddressRequirements string          `json:"address_requirements"`
	Beta                bool            `json:"beta"`
	Capabilities        map[string]bool `json:"capabilities"`
}

func availableResource(phone string) availableJSON {
	at := placeOf(phone)
	return availableJSON{
		FriendlyName: national(phone), PhoneNumber: phone, Locality: capitals(at.city), RateCenter: at.city, Region: at.state,
		PostalCode: at.zip, ISOCountry: "US", AddressRequirements: "none", Capabilities: capabilities(),
	}
}

// capitals writes "SAN DIEGO" as "San Diego".
func capitals(name string) string {
	words := strings.Fields(strings.ToLower(name))
	for i, w := range words {
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	return strings.Join(words, " ")
}

func (n *Network) listAvailable(c *call) (int, any, *refusal) {
	if c.PathValue("country") != "US" || c.PathValue("kind") != "Local.json" {
		return 0, nil, notFound(c.URL.Path)
	}
	page, refused := readPage(c.form)
	if refused != nil {
		return 0, nil, refused
	}
	f := availableFilter{
		area: c.form.Get("AreaCode"), contains: c.form.Get("Contains"), region: c.form.Get("InRegion"), limit: page.size,
	}
	if area, err := strconv.Atoi(f.area); f.area != "" && (err != nil || area < 200 || area > 999) {
		return 0, nil, refuse(21451, "Invalid area code %s", f.area)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	out := []availableJSON{}
	for _, phone := range n.availableLocked(f) {
		out = append(out, availableResource(phone))
	}
	// Twilio offers one page only: what is free changes all the time.
	return http.StatusOK, map[string]any{
		"uri": c.URL.RequestURI(), "available_phone_numbers": out,
	}, nil
}
