// Package library holds the texts that campaigns can be started from, written for this program: for six
// occasions that universities, clinics and cities have in common, in English and Spanish.
//
// It is data with a reader. What is in square brackets is for the author to fill in; what is in braces
// is filled in for each person. The package knows nothing of organizations and campaigns.
package library

import (
	_ "embed"
	"encoding/json"
	"sync"
)

// Text is one text of the library.
type Text struct {
	Slug     string `json:"slug"` // names it for ever
	Topic    string `json:"topic"`
	Title    string `json:"title"`
	Language string `json:"language"` // "en", "es"
	Message  string `json:"message"`
	// YesNo says that it asks a yes or no question, with what is answered to either.
	YesNo       bool   `json:"yes_no"`
	YesResponse string `json:"yes_response"`
	NoResponse  string `json:"no_response"`
}

//go:embed texts.json
var file []byte

// Texts are all texts, by topic. They are shared: do not change them.
var Texts = sync.OnceValue(func() (texts []Text) {
	if err := json.Unmarshal(file, &texts); err != nil {
		panic(err) // embedded, and read by a test
	}
	return texts
})
