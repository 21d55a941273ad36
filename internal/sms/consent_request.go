package sms

import (
	"strings"
)

// request is a way to ask for something to end.
type request struct {
	head  pattern
	needs need
}

// need is what a request needs to be about texting.
type need uint8

const (
	// nothingElse: a complete request ("remove me"), unless it goes on to something
	// else ("remove me from the class").
	nothingElse need = iota
	// onlySmallWords: a mere verb ("stop"), which without an object counts only if the
	// sentence speaks of nothing else before it.
	onlySmallWords
	// texts: what shall end must be named ("cancel", "I don't want").
	texts
	// aList: it must be left for a list of ours ("remove", "off").
	aList
)

// find judges each place where the request stands by the words around it.
func (r request) find(text string) Intent {
	found := None
	for at := 0; at < len(text); {
		m := r.head.FindStringIndex(text[at:])
		if m == nil {
			break
		}
		end := at + m[1] - 1 // the space behind the head opens the next word
		found = strongest(found, r.judge(text[:at+m[0]], text[end:]))
		at = max(end, at+m[0]+1)
	}
	return found
}

func (r request) judge(before, behind string) Intent {
	switch topicOf(behind) {
	case aKeptList:
		return StopPhrase
	case texting:
		switch {
		case r.needs == aList:
		case pauses.MatchString(behind):
			return Unsure
		default:
			return StopPhrase
		}
	case otherChannel:
		if r.needs == nothingElse || r.needs == onlySmallWords {
			return Unsure
		}
	case nothing:
		switch {
		case r.needs <= onlySmallWords && pauses.MatchString(behind):
			return Unsure
		case r.needs == nothingElse, r.needs == onlySmallWords && topicOf(before) != elsewhere:
			return StopPhrase
		case r.needs == onlySmallWords:
			return Unsure
		}
	}
	return None
}

// topic is what the words behind a request speak of.
type topic uint8

const (
	nothing      topic = iota // small words only
	texting                   // texts, sending them, a phone number
	aKeptList                 // a list of contacts
	otherChannel              // calls, letters, e-mail
	elsewhere                 // any word that the rules do not know
)

// topicOf finds the first word that carries a topic, up to the next subject: in "stop
// i moved away" the mover is not what shall stop.
func topicOf(words string) topic {
	for _, w := range strings.Fields(words) {
		switch {
		case listWords[w]:
			return aKeptList
		case textingWords[w]:
			return texting
		case channelWords[w]:
			return otherChannel
		case subjectWords[w]:
			return nothing
		case !smallWords[w] && !allDigits(w):
			return elsewhere
		}
	}
	return nothing
}
