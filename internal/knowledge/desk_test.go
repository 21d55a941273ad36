package knowledge

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/bot"
)

func titles(l List) []string {
	found := []string{}
	for _, item := range l.Items {
		found = append(found, item.Title)
	}
	return found
}

func TestAnswersAreFound(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	aid := o.office("Aid")
	o.save(Draft{Title: "Where can I park?", Text: "Lot C.", Enabled: true, Variants: "car\npermit"})
	o.save(Draft{Title: "¿Dónde me estaciono?", Text: "Lote C.", Language: "es", Enabled: true})
	o.save(Draft{Title: "When is aid paid?", Text: "In August.", Office: aid})
	for name, tc := range map[string]struct {
		filter Filter
		want   []string
	}{
		"all":               {Filter{}, []string{"When is aid paid?", "Where can I park?", "¿Dónde me estaciono?"}},
		"words anywhere":    {Filter{Search: "PERMIT lot"}, []string{"Where can I park?"}},
		"accents":           {Filter{Search: "donde"}, []string{"¿Dónde me estaciono?"}},
		"every word counts": {Filter{Search: "permit august"}, []string{}},
		"no pattern":        {Filter{Search: "%"}, []string{}},
		"language":          {Filter{Language: "es"}, []string{"¿Dónde me estaciono?"}},
		"office":            {Filter{Office: aid}, []string{"When is aid paid?"}},
		"on":                {Filter{State: On}, []string{"Where can I park?", "¿Dónde me estaciono?"}},
		"off":               {Filter{State: Off}, []string{"When is aid paid?"}},
	} {
		list, err := o.Answers(t.Context(), tc.filter)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, titles(list)); diff != "" || list.Total != len(tc.want) {
			t.Errorf("%s: total %d (-want +got):\n%s", name, list.Total, diff)
		}
	}
	list, _ := o.Answers(t.Context(), Filter{Search: "permit"})
	if item := list.Items[0]; item.Variants != 3 || item.Strength() != 3 {
		t.Errorf("%d variants of strength %d, want 3 of 3", item.Variants, item.Strength())
	}
}

