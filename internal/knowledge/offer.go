package knowledge

import (
	"slices"

	"parley/internal/knowledge/starter"
)

// Offer is a topic of the starter library.
type Offer struct {
	Topic   string // for Adoption.Topics
	Answers int    // in each language
}

// StarterTopics lists what AdoptStarter offers.
func StarterTopics() []Offer {
	var offers []Offer
	for _, a := range starter.Answers(starter.Place{}) {
		if a.Language != starter.Languages[0] {
			continue
		}
		i := slices.IndexFunc(offers, func(o Offer) bool { return o.Topic == a.Topic })
		if i < 0 {
			i = len(offers)
			offers = append(offers, Offer{Topic: a.Topic})
		}
		offers[i].Answers++
	}
	return offers
}

// StarterLanguages are the languages of the starter library.
func StarterLanguages() []Language {
	languages := make([]Language, len(starter.Languages))
	for i, l := range starter.Languages {
		languages[i] = Language(l)
	}
	return languages
}
