package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/web/page"
	"parley/web/ui"
)

// fieldErrors are the errors of a form's fields, nil if err is none of that kind.
func fieldErrors(err error) ui.Errors {
	var invalid account.Invalid
	if !errors.As(err, &invalid) {
		return nil
	}
	return ui.Errors(invalid)
}

// refusal is what is wrong with what was typed, or with the time of it, in sentences; empty if nothing is, or
// for an error of another kind.
func refusal(err error) string {
	var conflict account.Conflict
	if errors.As(err, &conflict) {
		return conflict.Error()
	}
	errs := fieldErrors(err)
	var sentences []string
	for _, field := range slices.Sorted(maps.Keys(errs)) {
		sentences = append(sentences, errs[field])
	}
	return strings.Join(sentences, " ")
}

// mustID reads an id that the program itself has written; anything else is 0.
func mustID(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// newKey names one showing of a form, so that sending it twice is one act.
func newKey() string {
	var b [16]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// readKey reads the name of the form; what is none is empty.
func readKey(r *http.Request) string {
	key := r.PostFormValue("key")
	if b, err := hex.DecodeString(key); err != nil || len(b) != 16 {
		return ""
	}
	return key
}

// optionalID writes an id that may be missing.
func optionalID[T ~int64](id *T) string {
	if id == nil {
		return ""
	}
	return fmt.Sprint(*id)
}

// fieldLabel writes a merge field's name for people: "first_name" is "First name".
func fieldLabel(name string) string {
	if name == "it" || name == "zip" {
		return strings.ToUpper(name) // said letter by letter
	}
	words := strings.ReplaceAll(name, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

func labelOf(options []ui.Option, value string) string {
	for _, o := range options {
		if o.Value == value {
			return o.Label
		}
	}
	return ""
}

func shownPeople(n int) string {
	if n == 1 {
		return "1 person"
	}
	return ui.Count(n) + " people"
}

func (d *desk) clock() ui.Clock { return ui.Clock{Now: time.Now(), Zone: d.zone} }

// firstSteps leads an organization without campaigns to its first one.
func (d *desk) firstSteps(ctx context.Context, simulated bool) (*page.FirstSteps, error) {
	steps := &page.FirstSteps{Simulated: simulated}
	numbers, err := d.outreach.Numbers(ctx)
	if err != nil {
		return nil, err
	}
	if len(numbers) > 0 {
		steps.Number = string(numbers[0].Phone)
	}
	lists, err := d.audience.Lists(ctx, audience.ListQuery{})
	if err != nil {
		return nil, err
	}
	for _, l := range lists.Lists {
		steps.People = max(steps.People, l.Contacts)
	}
	return steps, nil
}
