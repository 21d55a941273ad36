package sms

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Template is a text with merge fields, as {{first_name}} or, with what to read where
// a contact has no first name, {{first_name|there}}. It is safe for use by several
// goroutines. The zero Template is the empty text.
type Template struct {
	body   string
	parts  []part
	fields []string
}

// part is literal text followed by a field; the last part of a template may have none.
type part struct {
	literal  string
	field    string
	fallback string
}

// TemplateError says what is wrong with a merge field and where.
type TemplateError struct {
	At      int    // position of the character, from 1
	Problem string // a sentence for the author of the text
}

// Error returns the sentence for the author of the text.
func (e *TemplateError) Error() string { return e.Problem }

// ParseTemplate reads the merge fields of body. A name in braces is folded like a
// column heading (see FieldName), so {{First Name}} is the field first_name. The error
// is a *TemplateError.
func ParseTemplate(body string) (Template, error) {
	t := Template{body: body}
	at := 0
	for {
		open := strings.Index(body[at:], "{{")
		if stray := strings.Index(body[at:], "}}"); stray >= 0 && (open < 0 || stray < open) {
			return Template{}, problem(body, at+stray, "There is no {{ before the }}")
		}
		if open < 0 {
			break
		}
		end, err := t.addField(at, at+open)
		if err != nil {
			return Template{}, err
		}
		at = end
	}
	if at < len(body) {
		t.parts = append(t.parts, part{literal: body[at:]})
	}
	return t, nil
}

// addField appends the text from byte start on and the field whose braces open at byte
// open, and returns where the field ends.
func (t *Template) addField(start, open int) (end int, err error) {
	inner, _, closed := strings.Cut(t.body[open+2:], "}}")
	if !closed || strings.Contains(inner, "{{") {
		return 0, problem(t.body, open, "A merge field needs }} after its name: look")
	}
	name, fallback, _ := strings.Cut(inner, "|")
	if bad := strings.IndexFunc(name, isForeignToFields); bad >= 0 {
		r, _ := utf8.DecodeRuneInString(name[bad:])
		return 0, problem(t.body, open+2+bad, fmt.Sprintf("A merge field has only letters, digits, spaces and _ in its name, not the %q", r))
	}
	field := FieldName(name)
	if field == "" {
		return 0, problem(t.body, open, "A merge field needs a name: there is none")
	}
	t.parts = append(t.parts, part{literal: t.body[start:open], field: field, fallback: oneLine(fallback)})
	t.fields = appendOnce(t.fields, field)
	return open + 2 + len(inner) + 2, nil
}

// problem ends sentence with the position of the byte at offset.
func problem(body string, offset int, sentence string) error {
	at := utf8.RuneCountInString(body[:offset]) + 1
	return &TemplateError{At: at, Problem: fmt.Sprintf("%s at character %d.", sentence, at)}
}

// FieldName returns the merge field that a column heading is filled in by: "Pref. First"
// gives pref_first. Headings that differ in case, accents, spaces or punctuation alone
// give the same field. It is empty for a heading without letters and digits.
func FieldName(heading string) string {
	words := strings.FieldsFunc(Fold(heading), func(r rune) bool {
		return !unicode.In(r, unicode.Letter, unicode.Digit, unicode.Mark)
	})
	return strings.Join(words, "_")
}

func isForeignToFields(r rune) bool {
	switch r {
	case '_', '-', ' ', '\t', '\u00A0':
		return false
	}
	return !unicode.In(r, unicode.Letter, unicode.Digit, unicode.Mark)
}

// String returns the body that was parsed.
func (t Template) String() string { return t.body }

// Fields returns the folded names of the merge fields, each once, in order of first use.
func (t Template) Fields() []string { return slices.Clone(t.fields) }

// Render fills in the fields. Where the contact's value is blank it uses the default
// written in the field itself, then the one in defaults. The fields left without any
// are returned as missing, each once, and read as nothing. Both maps are keyed by
// folded names and may be nil. Values are put on one line without control characters
// and are never read as templates themselves.
func (t Template) Render(values, defaults map[string]string) (text string, missing []string) {
	var out strings.Builder
	out.Grow(len(t.body) + 32)
	for _, p := range t.parts {
		out.WriteString(p.literal)
		if p.field == "" {
			continue
		}
		value := p.value(values, defaults)
		if value == "" {
			missing = appendOnce(missing, p.field)
		}
		out.WriteString(value)
	}
	return out.String(), missing
}

func (p part) value(values, defaults map[string]string) string {
	if v := oneLine(values[p.field]); v != "" {
		return v
	}
	if p.fallback != "" {
		return p.fallback
	}
	return oneLine(defaults[p.field])
}

func appendOnce(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
