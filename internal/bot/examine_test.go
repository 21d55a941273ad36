package bot_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/bot"
)

func TestExamineTellsWhichAnswersAreMixedUp(t *testing.T) {
	t.Parallel()
	m := train(t, bot.Knowledge{Answers: []bot.Answer{
		{ID: 1, Language: bot.English, Variants: []string{"when is the fafsa due", "fafsa deadline", "last day for the fafsa", "fafsa due date", "how do i park my bicycle on campus"}},
		{ID: 2, Language: bot.English, Variants: []string{"where do i park", "parking permit", "how do i get a parking permit on campus", "park my car on campus", "how do i park my bike on campus"}},
		{ID: 3, Language: bot.English, Variants: []string{"library hours", "when does the library close", "is the library open late", "library open on sunday"}},
	}})
	e := m.Examine(1)
	if e.Tried == 0 || e.Right >= e.Tried {
		t.Errorf("answer 1: %+v, want a variant missed", e)
	}
	if want := (bot.Mistake{Variant: "how do i park my bicycle on campus", TakenFor: 2}); !slices.Contains(e.Mistakes, want) {
		t.Errorf("mistakes %+v, want %+v", e.Mistakes, want)
	}
	if all := m.Confusions(); len(all) == 0 || all[0].A != 1 || all[0].B != 2 {
		t.Errorf("confusions %+v, want 1 and 2 first", all)
	}
	if diff := cmp.Diff(bot.Examination{}, m.Examine(99)); diff != "" {
		t.Errorf("an unknown answer: %s", diff)
	}
}

func TestAWordOfTwoLanguagesIsSmallTalkStill(t *testing.T) {
	t.Parallel()
	if d := train(t, bot.Knowledge{}).Decide("bye", bot.Cautious); d.SmallTalk != bot.Farewell || d.Language != bot.English {
		t.Errorf("bye: %+v, want a farewell in English", d)
	}
}

func TestEverydayWordsAreNotRespelled(t *testing.T) {
	t.Parallel()
	m := train(t, bot.Knowledge{Answers: []bot.Answer{
		{ID: 1, Language: bot.Spanish, Variants: []string{"como cambio de carrera", "quiero cambiar mi carrera", "que carreras hay"}},
	}})
	if got := m.Normalise("perdí mi cartera"); got != "perdi mi cartera" {
		t.Errorf("read %q", got)
	}
	if d := m.Decide("perdí mi cartera", bot.Eager); d.Kind != bot.Unknown {
		t.Errorf("got %+v, want unknown", d)
	}
}
