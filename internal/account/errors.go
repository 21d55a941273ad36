package account

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"parley/internal/postgres"
)

var (
	// ErrForbidden means that the actor's role may not do this, whatever the object.
	ErrForbidden = errors.New("not allowed")
	// ErrNotFound means that there is no such thing in the organization, or that the actor may not
	// know of it.
	ErrNotFound = postgres.ErrNotFound
)

// Conflict means that the world has moved on: the state the person saw is no longer the state.
// Its text is for that person.
type Conflict string

func (c Conflict) Error() string { return string(c) }

// Invalid says, for each field of a form, what is wrong with it and what to do, in words for the
// person who filled it in. The empty field is the form as a whole.
type Invalid map[string]string

func (v Invalid) Error() string {
	parts := make([]string, 0, len(v))
	for _, field := range slices.Sorted(maps.Keys(v)) {
		parts = append(parts, strings.TrimSpace(field+" "+v[field]))
	}
	return strings.Join(parts, "; ")
}

// Add notes the first thing that is wrong with a field.
func (v Invalid) Add(field, sentence string) {
	if _, ok := v[field]; !ok {
		v[field] = sentence
	}
}

// Err is nil if nothing is wrong.
func (v Invalid) Err() error {
	if len(v) == 0 {
		return nil
	}
	return v
}
