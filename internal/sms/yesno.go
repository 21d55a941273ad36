package sms

import "strings"

// Reply is the answer to a yes/no question.
type Reply uint8

const (
	// Other is anything that a person must read.
	Other Reply = iota
	// Yes agrees, and says nothing more that somebody must act on.
	Yes
	// No declines, and says nothing more that somebody must act on.
	No
)

// String returns the answer as it is stored and exported.
func (r Reply) String() string {
	switch r {
	case Yes:
		return "yes"
	case No:
		return "no"
	}
	return "other"
}

// YesNo reads a reply to a yes/no question, in English and Spanish, emoji and phones'
// reactions ("Liked “...”") included. It is Yes or No only if every word either says
// so or adds nothing to it, so "yes but my form is late?" is Other: an answer that is
// read by a person for nothing costs less than a question that nobody reads.
func YesNo(body string) Reply {
	body = readable(body)
	if reaction, ok := readTapback(body); ok {
		return tapbackReply(reaction)
	}
	if strings.ContainsAny(body, "?¿") {
		return Other
	}
	return readAnswer(answerWords(body))
}

func tapbackReply(reaction string) Reply {
	switch reaction {
	case "liked", "loved", "le gusto", "le encanto":
		return Yes
	case "disliked", "no le gusto":
		return No
	}
	if strings.HasPrefix(reaction, "removed") {
		return Other
	}
	for _, r := range reaction { // "reacted 👍 to"
		if word := answerEmoji[r]; word != "" {
			return answerPhrases[word]
		}
	}
	return Other
}

// answerWords cuts a reply into folded words and single emoji.
func answerWords(body string) []string {
	body = strings.ReplaceAll(Fold(signature.ReplaceAllString(Clean(body), "")), "'", "")
	var words []string
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			words = append(words, squeeze(word.String()))
			word.Reset()
		}
	}
	for _, r := range body {
		switch {
		case isWordRune(r):
			word.WriteRune(r)
		case answerEmoji[r] != "":
			flush()
			words = append(words, answerEmoji[r])
		default:
			flush()
		}
	}
	flush()
	return words
}

// answerEmoji are the signs that answer by themselves. Others add nothing.
var answerEmoji = map[rune]string{
	'👍': "yes", '✅': "yes", '✔': "yes", '☑': "yes", '👌': "yes", '🙋': "yes", '💯': "yes", '🆗': "yes", '🙌': "yes", '🤙': "yes",
	'👎': "no", '❌': "no", '🚫': "no", '✖': "no", '🙅': "no", '⛔': "no", '❎': "no",
	'🤷': "unsure", '🤔': "unsure", '❓': "unsure", '❔': "unsure", '⁉': "unsure",
}

// longestReply is the most words that an answer without news may have. Longer ones are
// read by a person, who also bounds the search below.
const longestReply = 25

// readAnswer cuts the words into known phrases, the longest first, so that all that say
// yes or no say the same. Where there is no such cut the answer is Other.
func readAnswer(words []string) Reply {
	if len(words) > longestReply {
		return Other
	}
	answer, _ := cutAnswer(words, Other)
	return answer
}

// cutAnswer returns what the words say after what was said before them, and whether
// they can be cut at all.
func cutAnswer(words []string, before Reply) (Reply, bool) {
	if len(words) == 0 {
		return before, true
	}
	for n := min(longestAnswer, len(words)); n > 0; n-- {
		said, known := answerPhrases[strings.Join(words[:n], " ")]
		if !known || said != Other && before != Other && said != before {
			continue
		}
		if answer, ok := cutAnswer(words[n:], max(said, before)); ok {
			return answer, true
		}
	}
	return Other, false
}
