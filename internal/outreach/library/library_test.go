package library_test

import (
	"regexp"
	"testing"

	"parley/internal/outreach/library"
	"parley/internal/sms"
)

var (
	slug  = regexp.MustCompile(`^[a-z]+(-[a-z]+)+$`)
	blank = regexp.MustCompile(`\[[^\]]+\]`)
)

// TestTexts reads every text as its author will: it is whole, it can be filled in for somebody without a
// name, and it is short.
func TestTexts(t *testing.T) {
	t.Parallel()
	slugs, titles := map[string]bool{}, map[string]bool{}
	for _, text := range library.Texts() {
		if !slug.MatchString(text.Slug) || slugs[text.Slug] {
			t.Errorf("%q is no slug, or there are two of it", text.Slug)
		}
		if text.Title == "" || titles[text.Title] {
			t.Errorf("%s: the title %q is empty or taken", text.Slug, text.Title)
		}
		slugs[text.Slug], titles[text.Title] = true, true
		for _, body := range []string{text.Message, text.YesResponse, text.NoResponse} {
			template, err := sms.ParseTemplate(body)
			if err != nil {
				t.Errorf("%s: %v", text.Slug, err)
				continue
			}
			read, missing := template.Render(nil, nil)
			if len(missing) > 0 {
				t.Errorf("%s: somebody without %v reads nothing there", text.Slug, missing)
			}
			length := sms.Count(blank.ReplaceAllString(read, "12 characters"))
			if text.Language == "en" && (length.Encoding != sms.GSM7 || length.Segments > 2) {
				t.Errorf("%s takes %d texts in %s: %s", text.Slug, length.Segments, length.Encoding, read)
			}
			if length.Segments > 3 {
				t.Errorf("%s takes %d texts: %s", text.Slug, length.Segments, read)
			}
		}
		if text.YesNo != (text.YesResponse != "" && text.NoResponse != "") {
			t.Errorf("%s: a question has an answer to yes and to no, another text has none", text.Slug)
		}
	}
}

// TestTexts_SixTopicsInTwoLanguages counts what the library promises.
func TestTexts_SixTopicsInTwoLanguages(t *testing.T) {
	t.Parallel()
	topics := map[string]map[string]int{}
	questions := 0
	for _, text := range library.Texts() {
		if topics[text.Topic] == nil {
			topics[text.Topic] = map[string]int{}
		}
		topics[text.Topic][text.Language]++
		if text.YesNo {
			questions++
		}
	}
	if len(topics) != 6 || len(library.Texts()) < 24 || questions < 6 {
		t.Errorf("%d texts in %d topics, %d of them questions", len(library.Texts()), len(topics), questions)
	}
	for topic, languages := range topics {
		if languages["en"] < 3 || languages["es"] < 2 || len(languages) != 2 {
			t.Errorf("%s: %v, want three in English and two in Spanish", topic, languages)
		}
	}
}