func TestPagesAddUp(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	const all = 2*PageSize + 7
	err := o.edit(t.Context(), func(e *edit) error {
		for i := range all { // pairs of one title, shifted by one so that a page ends within a pair
			language := []Language{"en", "es"}[i%2]
			c, err := Draft{Title: fmt.Sprintf("Question %03d", (i+1)/2), Text: "x", Language: language}.check()
			if err != nil {
				return err
			}
			if _, err := e.add(t.Context(), c, Typed); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[AnswerID]bool{}
	var f Filter
	for pages := 1; ; pages++ {
		list, err := o.Answers(t.Context(), f)
		if err != nil || list.Total != all {
			t.Fatalf("total %d, %v, want %d", list.Total, err, all)
		}
		for _, item := range list.Items {
			seen[item.ID] = true
		}
		if f.After = list.Next; f.After == (Cursor{}) {
			if pages != 3 || len(seen) != all {
				t.Errorf("%d answers on %d pages, want %d on 3", len(seen), pages, all)
			}
			return
		}
	}
}

func TestTryExplains(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	parking, _, _ := o.teachCampus()
	v, err := o.Try(t.Context(), Trial{Text: "Is parking FREE"})
	if err != nil {
		t.Fatal(err)
	}
	if v.Kind != Answered || v.AnswerID != parking || !v.Evidence.Exact || v.Language != "en" || v.Normalised != "is parking free" {
		t.Errorf("got %+v", v)
	}
	if len(v.Matches) < 2 || v.Matches[0].Variant != "is parking free" || v.Matches[0].Title != "Where can I park?" {
		t.Errorf("matches %+v", v.Matches)
	}
}

func TestTryADraftBeforeItIsSaved(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	parking, _, _ := o.teachCampus()
	f := o.answer(parking).Draft()
	f.Text, f.Variants = "Only in Lot D.", f.Variants+"\ncan my llama come"
	v, err := o.Try(t.Context(), Trial{Text: "can my llama come", Draft: &f})
	if err != nil {
		t.Fatal(err)
	}
	if v.Kind != Answered || v.AnswerID != parking || v.Text != "Only in Lot D." {
		t.Errorf("with the draft: %+v", v.Reply)
	}
	if v.Before == nil || v.Before.Kind != Unknown {
		t.Errorf("before: %+v", v.Before)
	}
	if r := o.ask("can my llama come"); r.Kind != Unknown {
		t.Errorf("a draft that was only tried is live: %+v", r)
	}

	f.Variants = "can my llama come"
	v, err = o.Try(t.Context(), Trial{Text: "is parking free", Draft: &f})
	if err != nil || v.Evidence.Exact || v.Before.Confidence != 1 {
		t.Errorf("a variant that the draft lacks: %+v, %v", v, err)
	}

	fresh := Draft{Title: "Are llamas welcome?", Language: "en", Variants: "llama\nbring an animal"}
	v, err = o.Try(t.Context(), Trial{Text: "are llamas welcome", Draft: &fresh})
	if err != nil || v.Kind != Answered || v.Title != "Are llamas welcome?" || v.AnswerID != 0 {
		t.Errorf("a new draft without a text yet: %+v, %v", v.Reply, err)
	}
}

func TestThresholds(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	o.teachCampus()
	presets, err := o.Thresholds(t.Context(), 0)
	if err != nil || len(presets) != 3 || !presets[0].Chosen || presets[1].Chosen {
		t.Fatalf("got %+v, %v, want cautious of three", presets, err)
	}
	for i, p := range presets {
		e := p.Estimate
		if sum := e.Answered + e.Wrong + e.HandedOver; e.Texts == 0 || sum < 0.999 || sum > 1.001 {
			t.Errorf("%s: %+v does not add up", p.Name, e)
		}
		if i > 0 && e.HandedOver > presets[i-1].Estimate.HandedOver {
			t.Errorf("%s hands over more than %s", p.Name, presets[i-1].Name)
		}
	}
	if err := o.SetThreshold(t.Context(), 0.553); err != nil {
		t.Fatal(err)
	}
	presets, err = o.Thresholds(t.Context(), 0)
	if err != nil || len(presets) != 4 || presets[3].Name != "own" || presets[3].Threshold != 0.55 || !presets[3].Chosen {
		t.Errorf("got %+v, %v, want an own one of 0.55", presets, err)
	}
	if r := o.ask("hello"); r.Threshold != 0.55 {
		t.Errorf("the next text is judged by %v", r.Threshold)
	}
	if err := o.SetThreshold(t.Context(), float64(bot.Eager)); err != nil {
		t.Fatal(err)
	}
	if presets, _ = o.Thresholds(t.Context(), 0); len(presets) != 3 || !presets[2].Chosen {
		t.Errorf("got %+v, want eager", presets)
	}
	wantInvalid(t, o.SetThreshold(t.Context(), 70), "threshold", "Choose a value from 0 to 100 percent.")
}

func TestAdoptStarter(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	mine := o.teach("How do I apply?", "Ask Bo.", "")
	done, err := o.AdoptStarter(t.Context(), Adoption{Site: "test.example", Topics: []string{"admissions", "it"}, Languages: []Language{"en"}, On: true})
	if err != nil || done.Kept != 1 || done.Added < 10 {
		t.Fatalf("got %+v, %v", done, err)
	}
	if got := o.answer(mine).Text; got != "Ask Bo." {
		t.Errorf("an own answer now says %q", got)
	}
	if r := o.ask("i forgot my password"); r.Kind != Answered || r.Title != "I forgot my password." {
		t.Errorf("got %+v", r)
	}
	again, err := o.AdoptStarter(t.Context(), Adoption{})
	if err != nil || again.Kept != done.Added+1 || again.Added < 100 {
		t.Errorf("the rest: %+v, %v", again, err)
	}
	off, err := o.Answers(t.Context(), Filter{State: Off})
	if err != nil || off.Total != again.Added {
		t.Errorf("%d wait to be put right, %v, want %d", off.Total, err, again.Added)
	}
	spanish, _ := o.Answers(t.Context(), Filter{Search: "codigo federal", Language: "es"})
	if len(spanish.Items) != 1 || spanish.Items[0].Enabled {
		t.Errorf("got %+v", spanish.Items)
	}
}
