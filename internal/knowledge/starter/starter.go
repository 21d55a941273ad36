// Package starter is the library of answers that an organization may begin with: what students of a
// university ask by text, in English and Spanish.
//
// The answers are those of the fictional Marlowe University. Its name and web address become the
// organization's own; dates, prices, places and phone numbers are examples that its people put right
// before they switch an answer on. The package knows nothing of who adopts them, nor where they are
// kept.
package starter

import (
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
)

// Topics are the subjects of the library, each a file of answers.
var Topics = []string{
	"admissions", "bursar", "campus_life", "financial_aid", "housing", "it", "orientation", "registration",
}

// Languages are those that every answer is written in: ISO 639-1.
var Languages = []string{"en", "es"}

// Answer is one answer in one language.
type Answer struct {
	Topic    string
	Language string
	Title    string   // the question in plain words; it counts as a variant
	Text     string   // what to send
	Variants []string // how people ask it by text
}

// Place is the organization that stands in for Marlowe University.
type Place struct {
	Name string // "Marlowe University" if empty
	Site string // where its links lead, "marlowe.edu" if empty
}

//go:embed answers/*.json
var files embed.FS

// Answers returns the whole library as it reads for a place, by topic and in the same order each time.
func Answers(p Place) []Answer {
	own := p.renamer()
	var answers []Answer
	for _, topic := range Topics {
		for _, entry := range read(topic) {
			for _, language := range Languages {
				words := entry[language]
				answers = append(answers, Answer{
					Topic: topic, Language: language,
					Title: own.Replace(words.Title), Text: own.Replace(words.Text), Variants: renameAll(own, words.Variants),
				})
			}
		}
	}
	return answers
}

// entry is an answer by language.
type entry map[string]struct {
	Title    string
	Text     string
	Variants []string
}

func read(topic string) []entry {
	name := path.Join("answers", topic+".json")
	file, err := files.ReadFile(name)
	if err != nil {
		panic(fmt.Sprintf("read the starter library: %v", err)) // embedded
	}
	var entries []entry
	if err := json.Unmarshal(file, &entries); err != nil {
		panic(fmt.Sprintf("read %s: %v", name, err)) // embedded
	}
	return entries
}

// withDefaults leaves Marlowe's names where the place gives none.
func (p Place) withDefaults() Place {
	if p.Name == "" {
		p.Name = "Marlowe University"
	}
	if p.Site == "" {
		p.Site = "marlowe.edu"
	}
	return p
}

// renamer puts the place's names for Marlowe's. Variants are in lower case and leave out a
// "University" at the end, as people do.
func (p Place) renamer() *strings.Replacer {
	p = p.withDefaults()
	full := strings.ToLower(p.Name)
	short := strings.TrimSuffix(strings.TrimSuffix(full, " university"), " college")
	return strings.NewReplacer("marlowe.edu", p.Site, "Marlowe University", p.Name, "marlowe university", full, "marlowe", short)
}

func renameAll(own *strings.Replacer, texts []string) []string {
	renamed := slices.Clone(texts)
	for i, text := range renamed {
		renamed[i] = own.Replace(text)
	}
	return renamed
}
