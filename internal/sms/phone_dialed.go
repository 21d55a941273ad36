package sms

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// dialed is what a spelling asks to be dialled: its digits, and whether they begin
// with a country code.
type dialed struct {
	plus   bool
	digits string
}

// readDialed finds the one phone number that a text spells.
func readDialed(text string) (dialed, error) {
	text, err := undoSpreadsheet(plainPhoneText(text))
	if err != nil {
		return dialed{}, err
	}
	text = leadingLabel.ReplaceAllString(text, "$1")
	text = trailingLabel.ReplaceAllString(text, "$1")
	if ext := extension.FindStringSubmatch(text); ext != nil {
		return dialed{}, &PhoneError{PhoneExtension, fmt.Sprintf("This number has the extension %s. An extension cannot receive texts.", ext[1])}
	}
	if n := countNumbers(text); n > 1 {
		return dialed{}, &PhoneError{SeveralPhones, fmt.Sprintf("There are %d phone numbers in this row. Keep one.", n)}
	}
	return pickDigits(text)
}

// plainPhoneText writes text with ASCII digits, hyphens, slashes, plus and spaces for
// their many relatives, and without the invisible marks that address books copy.
func plainPhoneText(text string) string {
	text = norm.NFKC.String(strings.ToValidUTF8(text, ""))
	text = strings.Map(func(r rune) rune {
		switch {
		case r < unicode.MaxASCII && r >= ' ':
			return r
		case r == '\n':
			return r
		case unicode.IsDigit(r):
			return '0' + digitValue(r)
		case unicode.Is(unicode.Pd, r), r == '−', r == '·', r == '•':
			return '-'
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf):
			return -1
		}
		return r
	}, text)
	return strings.Trim(text, " \n'’‘`\"“”")
}

// digitValue relies on Unicode, which encodes each script's digits in a row from 0.
func digitValue(r rune) rune {
	zero := r
	for unicode.IsDigit(zero-1) && r-zero < 9 {
		zero--
	}
	return r - zero
}

var (
	asFormula    = regexp.MustCompile(`^="?([^"]*)"?$`)
	asDecimal    = regexp.MustCompile(`^(\+?\d+)\.00?$`)
	asScientific = regexp.MustCompile(`^\+?(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})$`)
)

// undoSpreadsheet takes back what a spreadsheet does to a number that it took for a
// quantity: ="2085550173", 2085550173.0, 2.085550173E+09. Digits that it rounded away
// are lost.
func undoSpreadsheet(text string) (string, error) {
	if m := asFormula.FindStringSubmatch(text); m != nil {
		text = m[1]
	}
	if m := asDecimal.FindStringSubmatch(text); m != nil {
		return m[1], nil
	}
	m := asScientific.FindStringSubmatch(text)
	if m == nil {
		return text, nil
	}
	if exponent, err := strconv.Atoi(m[3]); err == nil && exponent == len(m[2]) {
		return m[1] + m[2], nil
	}
	return "", &PhoneError{PhoneDamaged, fmt.Sprintf("A spreadsheet shortened this number to %s. Format its column as text and fill it in again.", text)}
}

// endsAsDecimal reports whether a number may be a spreadsheet's quantity, see
// undoSpreadsheet.
func endsAsDecimal(text string) bool {
	return strings.HasSuffix(text, ".0") || strings.HasSuffix(text, ".00")
}

var (
	// leadingLabel and trailingLabel are what people write beside a number.
	leadingLabel  = regexp.MustCompile(`(?i)^\W*(?:sms|` + labels + `|[chmptw][.:])[\s.:#]*([(+\d])`)
	trailingLabel = regexp.MustCompile(`(?i)(\d)[\s(,;]+(?:` + labels + `)[.)]*\s*$`)
	extension     = regexp.MustCompile(`(?i)\d[\s.,;(/-]*(?:x|ext|extn|extension|anexo|int|#)[\s.:=#]*(\d{1,6})\)?\s*$`)
	between       = regexp.MustCompile(`(?i)[,;/|&\n]|\s(?:or|and|o|y)\s`)
)

const labels = `tel|telephone|telefono|teléfono|tfno|phone|ph|cell|cellphone|cel|celular|mobile|mob|movil|móvil|home|work|casa`

// countNumbers counts the parts of a list that are long enough to be a number each. A
// slash may also stand inside of one, as in 208/555-0173.
func countNumbers(text string) int {
	n := 0
	for _, item := range between.Split(text, -1) {
		if strings.Count(strings.Map(keepDigits, item), "")-1 >= 7 {
			n++
		}
	}
	return n
}

func keepDigits(r rune) rune {
	if r >= '0' && r <= '9' {
		return r
	}
	return -1
}

// pickDigits drops the punctuation of a phone number and refuses anything else.
func pickDigits(text string) (dialed, error) {
	d := dialed{digits: strings.Map(keepDigits, text)}
	letters := strings.ContainsFunc(text, unicode.IsLetter)
	switch {
	case strings.Contains(text, "@"):
		return d, &PhoneError{NotAPhone, "This is an e-mail address, not a phone number."}
	case d.digits == "" && letters && len(strings.Fields(text)) > 1:
		return d, &PhoneError{NotAPhone, "These are words, not a phone number."}
	case d.digits == "" && letters:
		return d, &PhoneError{NotAPhone, "This is a word, not a phone number."}
	case d.digits == "":
		return d, &PhoneError{NoPhone, "There is no phone number in this row."}
	case letters:
		return d, &PhoneError{NotAPhone, "There are letters in it. Write a phone number with digits only."}
	}
	before, after, plus := strings.Cut(text, "+")
	d.plus = plus
	if plus && (strings.Map(keepDigits, before) != "" || strings.Contains(after, "+")) {
		return d, &PhoneError{NotAPhone, "The + belongs before the first digit."}
	}
	if odd := strings.IndexFunc(text, isForeignToPhones); odd >= 0 {
		return d, &PhoneError{NotAPhone, fmt.Sprintf("There is a %c in it. Write a phone number with digits only.", []rune(text[odd:])[0])}
	}
	return d, nil
}

func isForeignToPhones(r rune) bool {
	return (r < '0' || r > '9') && !strings.ContainsRune("+ -.()[]/,;:~_\n", r)
}
