package bot_test

import (
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"parley/internal/bot"
)

func TestEmptyKnowledgeKnowsSmallTalkOnly(t *testing.T) {
	t.Parallel()
	for name, k := range map[string]bot.Knowledge{
		"nothing":     {},
		"no variants": {Answers: []bot.Answer{{ID: 1, Language: bot.English}}},
		"blank ones":  {Answers: []bot.Answer{{ID: 1, Language: bot.English, Variants: []string{"", " ?!", "\x00"}}}},
	} {
		m := train(t, k)
		if d := m.Decide("where do i park", 0); d.Kind != bot.Unknown || d.Confidence != 0 || len(d.Matches) != 0 {
			t.Errorf("%s: got %+v, want unknown", name, d)
		}
		if d := m.Decide("thx so much!!", bot.Cautious); d.SmallTalk != bot.Thanks {
			t.Errorf("%s: got %+v, want thanks", name, d)
		}
		if e := m.Estimate(bot.Balanced); e != (bot.Estimate{}) {
			t.Errorf("%s: got estimate %+v of nothing", name, e)
		}
	}
}

func TestOneVariantIsEnoughToAnswerItself(t *testing.T) {
	t.Parallel()
	m := train(t, bot.Knowledge{Answers: []bot.Answer{{ID: 7, Language: "fr", Variants: []string{"Où est la bibliothèque ?"}}}})
	d := m.Decide("ou est la BIBLIOTHEQUE", bot.Cautious)
	want := bot.Match{Kind: bot.KindAnswer, AnswerID: 7, Language: "fr", Confidence: 1, Variant: "Où est la bibliothèque ?"}
	if diff := cmp.Diff(want, d.Matches[0]); diff != "" || d.AnswerID != 7 || !d.Evidence.Exact {
		t.Errorf("got %+v; match (-want +got):\n%s", d, diff)
	}
	if d := m.Decide("how do i fix a flat tire", bot.Eager); d.Kind != bot.Unknown {
		t.Errorf("got %+v, want unknown", d)
	}
}

func TestSmallTalk(t *testing.T) {
	t.Parallel()
	_, m := universityModel(t)
	for text, want := range map[string]bot.SmallTalk{
		"Hi!": bot.Greeting, "hey good morning": bot.Greeting, "hola buenas tardes": bot.Greeting,
		"thank u": bot.Thanks, "ok thx!!!": bot.Thanks, "👍": bot.Acknowledgement, "ok": bot.Acknowledgement,
		"muchas gracias": bot.Thanks, "grax": bot.Thanks, "vale": bot.Acknowledgement, "k": bot.Acknowledgement,
		"ttyl": bot.Farewell, "hasta luego": bot.Farewell, "okkkk": bot.Acknowledgement, "thanks a lot for ur help": bot.Thanks,
	} {
		if d := m.Decide(text, bot.Balanced); d.Kind != bot.KindSmallTalk || d.SmallTalk != want {
			t.Errorf("%q: got %v %v %.2f, want %v", text, d.Kind, d.SmallTalk, d.Confidence, want)
		}
	}
	for _, text := range []string{"thanks, where do i park?", "hi when is the fafsa due", "ok how do i drop a class"} {
		if d := m.Decide(text, bot.Eager); d.Kind != bot.KindAnswer {
			t.Errorf("%q: got %v %.2f, want an answer", text, d.Kind, d.Confidence)
		}
	}
}

func TestOwnAnswerReplacesSmallTalk(t *testing.T) {
	t.Parallel()
	m := train(t, bot.Knowledge{Answers: []bot.Answer{
		{ID: 1, Language: bot.English, Variants: []string{"thanks", "thank you", "thanks so much", "thank you so much", "i appreciate it"}},
		{ID: 2, Language: bot.English, Variants: []string{"where do i park", "parking lot"}},
	}})
	if d := m.Decide("many thanks", bot.Eager); d.AnswerID != 1 {
		t.Errorf("got %+v, want the organization's answer", d)
	}
	if d := m.Decide("muchas gracias", bot.Eager); d.SmallTalk != bot.Thanks {
		t.Errorf("got %+v, want Spanish thanks", d)
	}
}

func TestReadsTextMessages(t *testing.T) {
	t.Parallel()
	_, m := universityModel(t)
	for text, want := range map[string]string{
		"wheres teh libary":       "where is the library",
		"pls snd my trnscrpt":     "please send my transcript",
		"how do i aply 4 housing": "how do i apply for housing",
		"q es la contrasena":      "que es la contrasena",
		"WHEN'S   Orientation???": "when is orientation",
	} {
		if d := m.Decide(text, 0); d.Normalised != want {
			t.Errorf("%q: read %q, want %q", text, d.Normalised, want)
		}
	}
}

func TestReplyIsInTheMatchedVariantsLanguage(t *testing.T) {
	t.Parallel()
	m := train(t, bot.Knowledge{Answers: []bot.Answer{
		{ID: 1, Language: bot.English, Variants: []string{"where do i park", "parking permit price"}},
		{ID: 1, Language: bot.Spanish, Variants: []string{"donde me estaciono", "precio del permiso de estacionamiento"}},
	}})
	for text, want := range map[string]bot.Language{"where can i park": bot.English, "donde puedo estacionarme": bot.Spanish} {
		if d := m.Decide(text, 0); d.AnswerID != 1 || d.Language != want {
			t.Errorf("%q: got %+v, want answer 1 in %q", text, d, want)
		}
	}
}

