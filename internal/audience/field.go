package audience

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"parley/internal/sms"
)

// Target is what a column of a file becomes: one of the constants, or Custom of a name.
type Target string

// The fixed targets.
const (
	LeaveOut     Target = ""
	PhoneNumber  Target = "phone"
	FirstName    Target = "first_name"
	LastName     Target = "last_name"
	Email        Target = "email"
	Language     Target = "language"
	ZIP          Target = "zip"
	TimeZone     Target = "time_zone"
	fieldPrefix         = "field:"
	maxFieldName        = 60
	maxCustom           = sms.MaxBody
)

// Custom is the custom field of that name, folded as merge fields are.
func Custom(name string) Target { return Target(fieldPrefix + sms.FieldName(name)) }

// Field is the name of the custom field, or empty for another target.
func (t Target) Field() string {
	name, _ := strings.CutPrefix(string(t), fieldPrefix)
	if name == string(t) {
		return ""
	}
	return name
}

// check says what is wrong with a target that a form sent, or nothing.
func (t Target) check() string {
	if t == LeaveOut || t == PhoneNumber || isFixed(string(t)) {
		return ""
	}
	name := t.Field()
	switch {
	case name == "" || name != sms.FieldName(name):
		return "Choose what this column becomes."
	case isFixed(name) || name == string(PhoneNumber):
		return "A field cannot be called " + name + ", because each contact has that already. Choose it from the list."
	case utf8.RuneCountInString(name) > maxFieldName:
		return fmt.Sprintf("The name of a field has at most %d characters.", maxFieldName)
	}
	return ""
}

// problem is what is wrong with one value: a heading under which such rows are shown together, and
// a sentence.
type problem struct{ Kind, Reason string }

// fixedField is a value that every contact has room for, apart from the phone number.
type fixedField struct {
	target Target
	label  string
	max    int // characters
	in     func(*draft) *string
	of     func(*Person) string
	// spell brings a value into the one spelling that we keep; nil: as it is.
	spell func(value, country string) (string, *problem)
}

var fixedFields = []fixedField{
	{target: FirstName, label: "first name", max: 200,
		in: func(d *draft) *string { return &d.firstName }, of: func(p *Person) string { return p.FirstName }},
	{target: LastName, label: "last name", max: 200,
		in: func(d *draft) *string { return &d.lastName }, of: func(p *Person) string { return p.LastName }},
	{target: Email, label: "e-mail address", max: 254, // RFC 5321, errata 1690
		in: func(d *draft) *string { return &d.email }, of: func(p *Person) string { return p.Email }},
	{target: Language, label: "language", max: 60, spell: spellLanguage,
		in: func(d *draft) *string { return &d.language }, of: func(p *Person) string { return p.Language }},
	{target: ZIP, label: "ZIP code", max: 20, spell: spellZIP,
		in: func(d *draft) *string { return &d.zip }, of: func(p *Person) string { return p.ZIP }},
	{target: TimeZone, label: "time zone", max: 60, spell: spellZone,
		in: func(d *draft) *string { return &d.zone }, of: func(p *Person) string { return p.TimeZone }},
}

func isFixed(name string) bool {
	return slices.ContainsFunc(fixedFields, func(f fixedField) bool { return string(f.target) == name })
}

// clean returns value as it is kept.
func (f fixedField) clean(value, country string) (string, *problem) {
	value = oneLine(value)
	if problem := tooLong(f.label, value, f.max); problem != nil || value == "" || f.spell == nil {
		return value, problem
	}
	return f.spell(value, country)
}

// cleanCustom returns the value of a custom field as it is kept.
func cleanCustom(name, value string) (string, *problem) {
	value = oneLine(value)
	return value, tooLong(name, value, maxCustom)
}

func tooLong(label, value string, limit int) *problem {
	if len(value) <= limit || utf8.RuneCountInString(value) <= limit {
		return nil
	}
	return &problem{"Value too long", fmt.Sprintf("The %s has %d characters; %d is the most.",
		label, utf8.RuneCountInString(value), limit)}
}

// languages are names that files write in the place of a code.
var languages = map[string]string{
	"english": "en", "ingles": "en", "eng": "en", "spanish": "es", "espanol": "es", "castellano": "es", "spa": "es",
	"french": "fr", "german": "de", "portuguese": "pt", "chinese": "zh", "mandarin": "zh", "vietnamese": "vi",
	"korean": "ko", "arabic": "ar", "russian": "ru", "tagalog": "tl",
}

// spellLanguage gives the two-letter code; what is no language we know stays as it was written.
func spellLanguage(value, _ string) (string, *problem) {
	if code, ok := languages[sms.Fold(value)]; ok {
		return code, nil
	}
	if tag, err := language.Parse(value); err == nil {
		base, _ := tag.Base()
		return base.String(), nil
	}
	return value, nil
}

var shortZIP = regexp.MustCompile(`^[0-9]{3,4}$`)

// spellZIP gives back the zeros that a spreadsheet program takes from the ZIP codes of the north-east.
func spellZIP(value, country string) (string, *problem) {
	if country == "US" && shortZIP.MatchString(value) {
		return strings.Repeat("0", 5-len(value)) + value, nil
	}
	return value, nil
}

// zoneNames are what people in the United States call their zones.
var zoneNames = map[string]string{
	"eastern": "America/New_York", "et": "America/New_York", "est": "America/New_York", "edt": "America/New_York",
	"central": "America/Chicago", "ct": "America/Chicago", "cst": "America/Chicago", "cdt": "America/Chicago",
	"mountain": "America/Denver", "mt": "America/Denver", "mst": "America/Denver", "mdt": "America/Denver",
	"pacific": "America/Los_Angeles", "pt": "America/Los_Angeles", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles",
	"alaska": "America/Anchorage", "hawaii": "Pacific/Honolulu", "arizona": "America/Phoenix",
}

// knownZones remembers which names time.LoadLocation has found, since it reads a file for each.
var knownZones sync.Map // string to bool

// spellZone refuses a zone that is none: quiet hours hang on it.
func spellZone(value, _ string) (string, *problem) {
	folded := strings.TrimSuffix(strings.TrimSuffix(sms.Fold(value), " time"), " standard")
	if zone, ok := zoneNames[folded]; ok {
		return zone, nil
	}
	known, ok := knownZones.Load(value)
	if !ok {
		_, err := time.LoadLocation(value)
		known = err == nil && strings.Contains(value, "/")
		if known == true {
			knownZones.Store(value, true)
		}
	}
	if known != true {
		return value, &problem{"Unknown time zone", fmt.Sprintf("%q is no time zone. Write it like America/Chicago, or Central.", value)}
	}
	return value, nil
}
