package sms

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// resolve finds the number that is reached when d is dialled in country.
func (d dialed) resolve(country string) (Phone, error) {
	p, err := d.lookUp(country)
	if err == nil || d.plus || !strings.HasPrefix(d.digits, "00") || isImpossible(err) {
		return p, err
	}
	// 00 leads abroad in most countries, and those used to it write it in the others.
	return dialed{plus: true, digits: d.digits[2:]}.lookUp(country)
}

// isImpossible reports an error about a number that has the right length at home.
func isImpossible(err error) bool {
	var e *PhoneError
	return errors.As(err, &e) && e.Problem == ImpossiblePhone
}

func (d dialed) lookUp(country string) (Phone, error) {
	spelled := d.digits
	if d.plus {
		spelled = "+" + spelled
	}
	n, err := phonenumbers.Parse(spelled, country)
	if err != nil {
		return "", d.unparsable(country)
	}
	code, national := int(n.GetCountryCode()), phonenumbers.GetNationalSignificantNumber(n)
	if code == 1 {
		return d.nanp(national, country)
	}
	if code == 52 && len(national) == 11 && national[0] == '1' {
		// Mexico's 1 before mobile numbers ended in 2019; address books still have it.
		return Phone("+52" + national[1:]), nil
	}
	region := phonenumbers.GetRegionCodeForCountryCode(code)
	if region == "001" {
		return "", &PhoneError{UnknownCountry, fmt.Sprintf("Numbers that begin with +%d belong to no country and receive no texts.", code)}
	}
	lengths := mobileLengths(region)
	if phonenumbers.IsValidNumber(n) {
		return Phone(phonenumbers.Format(n, phonenumbers.E164)), nil
	}
	if slices.Contains(lengths, len(national)) {
		return possible(n, region)
	}
	home := phonenumbers.GetCountryCodeForRegion(country) == code
	return "", wrongLength{d, region, lengths, home && !d.plus}.err(len(national))
}

// possible accepts a number of the right length in no known range, unless it begins as
// numbers are dialled inside the country: it would be another number when read again.
func possible(n *phonenumbers.PhoneNumber, region string) (Phone, error) {
	p := phonenumbers.Format(n, phonenumbers.E164)
	again, err := phonenumbers.Parse(p, "")
	if err != nil || phonenumbers.Format(again, phonenumbers.E164) != p {
		return "", &PhoneError{ImpossiblePhone, fmt.Sprintf("No number in %s begins like this.", countryName(region))}
	}
	return Phone(p), nil
}

// nanp checks a number under +1.
func (d dialed) nanp(national, country string) (Phone, error) {
	switch {
	case len(national) == 10 && isNANPNumber(national):
		return Phone("+1" + national), nil
	case len(national) != 10 && isNANP(country):
		return "", wrongLength{d, country, []int{10}, true}.err(len(national))
	case len(national) != 10:
		return "", wrongLength{d, "US", []int{10}, false}.err(len(national))
	case national[0] == '1' && isNANP(country) && !d.plus:
		return "", &PhoneError{PhoneTooShort, "The number has 9 digits after the 1. " + hasDigits(country, 10)}
	case national[0] < '2':
		return "", &PhoneError{ImpossiblePhone, fmt.Sprintf("A US area code cannot begin with %c.", national[0])}
	case national[1:3] == "11":
		return "", &PhoneError{ImpossiblePhone, national[:3] + " is not an area code."}
	}
	return "", &PhoneError{ImpossiblePhone, fmt.Sprintf("A US number cannot have a %c after its area code.", national[3])}
}

// unparsable explains why the library finds no number at all.
func (d dialed) unparsable(country string) error {
	switch {
	case d.plus && len(d.digits) < 4:
		return &PhoneError{PhoneTooShort, fmt.Sprintf("The number has %s. That is too short for any country.", digitCount(len(d.digits)))}
	case len(d.digits) > 15:
		return &PhoneError{PhoneTooLong, fmt.Sprintf("The number has %d digits. No phone number has more than 15.", len(d.digits))}
	case d.plus:
		return &PhoneError{UnknownCountry, "No country has the code that this number begins with."}
	case phonenumbers.GetCountryCodeForRegion(country) == 0:
		return &PhoneError{UnknownCountry, "The number has no country code. Begin it with + and the code."}
	}
	return wrongLength{d, country, mobileLengths(country), true}.err(len(d.digits))
}

// wrongLength explains a number that is too short or too long for its region.
type wrongLength struct {
	dialed  dialed
	region  string
	lengths []int // in rising order
	home    bool  // written as numbers are at home, so its digits can be counted
}

// err takes the length of the national number, without country code and trunk prefix.
func (w wrongLength) err(length int) error {
	problem, word := PhoneTooShort, "short"
	if len(w.lengths) == 0 || length > w.lengths[0] {
		problem, word = PhoneTooLong, "long"
	}
	if !w.home || len(w.lengths) != 1 {
		return &PhoneError{problem, fmt.Sprintf("Too %s for a number in %s.", word, countryName(w.region))}
	}
	written := digitCount(len(w.dialed.digits))
	if trunk := len(w.dialed.digits) - length; trunk > 0 {
		written = digitCount(length) + " after the " + w.dialed.digits[:trunk]
	}
	return &PhoneError{problem, fmt.Sprintf("The number has %s. %s", written, hasDigits(w.region, w.lengths[0]))}
}

func digitCount(n int) string {
	if n == 1 {
		return "1 digit"
	}
	return fmt.Sprintf("%d digits", n)
}

func hasDigits(country string, n int) string {
	if country == "US" {
		return fmt.Sprintf("A US number has %d.", n)
	}
	return fmt.Sprintf("A number in %s has %d.", countryName(country), n)
}

// mobileLengths returns how many digits mobile numbers of a region have after the
// country code, in rising order.
func mobileLengths(region string) []int {
	if isNANP(region) {
		return []int{10}
	}
	all, err := phonenumbers.MetadataCollection()
	if err != nil {
		return nil
	}
	for _, m := range all.GetMetadata() {
		if m.GetId() != region {
			continue
		}
		lengths := m.GetMobile().GetPossibleLength()
		if len(lengths) == 0 { // the metadata's way to say: those of all numbers
			lengths = m.GetGeneralDesc().GetPossibleLength()
		}
		var rising []int
		for _, n := range lengths {
			rising = append(rising, int(n))
		}
		slices.Sort(rising)
		return rising
	}
	return nil
}

// countryName is the English name as it stands after "in".
func countryName(region string) string {
	tag, err := language.ParseRegion(region)
	if err != nil {
		return region
	}
	name := display.English.Regions().Name(tag)
	if withArticle[region] {
		return "the " + name
	}
	return name
}

var withArticle = map[string]bool{
	"AE": true, "BS": true, "CF": true, "DO": true, "FK": true, "FO": true, "GB": true, "GM": true,
	"KM": true, "KY": true, "MH": true, "MP": true, "MV": true, "NL": true, "PH": true, "SB": true,
	"TC": true, "US": true, "VG": true, "VI": true,
}
