package starter_test

import (
	"slices"
	"strings"
	"testing"

	"parley/internal/knowledge/starter"
	"parley/internal/sms"
)

// key is what makes two questions the same.
func key(text string) string { return sms.FieldName(text) }

func TestEveryAnswerIsFitToSend(t *testing.T) {
	t.Parallel()
	for _, a := range starter.Answers(starter.Place{}) {
		length := sms.Count(a.Text)
		switch {
		case a.Text != sms.Clean(strings.TrimSpace(a.Text)):
			t.Errorf("%s: the text is not clean", a.Title)
		case a.Language == "en" && (length.Encoding != sms.GSM7 || length.Segments > 2):
			t.Errorf("%s: %d %v units in %d texts, want at most 2 of GSM-7", a.Title, length.Units, length.Encoding, length.Segments)
		case length.Segments > 3: // á, í, ó and ú are not in GSM-7
			t.Errorf("%s: %d units in %d texts, want at most 3", a.Title, length.Units, length.Segments)
		}
		if template, err := sms.ParseTemplate(a.Text); err != nil || len(template.Fields()) > 0 {
			t.Errorf("%s: has merge fields: %v, %v", a.Title, template.Fields(), err)
		}
	}
}

func TestEveryAnswerCanBeFound(t *testing.T) {
	t.Parallel()
	asks := map[string]string{}
	for _, a := range starter.Answers(starter.Place{}) {
		if len(a.Variants) < 5 {
			t.Errorf("%s: %d variants, want at least 5", a.Title, len(a.Variants))
		}
		for _, question := range append([]string{a.Title}, a.Variants...) {
			if other, taken := asks[key(question)]; taken || key(question) == "" {
				t.Errorf("%q asks for %q and %q", question, other, a.Title)
			}
			asks[key(question)] = a.Title
		}
	}
}

func TestTheLibraryIsLargeEnoughInBothLanguages(t *testing.T) {
	t.Parallel()
	byLanguage := map[string]int{}
	topics := map[string]bool{}
	for _, a := range starter.Answers(starter.Place{}) {
		byLanguage[a.Language]++
		topics[a.Topic] = true
	}
	for _, language := range starter.Languages {
		if byLanguage[language] < 60 {
			t.Errorf("%d answers in %s, want at least 60", byLanguage[language], language)
		}
	}
	if len(topics) != len(starter.Topics) {
		t.Errorf("topics %v, want %v", topics, starter.Topics)
	}
}

func TestAPlaceReadsAsItsOwn(t *testing.T) {
	t.Parallel()
	answers := starter.Answers(starter.Place{Name: "Ohio Valley College", Site: "ovc.example"})
	for _, a := range answers {
		all := strings.Join(append(a.Variants, a.Title, a.Text), "\n")
		if strings.Contains(strings.ToLower(all), "marlowe") {
			t.Errorf("%s still names Marlowe:\n%s", a.Title, all)
		}
	}
	i := slices.IndexFunc(answers, func(a starter.Answer) bool { return a.Title == "What is your school code for the FAFSA?" })
	if i < 0 || !strings.Contains(answers[i].Text, "The federal school code of Ohio Valley College") {
		t.Errorf("the school code is not Ohio Valley College's: %+v", answers[max(i, 0)])
	}
}

func TestANameIsNoAddress(t *testing.T) {
	t.Parallel()
	addresses := 0
	for _, a := range starter.Answers(starter.Place{Name: "Ohio Valley College"}) {
		if strings.Contains(a.Text, "marlowe.edu/") {
			addresses++
		}
		if strings.Contains(strings.ToLower(a.Text), "valley.edu") {
			t.Errorf("%s: the name became an address: %s", a.Title, a.Text)
		}
	}
	if addresses == 0 {
		t.Error("no address is left, and none was given")
	}
}
