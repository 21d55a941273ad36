package sms

import (
	"regexp"
	"strings"
	"unicode"
)

// maxReply bounds the part of a reply that is read for its meaning, in bytes. A text
// has at most 1,600 characters; more can only come from somebody who tries us.
const maxReply = 4 * MaxBody

// readable is the part of a body that is read.
func readable(body string) string { return body[:min(len(body), maxReply)] }

// normalReply writes a reply as its words in their usual spelling, each between single
// spaces, with " . " and " ? " where a sentence ends. Case, accents, apostrophes,
// commas, emoji and courtesies are gone: "PLZ stop txting me!!" is " stop text me . ".
func normalReply(body string) string {
	var out strings.Builder
	out.WriteByte(' ')
	for _, w := range replyWords(body) {
		if w = usualSpelling(w); w != "" {
			out.WriteString(w)
			out.WriteByte(' ')
		}
	}
	s := out.String()
	for _, r := range replyIdioms {
		s = r.pattern.ReplaceAllString(s, r.with)
	}
	return s
}

// replyWords cuts a reply into folded words and the marks "." and "?".
func replyWords(body string) []string {
	body = signature.ReplaceAllString(Clean(body), "")
	body = spanishPast.ReplaceAllString(body, "${1}ado ")
	body = afterAnswer.ReplaceAllString(body, "$1 . ")
	body = numberSign.ReplaceAllString(body, " number $1")
	body = strings.ReplaceAll(ellipsis.ReplaceAllString(body, " "), "\n", " . ")
	body = strings.ReplaceAll(Fold(body), "'", "")
	var words []string
	for body != "" {
		end := strings.IndexFunc(body, func(r rune) bool { return !isWordRune(r) })
		if end < 0 {
			end = len(body)
		}
		if end > 0 {
			words = append(words, body[:end])
			body = body[end:]
			continue
		}
		r := []rune(body)[0]
		if mark := sentenceMark(r); mark != "" {
			words = append(words, mark)
		}
		body = body[len(string(r)):]
	}
	return joinSpelledOut(words)
}

var (
	signature = compile(`(?im)^\s*(?:sent (?:from|via) (?:my )?|get outlook for |enviado desde (?:mi )?)[^\n]{0,40}$`)
	// afterAnswer ends a sentence in "no, text me", where "no" answers something.
	afterAnswer = compile(`(?i)^(\W*(?:no|nope|nah|yes|yeah|ok|okay|si|sí))(?:\s*,|,?\s+(?:thanks|thank you|thx|ty|gracias)\b)`)
	// spanishPast is "I sent", which without its accent would be "send".
	spanishPast = compile(`(?i)\b(mand|envi|dej|par|borr|termin|elimin|cancel|quit|contact|molest)é(?:\s|$)`)
	// numberSign stands for the word unless a number follows, as in "the #9".
	numberSign = compile(`#(\D|$)`)
	ellipsis   = compile(`\.{2,}|…`)
)

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '$' || r == '@'
}

func sentenceMark(r rune) string {
	switch r {
	case '.', '!', ';', ':', '¡':
		return "."
	case '?', '¿':
		return "?"
	}
	return ""
}

// joinSpelledOut reads "s t o p" and "S.T.O.P." as one word.
func joinSpelledOut(words []string) []string {
	var letters []string
	for _, w := range words {
		switch {
		case w == ".":
		case len(w) == 1:
			letters = append(letters, w)
		default:
			return words
		}
	}
	if len(letters) < 3 {
		return words
	}
	return []string{strings.Join(letters, "")}
}

// tapback is how phones tell others of a reaction to a text: it quotes that text.
var tapback = regexp.MustCompile(`(?is)^\W*(liked|loved|disliked|laughed at|emphasi[sz]ed|questioned|removed an? [\w ]+ from` +
	`|reacted \S+ to|\S{1,40} to|le gusto|le gustó|no le gusto|no le gustó|le encanto|le encantó|se rio de|se rió de|enfatizo|enfatizó` +
	`|cuestiono|cuestionó|reacciono con \S+ a|reaccionó con \S+ a)\s*[“"«].*[”"»]\W*$`)

// readTapback returns the folded reaction, "liked" or "👍 to", if body is one.
func readTapback(body string) (reaction string, ok bool) {
	m := tapback.FindStringSubmatch(body)
	if m == nil {
		return "", false
	}
	return Fold(m[1]), true
}
