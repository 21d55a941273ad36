package knowledge

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func leaders(groups [][]bucket) []string {
	var all []string
	for _, g := range groups {
		all = append(all, fmt.Sprintf("%d %s", sizeOf(g), g[0].texts[0].Text))
	}
	return all
}

func TestAlikeQuestionsAreOneGroup(t *testing.T) {
	t.Parallel()
	texts := []asked{
		{ID: 1, Near: 5, Text: "can my llama come to campus"}, {ID: 2, Near: 5, Text: "Can my LLAMA come to campus?"},
		{ID: 3, Near: 5, Text: "is my llama allowed on campus"}, {ID: 4, Near: 7, Text: "who won the game"},
		{ID: 5, Near: 5, Text: "do you sell umbrellas"}, {ID: 6, Near: 9, Text: "is my llama allowed on a campus"},
	}
	want := []string{"3 Can my LLAMA come to campus?", "1 is my llama allowed on a campus", "1 do you sell umbrellas", "1 who won the game"}
	if diff := cmp.Diff(want, leaders(grouped(texts, wording))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
	if diff := cmp.Diff(want, leaders(grouped(texts, wording))); diff != "" {
		t.Errorf("in another order (-want +got):\n%s", diff)
	}
}

func TestAFullQueueIsGroupedFast(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	texts := make([]asked, reviewLimit)
	for i := range texts {
		words := ""
		for range 8 {
			words += fmt.Sprintf("word%d ", int(random.ExpFloat64()*60))
		}
		texts[i] = asked{ID: TextID(i + 1), Near: AnswerID(random.IntN(20)), Text: words}
	}
	began := time.Now()
	groups := grouped(texts, wording)
	total := 0
	for _, g := range groups {
		total += sizeOf(g)
	}
	if took := time.Since(began); total != reviewLimit || took > 5*time.Second {
		t.Errorf("%d texts in %d groups after %v", total, len(groups), took)
	}
}
