package bot_test

import (
	"testing"

	"parley/internal/bot"
	"parley/internal/bot/smsnoise"
)

// tally counts what a model did with questions at a threshold.
type tally struct{ right, wrong, refused, all float64 }

func ask(m *bot.Model, questions []question, at bot.Threshold) (n tally) {
	for _, q := range questions {
		n.all++
		switch d := m.Decide(q.text, at); {
		case d.Kind == bot.Unknown:
			n.refused++
		case d.Kind == bot.KindAnswer && d.AnswerID == q.answer && d.Language == q.language:
			n.right++
		default:
			n.wrong++
		}
	}
	return n
}

func (c corpus) in(language bot.Language) (only []question) {
	for _, q := range c.held {
		if q.language == language {
			only = append(only, q)
		}
	}
	return only
}

func atLeast(t *testing.T, what string, got, want float64) {
	t.Helper()
	t.Logf("%s: %.3f", what, got)
	if got < want {
		t.Errorf("%s: got %.3f, want at least %.3f", what, got, want)
	}
}

func atMost(t *testing.T, what string, got, want float64) {
	t.Helper()
	t.Logf("%s: %.3f", what, got)
	if got > want {
		t.Errorf("%s: got %.3f, want at most %.3f", what, got, want)
	}
}

func TestCorpusIsLargeEnough(t *testing.T) {
	t.Parallel()
	c, _ := universityModel(t)
	answers, variants := map[bot.AnswerID]bool{}, 0
	trained := map[string]bool{}
	for _, a := range c.knowledge.Answers {
		answers[a.ID] = true
		variants += len(a.Variants)
		for _, v := range a.Variants {
			trained[v] = true
		}
	}
	atLeast(t, "answers in a language", float64(len(c.knowledge.Answers)), 60)
	atLeast(t, "variants", float64(variants), 600)
	atLeast(t, "held-out questions", float64(len(c.held)), 600)
	atLeast(t, "outside questions", float64(len(c.outside)), 300)
	for _, q := range c.held {
		if trained[q.text] {
			t.Errorf("%q is both a variant and held out", q.text)
		}
	}
}

// The gates stand below what was measured (0.966, 0.986; 0.900, 0.014, 0.925)
// by more than three standard errors of a share among so many questions.
func TestQuality(t *testing.T) {
	t.Parallel()
	c, m := universityModel(t)

	english, spanish := ask(m, c.in(bot.English), 0), ask(m, c.in(bot.Spanish), 0)
	atLeast(t, "English accuracy", english.right/english.all, 0.92)
	atLeast(t, "Spanish accuracy", spanish.right/spanish.all, 0.93)

	held, outside := ask(m, c.held, bot.Balanced), ask(m, c.outside, bot.Balanced)
	atLeast(t, "answered right, balanced", held.right/held.all, 0.83)
	atMost(t, "answered wrong, balanced", held.wrong/held.all, 0.05)
	atLeast(t, "outside refused, balanced", outside.refused/outside.all, 0.86)
}

// Measured: 0.012 and 0.027.
func TestQualityUnderNoise(t *testing.T) {
	t.Parallel()
	c, m := universityModel(t)
	clean := ask(m, c.held, 0)
	for _, level := range []struct {
		name  string
		noise smsnoise.Level
		loss  float64
	}{{"light", smsnoise.Light, 0.04}, {"heavy", smsnoise.Heavy, 0.06}} {
		noise := smsnoise.New(level.noise, 1)
		var spoiled []question
		for _, q := range c.held {
			q.text = noise.Spoil(q.text)
			spoiled = append(spoiled, q)
		}
		noisy := ask(m, spoiled, 0)
		atMost(t, "accuracy lost to "+level.name+" noise", (clean.right-noisy.right)/clean.all, level.loss)
	}
}

func TestThresholdsTradeAnswersForErrors(t *testing.T) {
	t.Parallel()
	c, m := universityModel(t)
	var last tally
	for _, at := range []bot.Threshold{bot.Cautious, bot.Balanced, bot.Eager} {
		n, e := ask(m, c.held, at), m.Estimate(at)
		t.Logf("%.1f: right %.3f wrong %.3f; estimated %+v", float64(at), n.right/n.all, n.wrong/n.all, e)
		if n.right < last.right || n.wrong < last.wrong {
			t.Errorf("threshold %v: %+v is not more than %+v", at, n, last)
		}
		if sum := e.Answered + e.Wrong + e.HandedOver; sum < 0.999 || sum > 1.001 {
			t.Errorf("threshold %v: estimate %+v adds up to %v", at, e, sum)
		}
		last = n
	}
}
