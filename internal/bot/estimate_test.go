package bot_test

import (
	"math/rand/v2"
	"testing"

	"parley/internal/bot"
)

// shuffled deals an answer's texts anew to its variants and to the questions to ask, as many of either
// as before: whoever asks then asks in ways as different from the variants as those are from each
// other.
func (c corpus) shuffled(seed uint64) corpus {
	random := rand.New(rand.NewPCG(seed, 0))
	dealt := corpus{outside: c.outside}
	for _, a := range c.knowledge.Answers {
		texts := append([]string{}, a.Variants...)
		for _, q := range c.held {
			if q.answer == a.ID && q.language == a.Language {
				texts = append(texts, q.text)
			}
		}
		random.Shuffle(len(texts), func(i, j int) { texts[i], texts[j] = texts[j], texts[i] })
		for _, text := range texts[len(a.Variants):] {
			dealt.held = append(dealt.held, question{text, a.ID, a.Language})
		}
		a.Variants = texts[:len(a.Variants)]
		dealt.knowledge.Answers = append(dealt.knowledge.Answers, a)
	}
	return dealt
}

// Over four deals the estimated share of right answers is 0.03 below what happens, and that of wrong
// ones 0.01 to 0.02 above it: half of the outside texts are supposed to be harder than those of testdata.
func TestEstimateHoldsOnQuestionsLikeTheVariants(t *testing.T) {
	t.Parallel()
	c, err := university()
	if err != nil {
		t.Fatal(err)
	}
	const deals, outside = 4, 0.2
	thresholds := []bot.Threshold{bot.Cautious, bot.Balanced, bot.Eager}
	estimated, happened := make([]bot.Estimate, len(thresholds)), make([]bot.Estimate, len(thresholds))
	for deal := range uint64(deals) {
		dealt := c.shuffled(deal)
		m := train(t, dealt.knowledge)
		for i, at := range thresholds {
			e, in, out := m.Estimate(at), ask(m, dealt.held, at), ask(m, dealt.outside, at)
			estimated[i].Answered += e.Answered / deals
			estimated[i].Wrong += e.Wrong / deals
			happened[i].Answered += (1 - outside) * in.right / in.all / deals
			happened[i].Wrong += ((1-outside)*in.wrong/in.all + outside*out.wrong/out.all) / deals
		}
	}
	for i, at := range thresholds {
		e, h := estimated[i], happened[i]
		t.Logf("%.1f: answered %.3f, estimated %.3f; wrong %.3f, estimated %.3f", float64(at), h.Answered, e.Answered, h.Wrong, e.Wrong)
		if d := e.Answered - h.Answered; d < -0.05 || d > 0.03 {
			t.Errorf("threshold %v: answered %.3f, estimated %.3f", at, h.Answered, e.Answered)
		}
		if d := e.Wrong - h.Wrong; d < 0 || d > 0.05 {
			t.Errorf("threshold %v: wrong %.3f, estimated %.3f", at, h.Wrong, e.Wrong)
		}
	}
}

func TestEstimateOfAnswersWithOneVariantIsNotKnown(t *testing.T) {
	t.Parallel()
	m := train(t, bot.Knowledge{Answers: []bot.Answer{
		{ID: 1, Language: bot.English, Variants: []string{"where do i park"}},
		{ID: 2, Language: bot.English, Variants: []string{"when is the fafsa due"}},
	}})
	if e := m.Estimate(bot.Balanced); e != (bot.Estimate{}) {
		t.Errorf("got %+v of answers with one variant each", e)
	}
}
