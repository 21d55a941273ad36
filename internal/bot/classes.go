package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// class is what the model tells apart: an answer in one language, or a kind of
// small talk in one language.
type class struct {
	kind      Kind
	answer    AnswerID
	smallTalk SmallTalk
	language  Language
	texts     []string   // as written, without repetitions
	words     [][]uint32 // the word ids of each text
}

// maxClasses bounds answers times languages, which are numbered in 16 bits.
const maxClasses = 1<<16 - 1

// newClasses puts small talk and the knowledge base's answers in an order that
// does not depend on theirs.
func newClasses(k Knowledge) ([]class, error) {
	type key struct {
		id       AnswerID
		language Language
	}
	at := map[key]int{}
	classes := smallTalkClasses()
	for _, a := range k.Answers {
		id := key{a.ID, a.Language}
		if _, ok := at[id]; !ok {
			at[id] = len(classes)
			classes = append(classes, class{kind: KindAnswer, answer: a.ID, language: a.Language})
		}
		c := &classes[at[id]]
		c.texts = append(c.texts, a.Variants...)
	}
	for i := range classes {
		classes[i].texts = distinct(classes[i].texts)
	}
	classes = slices.DeleteFunc(classes, func(c class) bool { return len(c.texts) == 0 })
	slices.SortFunc(classes, func(a, b class) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.answer, b.answer),
			cmp.Compare(a.smallTalk, b.smallTalk), cmp.Compare(a.language, b.language))
	})
	if len(classes) > maxClasses {
		return nil, fmt.Errorf("train on %d answers: the most is %d", len(classes), maxClasses)
	}
	return classes, nil
}

// distinct sorts texts and leaves out those without a word and those whose
// words repeat another's.
func distinct(texts []string) []string {
	sorted := slices.Clone(texts)
	slices.Sort(sorted)
	seen := map[string]bool{"": true}
	return slices.DeleteFunc(sorted, func(text string) bool {
		words := strings.Join(tokenize(text, maxRunes), " ")
		repeated := seen[words]
		seen[words] = true
		return repeated
	})
}

// usualLanguage is the one of most answers' variants.
func usualLanguage(classes []class) Language {
	count := map[Language]int{}
	usual := English
	for _, c := range classes {
		if c.kind == KindAnswer {
			count[c.language] += len(c.texts)
		}
	}
	for language, n := range count {
		if n > count[usual] || n == count[usual] && language < usual {
			usual = language
		}
	}
	return usual
}

// answerGroups numbers answers from 0, the same for all languages of one; small
// talk is in no group, -1.
func answerGroups(classes []class) func(class int) int {
	groups := make([]int, len(classes))
	next := -1
	for c, k := range classes {
		groups[c] = -1
		if k.kind != KindAnswer {
			continue
		}
		if c == 0 || classes[c-1].kind != KindAnswer || classes[c-1].answer != k.answer {
			next++
		}
		groups[c] = next
	}
	return func(class int) int { return groups[class] }
}
