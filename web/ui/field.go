package ui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/a-h/templ"
)

// Field is a labelled value of a form. Its error is shown below it and read
// out with it.
type Field struct {
	Name         string
	Label        string
	Value        string
	Hint         string // what to type, or what it is for
	Error        string // what is wrong and what to type instead
	Optional     bool
	Aside        string // said beside the label in a lighter voice
	Type         string // of an input; "text" if empty
	Autocomplete string // the field's standard name; "off" if empty
	Placeholder  string
	Lines        int    // of a text area; 3 if 0
	Suffix       string // what follows a short field, such as a unit
	Min, Max     string // of a number or a date
	Short        bool   // as wide as a few digits
	Focus        bool   // has the focus when the page opens
	Counted      bool   // a text whose length in segments is counted while typing
	Fixed        string // why it cannot be changed; the value is shown as text
	Form         string // id of the form it belongs to, where it stands outside
}

// Option is one choice of a select or of radio buttons.
type Option struct {
	Value string
	Label string
	Hint  string // shown with radio cards
}

// ID is the id of the field's control.
func (f Field) ID() string { return "field-" + f.Name }

func (f Field) describedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.ID()+"-hint")
	}
	if f.Counted {
		ids = append(ids, f.ID()+"-count")
	}
	if f.Error != "" {
		ids = append(ids, f.ID()+"-error")
	}
	return strings.Join(ids, " ")
}

func (f Field) inputType() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

func (f Field) autocomplete() string {
	if f.Autocomplete == "" {
		return "off"
	}
	return f.Autocomplete
}

func (f Field) lines() int {
	if f.Lines == 0 {
		return 3
	}
	return f.Lines
}

// control is what every control of a field carries, whatever its kind. None of
// these attributes holds an address.
func (f Field) control() templ.OrderedAttributes {
	attributes := templ.OrderedAttributes{
		{Key: "id", Value: f.ID()},
		{Key: "name", Value: f.Name},
		{Key: "autofocus", Value: f.Focus},
		{Key: "data-counted", Value: f.Counted},
	}
	add := func(key, value string, wanted bool) {
		if wanted {
			attributes = append(attributes, templ.KV[string, any](key, value))
		}
	}
	add("aria-describedby", f.describedBy(), f.describedBy() != "")
	add("aria-invalid", "true", f.Error != "")
	add("form", f.Form, f.Form != "")
	return attributes
}

func optionID(f Field, i int) string { return fmt.Sprintf("%s-%d", f.ID(), i) }

func isChosen(chosen []string, value string) bool { return slices.Contains(chosen, value) }
