package sms

import (
	"strings"
)

// readPhrase looks for an opt-out in plain words. Each sentence is judged by itself,
// and the strongest finding is the reply's.
//
// A sentence asks for silence when it holds a request ("stop", "don't text", "take me
// off") and the words behind it speak of texting or of nothing in particular. "Stop
// sending these" and "take me off your list" do; "stop my autopay" and "take me off the
// waitlist" speak of something else. So the rules need to know the words of texting
// and the small words of two languages, and nothing about universities or clinics.
func readPhrase(body string) Intent {
	if stopKeywords[strings.Trim(strings.ReplaceAll(Fold(body), " ", ""), "!.?0123456789")] {
		return StopPhrase // "opt out", "sto p"
	}
	if strings.TrimSpace(body) == "🛑" {
		return Unsure
	}
	reply := quotedInstruction.ReplaceAllString(normalReply(body), " _ ")
	if wrongRecipient.MatchString(reply) {
		return StopPhrase
	}
	found := None
	for _, s := range sentences(reply) {
		switch s.judge() {
		case StopPhrase:
			if !joy.MatchString(Fold(body)) || s.mentionsTexting() {
				return StopPhrase
			}
			found = Unsure
		case Unsure:
			found = Unsure
		}
	}
	if found == None && shoutsStop(body) && strings.Contains(reply, " stop ") {
		return Unsure
	}
	return found
}

// sentence is a part of a normal reply between end marks, with a space at both ends.
type sentence string

func sentences(reply string) []sentence {
	var list []sentence
	for part := range strings.SplitSeq(strings.ReplaceAll(reply, " ? ", " ?  . "), " . ") {
		if part = strings.Join(strings.Fields(part), " "); part != "" && part != "?" {
			list = append(list, sentence(" "+part+" "))
		}
	}
	return list
}

func (s sentence) judge() Intent {
	text := string(s)
	switch {
	case firmStops.MatchString(text):
		return StopPhrase
	case undoings.MatchString(text):
		return None
	}
	text = decoys.ReplaceAllString(text, " _ ")
	found := None
	for _, r := range requests {
		found = strongest(found, r.find(text))
	}
	if found == None && isAboutTexting(text) {
		found = StopPhrase
	}
	switch {
	case found == StopPhrase && questions.MatchString(text):
		return Unsure
	case found == None && maybes.MatchString(text):
		return Unsure
	}
	return found
}

// isAboutTexting reports a sentence that asks for an end in words the requests do not
// foresee, if it speaks of nothing but texting.
func isAboutTexting(text string) bool {
	if !endings.MatchString(text) {
		return false
	}
	about := false
	for _, w := range strings.Fields(text) {
		switch {
		case textingWords[w] || listWords[w]:
			about = true
		case channelWords[w] || !smallWords[w] && !subjectWords[w]:
			return false
		}
	}
	return about
}

// mentionsTexting reports an opt-out that is not a mere "stop!", a cry of joy too.
func (s sentence) mentionsTexting() bool {
	for _, w := range strings.Fields(string(s)) {
		if textingWords[w] || w == "me" || w == "unsubscribe" {
			return true
		}
	}
	return false
}

func strongest(a, b Intent) Intent {
	if a == StopPhrase || b == StopPhrase {
		return StopPhrase
	}
	return max(a, b)
}

// shoutedStop is a keyword in capitals.
var shoutedStop = compile(`\b(?:STOP|UNSUBSCRIBE)\b`)

// shoutsStop reports a keyword in capitals in a text that is not all in capitals.
func shoutsStop(body string) bool {
	return shoutedStop.MatchString(body) && body != strings.ToUpper(body)
}