func TestTrainingIsDeterministicWhateverTheOrder(t *testing.T) {
	t.Parallel()
	c, _ := universityModel(t)
	var turned bot.Knowledge
	for _, a := range c.knowledge.Answers[:20] {
		a.Variants = append(append([]string{}, a.Variants[3:]...), a.Variants[:3]...)
		turned.Answers = append([]bot.Answer{a}, turned.Answers...)
	}
	one, other := train(t, bot.Knowledge{Answers: c.knowledge.Answers[:20]}), train(t, turned)
	for _, q := range c.held[:200] {
		if diff := cmp.Diff(one.Decide(q.text, 0), other.Decide(q.text, 0)); diff != "" {
			t.Fatalf("%q: %s", q.text, diff)
		}
	}
}

func TestSharedVariantIsNotCertain(t *testing.T) {
	t.Parallel()
	m := train(t, bot.Knowledge{Answers: []bot.Answer{
		{ID: 1, Language: bot.English, Variants: []string{"office hours", "when is the aid office open"}},
		{ID: 2, Language: bot.English, Variants: []string{"Office hours?", "when is the bursar open"}},
	}})
	if d := m.Decide("office hours", 0); d.Evidence.Exact || d.Confidence == 1 {
		t.Errorf("got %+v, want doubt", d)
	}
}

func TestWordsInCommonDecideWhereScoresAreClose(t *testing.T) {
	t.Parallel()
	m := train(t, bot.Knowledge{Answers: []bot.Answer{
		{ID: 1, Language: bot.English, Variants: []string{"where can i park", "parking permit", "where do visitors park", "is parking free", "where do i leave my car", "how do i get a parking pass"}},
		{ID: 2, Language: bot.English, Variants: []string{"when is the fafsa due", "fafsa deadline", "last day to send the fafsa", "is it too late for fafsa", "when do i turn in my fafsa", "fafsa due date"}},
		{ID: 3, Language: bot.English, Variants: []string{"when is the library open", "library hours", "how late is the library open", "is the library open on sunday", "when does the library close", "can i study in the library at night"}},
	}})
	if d := m.Decide("and on weekends?", 0); d.AnswerID != 3 {
		t.Errorf("got %+v, want the hours of the library", d.Matches)
	}
}

func TestHostileTexts(t *testing.T) {
	t.Parallel()
	_, m := universityModel(t)
	for _, text := range []string{
		"", " ", "\x00", "\xff\xfe\xfd", "🦙🦙🦙", "👩‍👩‍👧‍👦", "????", strings.Repeat("a", 10_000), strings.Repeat("qzx ", 2_500),
		strings.Repeat("🦙", 2_500), strings.Repeat("e\u0301", 5_000), "\u202e\u200b", strings.Repeat("ﷺ", 3_000),
	} {
		if d := m.Decide(text, bot.Eager); d.Kind != bot.Unknown {
			t.Errorf("%.20q: got %v %.2f, want unknown", text, d.Kind, d.Confidence)
		}
		bot.ReadSignals(text)
	}
}

func TestDecisionsAreSane(t *testing.T) {
	t.Parallel()
	_, m := universityModel(t)
	rapid.Check(t, func(r *rapid.T) {
		text, at := rapid.String().Draw(r, "text"), bot.Threshold(rapid.Float64Range(0, 1).Draw(r, "threshold"))
		d := m.Decide(text, at)
		if math.IsNaN(d.Confidence) || d.Confidence < 0 || d.Confidence > 1 {
			r.Fatalf("confidence %v", d.Confidence)
		}
		if known := len(d.Matches) > 0 && d.Confidence >= float64(at); known != (d.Kind != bot.Unknown) {
			r.Fatalf("kind %v at confidence %v and threshold %v", d.Kind, d.Confidence, at)
		}
		for i := 1; i < len(d.Matches); i++ {
			if d.Matches[i].Confidence > d.Matches[i-1].Confidence {
				r.Fatalf("match %d is surer than the one before: %+v", i, d.Matches)
			}
		}
	})
}

func TestModelIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	c, m := universityModel(t)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for _, q := range c.held[:50] {
				m.Decide(q.text, bot.Balanced)
			}
		})
	}
	group.Wait()
}

func TestBytes(t *testing.T) {
	t.Parallel()
	_, m := universityModel(t)
	if n := m.Bytes(); n < 200<<10 || n > 2<<20 {
		t.Errorf("a model of 660 variants holds %d bytes", n)
	}
}

// themes is an encoder that knows two synonyms no spelling would reveal.
type themes struct{ broken bool }

func (themes) Dimensions() int { return 2 }

func (e themes) Encode(text string) []float32 {
	v := []float32{0, 0}
	for _, w := range strings.Fields(text) {
		switch w {
		case "zamboni", "icerink":
			v[0] = 1
		case "kiln", "pottery":
			v[1] = 1
		}
	}
	if e.broken {
		return v[:1]
	}
	return v
}

func TestEncoder(t *testing.T) {
	t.Parallel()
	k := bot.Knowledge{Answers: []bot.Answer{
		{ID: 1, Language: bot.English, Variants: []string{"icerink", "icerink please"}},
		{ID: 2, Language: bot.English, Variants: []string{"pottery", "pottery please"}},
	}}
	m, err := bot.Trainer{Encoder: themes{}}.Train(k)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bot.AnswerID{"zamboni": 1, "kiln": 2} {
		if d := m.Decide(text, 0); d.AnswerID != want {
			t.Errorf("%q: got %+v, want answer %d", text, d, want)
		}
	}
	if _, err := (bot.Trainer{Encoder: themes{broken: true}}).Train(k); err == nil {
		t.Error("an encoder of the wrong length was accepted")
	}
}
