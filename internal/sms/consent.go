package sms

import (
	"strings"
	"unicode"
)

// Intent is what a reply asks about being texted at all.
type Intent uint8

const (
	// None is any reply that does not speak of it.
	None Intent = iota
	// Stop is an opt-out by keyword. The carrier knows these words too and has
	// confirmed it to the person.
	Stop
	// StopPhrase is an opt-out in plain words, which only we can confirm.
	StopPhrase
	// Start lifts the person's opt-out.
	Start
	// Help asks who is texting.
	Help
	// Unsure may be an opt-out. A person decides, and nothing is sent until then.
	Unsure
)

// String names the intent for logs and tests.
func (i Intent) String() string {
	switch i {
	case None:
		return "none"
	case Stop:
		return "stop"
	case StopPhrase:
		return "stop phrase"
	case Start:
		return "start"
	case Help:
		return "help"
	case Unsure:
		return "unsure"
	}
	return "unknown intent"
}

// OptsOut reports whether the contact may not be texted any more.
func (i Intent) OptsOut() bool { return i == Stop || i == StopPhrase }

// Consent reads what a reply asks about being texted. A keyword counts when it is the
// whole text, in any case and with any punctuation. Plain words count in English,
// Spanish and a mixture, with the spelling of people in a hurry. A plain yes is Start
// only from a person who has opted out. A reaction to a text of ours ("Liked “...STOP
// to opt out”") is None, since its words are ours.
func Consent(body string, optedOut bool) Intent {
	body = readable(body)
	if _, ok := readTapback(body); ok {
		return None
	}
	switch word := onlyWord(body); {
	case stopKeywords[word]:
		return Stop
	case startKeywords[word], word == "yes" && optedOut:
		return Start
	case helpKeywords[word]:
		return Help
	}
	return readPhrase(body)
}

// The words on which carriers act by themselves, and product rules with them.
var (
	stopKeywords  = wordSet("stop stopall unsubscribe cancel end quit revoke optout")
	startKeywords = wordSet("start unstop")
	helpKeywords  = wordSet("help info")
)

// onlyWord returns the single word of a body in lower case, whatever punctuation and
// emoji stand around and inside it, or "" if there are more.
func onlyWord(body string) string {
	fields := strings.Fields(strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsSpace(r) {
			return r
		}
		return -1
	}, Fold(body)))
	if len(fields) != 1 {
		return ""
	}
	return fields[0]
}
