package outreach

import (
	"slices"

	"parley/internal/sms"
)

// leftOut is why a recipient gets no text; a word of dispatch.Reason, empty for those who get one.
type leftOut string

const (
	optedOut leftOut = "opted_out"
	landline leftOut = "landline"
	noValue  leftOut = "no_value" // a merge field is empty for them, and they are to be skipped then
)

// fill is a campaign's message with what to do about empty merge fields. Review and launch fill in with
// the same one, so that what is shown is what is sent.
type fill struct {
	template sms.Template
	defaults map[string]string
	skips    []string
}

func newFill(c Campaign) (fill, error) {
	template, err := sms.ParseTemplate(c.Message)
	return fill{template: template, defaults: c.MergeDefaults, skips: c.MergeSkips}, err
}

// text is what a recipient reads. blank are the fields for which they have no value and the message no
// words of its own; why is set for those who get no text.
func (f fill) text(r recipient) (body string, blank []string, why leftOut) {
	values := r.MergeFields()
	body, blank = f.template.Render(values, nil)
	if len(blank) > 0 {
		body, _ = f.template.Render(values, f.defaults)
	}
	switch {
	case r.OptedOut:
		why = optedOut
	case r.Landline:
		why = landline
	case slices.ContainsFunc(blank, f.skipped):
		why = noValue
	}
	return body, blank, why
}

// skipped says whether those without a value for the field are left out. A default, once written, is
// read instead.
func (f fill) skipped(field string) bool {
	return f.defaults[field] == "" && slices.Contains(f.skips, field)
}

// open says whether nothing is decided yet about those without a value for the field.
func (f fill) open(field string) bool {
	return f.defaults[field] == "" && !slices.Contains(f.skips, field)
}
