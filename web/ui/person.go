package ui

import (
	"hash/fnv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Person is somebody with a name and a round picture of initials.
type Person struct {
	Name string // empty for a contact of whom only the number is known
}

// Initials are the first letters of the first and the last name.
func (p Person) Initials() string {
	words := strings.FieldsFunc(p.Name, func(r rune) bool { return unicode.IsSpace(r) })
	var out strings.Builder
	for i, word := range words {
		if i == 0 || i == len(words)-1 {
			first, _ := utf8.DecodeRuneInString(word)
			out.WriteRune(unicode.ToUpper(first))
		}
	}
	return out.String()
}

// FirstName is the name's first word.
func (p Person) FirstName() string {
	first, _, _ := strings.Cut(strings.TrimSpace(p.Name), " ")
	return first
}

// tint is one of six classes and the same for the same name on every page.
func (p Person) tint() string {
	sum := fnv.New32a()
	sum.Write([]byte(p.Name))
	return "tint-" + string(rune('1'+sum.Sum32()%6))
}
