package knowledge

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"parley/internal/account"
	"parley/internal/sms"
)

// What an organization's answers may grow to.
const (
	maxAnswers  = 5_000 // a model of so many answers trains in seconds and holds some tens of megabytes
	maxTitle    = 200   // characters
	maxVariants = 300
	maxVariant  = 320 // characters: two texts
)

// Draft is an answer as a person fills it in.
type Draft struct {
	ID       AnswerID // 0 for a new one
	Version  int      // of the answer that the form began with; 0 for a new one
	Title    string
	Text     string
	Language Language
	Office   account.OfficeID // 0: the whole organization
	Enabled  bool
	Variants string // one a line; the title counts as one by itself
	// ValidFrom and ValidTo are the first and the last day on which the bot gives it; empty is open.
	ValidFrom, ValidTo Day
	// Settles are texts of the review queue that leave it with this answer.
	Settles []TextID
}

// check returns what the draft says, cleaned, or what is wrong with it as account.Invalid.
func (f Draft) check() (content, error) {
	v := account.Invalid{}
	c := content{
		Title: oneLine(f.Title), Text: strings.TrimSpace(sms.Clean(f.Text)),
		Language: f.Language, Office: f.Office, Enabled: f.Enabled,
	}
	c.ValidFrom, c.ValidTo = checkValidity(f.ValidFrom, f.ValidTo, v)
	switch {
	case wording(c.Title) == "":
		v.Add("title", "Type a title: the question in plain words.")
	case utf8.RuneCountInString(c.Title) > maxTitle:
		v.Add("title", fmt.Sprintf("This title is too long. The longest is %d characters.", maxTitle))
	}
	checkText(c.Text, v)
	if !isLanguage(c.Language) {
		v.Add("language", "Choose a language.")
	}
	c.Variants = splitVariants(f.Variants, c.Title, v)
	return c, v.Err()
}

func checkText(text string, v account.Invalid) {
	if text == "" {
		v.Add("text", "Type the text to send.")
		return
	}
	if sms.Count(text).TooLong() {
		v.Add("text", fmt.Sprintf("This text is too long. The longest is %d characters.", sms.MaxBody))
	}
	template, err := sms.ParseTemplate(text)
	if err != nil {
		v.Add("text", err.Error())
		return
	}
	// Nobody reviews what the bot sends, so that a field without a value must still read well.
	if _, missing := template.Render(nil, nil); len(missing) > 0 {
		v.Add("text", fmt.Sprintf("{{%[1]s}} needs words for people without one, as in {{%[1]s|your advisor}}.", missing[0]))
	}
}

func isLanguage(l Language) bool {
	return len(l) == 2 && 'a' <= l[0] && l[0] <= 'z' && 'a' <= l[1] && l[1] <= 'z'
}

// splitVariants reads one variant a line. Blank lines, and lines that repeat another or the title in
// the same words, are left out.
func splitVariants(lines, title string, v account.Invalid) []string {
	variants := []string{}
	seen := map[string]bool{wording(title): true}
	n := 0
	for line := range strings.Lines(sms.Clean(lines)) {
		n++
		line = oneLine(line)
		key := wording(line)
		switch {
		case line == "":
		case key == "":
			v.Add("variants", fmt.Sprintf("Line %d has no words: “%s”.", n, line))
		case utf8.RuneCountInString(line) > maxVariant:
			v.Add("variants", fmt.Sprintf("Line %d is too long. The longest is %d characters.", n, maxVariant))
		case !seen[key]:
			seen[key] = true
			variants = append(variants, line)
		}
	}
	if len(variants) > maxVariants {
		v.Add("variants", fmt.Sprintf("These are %d ways to ask. The most is %d.", len(variants), maxVariants))
	}
	return variants
}

func oneLine(text string) string { return strings.Join(strings.Fields(sms.Clean(text)), " ") }

func joinLines(lines []string) string { return strings.Join(lines, "\n") }

// wording is a question without case, accents and punctuation: two with the same one are the same
// question. It is empty for a text without letters and digits.
func wording(text string) string {
	return strings.Join(strings.FieldsFunc(sms.Fold(text), func(r rune) bool {
		return !unicode.In(r, unicode.Letter, unicode.Digit, unicode.Mark)
	}), " ")
}

// searchText is what the search box looks into.
func (c content) searchText() string {
	return sms.Fold(c.Title + "\n" + c.Text + "\n" + joinLines(c.Variants))
}
