package sms

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Phone is a phone number in E.164, "+12085550173".
type Phone string

// ParsePhone reads a phone number in any spelling that people and spreadsheets use.
// A number without a country code belongs to country, an ISO 3166-1 code such as "US".
// The error is a *PhoneError, whose text says to a reader of the row what is wrong.
//
// A number counts when its length and, under +1, its structure allow it to exist.
// Whether it is assigned only the carrier knows, and a list of assigned ranges, always
// behind the times, would refuse people: so 555-01xx, kept for fiction, is accepted.
func ParsePhone(text, country string) (Phone, error) {
	if isNANP(country) {
		if p, ok := parseUSPhone(text); ok {
			return p, nil
		}
	}
	d, err := readDialed(text)
	if err != nil {
		return "", err
	}
	return d.resolve(country)
}

// IsE164 reports whether text has the shape of E.164: a plus and 7 to 15 digits, the
// first not 0. It is for machines' input, where any other spelling is an error.
func IsE164(text string) bool {
	if len(text) < 8 || len(text) > 16 || text[0] != '+' || text[1] == '0' {
		return false
	}
	return allDigits(text[1:])
}

// Format returns the number as people of country write it: "(208) 555-0173" under
// country's own calling code, "+48 22 555 01 73" otherwise. What is no E.164 number,
// a short code for example, is returned as it is.
func (p Phone) Format(country string) string {
	s := string(p)
	if !IsE164(s) {
		return s
	}
	if len(s) == 12 && s[1] == '1' && isNANP(country) {
		return "(" + s[2:5] + ") " + s[5:8] + "-" + s[8:]
	}
	n, err := phonenumbers.Parse(s, "")
	if err != nil {
		return s
	}
	if int(n.GetCountryCode()) == phonenumbers.GetCountryCodeForRegion(country) {
		return phonenumbers.Format(n, phonenumbers.NATIONAL)
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}

// isNANP reports whether country shares the North American Numbering Plan, calling
// code 1.
func isNANP(country string) bool {
	return country == "US" || phonenumbers.GetCountryCodeForRegion(country) == 1
}

// parseUSPhone reads the usual spellings of a number under +1 without the library,
// which takes some fifty times as long: they are what the million rows of an import
// are made of. It accepts nothing that the long way would read differently.
func parseUSPhone(text string) (Phone, bool) {
	var digits [11]byte
	n, plus := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case '0' <= c && c <= '9' && n < len(digits):
			digits[n] = c
			n++
		case c == '+' && n == 0 && !plus:
			plus = true
		case c != ' ' && c != '-' && c != '.' && c != '(' && c != ')':
			return "", false
		}
	}
	ten := digits[:n]
	if n == 11 && ten[0] == '1' {
		ten = ten[1:]
	} else if n != 10 || plus {
		return "", false
	}
	if !isNANPNumber(string(ten)) || endsAsDecimal(text) {
		return "", false
	}
	return Phone("+1" + string(ten)), true
}

// isNANPNumber reports whether ten digits have the structure NXX-NXX-XXXX, N from 2 to
// 9, of the numbering plan, whose area codes do not end in 11 either.
func isNANPNumber(ten string) bool {
	return ten[0] >= '2' && ten[3] >= '2' && ten[1:3] != "11"
}

func allDigits(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
}
