package bot_test

import (
	"testing"

	"parley/internal/bot"
)

func TestSignals(t *testing.T) {
	t.Parallel()
	person, crisis, anger := bot.Signals{Person: true}, bot.Signals{Crisis: true}, bot.Signals{Anger: true}
	for text, want := range map[string]bot.Signals{
		"AGENT":                                   person,
		"human":                                   person,
		"can someone pls call me":                 person,
		"can i talk to a real person?":            person,
		"i wanna speak w someone":                 person,
		"quiero hablar con una persona":           person,
		"me pueden llamar xfa":                    person,
		"i want to kill myself":                   crisis,
		"i dont want to live anymore":             crisis,
		"my boyfriend hits me... he hit me again": crisis,
		"ya no quiero vivir":                      crisis,
		"someone has a gun in the dorm":           crisis,
		"he beats me":                             crisis,
		"this is ridiculous":                      anger,
		"you are useless":                         anger,
		"wtf i already told you":                  anger,
		"estoy harta de esperar":                  anger,
		"no sirven para nada":                     anger,
		"useless bot let me talk to a human":      {Person: true, Anger: true},

		"do i need to see my financial agent":   {},
		"where is human resources":              {},
		"are u a real person":                   {},
		"do not call me":                        {},
		"where can i get a BS degree":           {},
		"what is the suicide prevention number": {},
		"is this a scam":                        {},
		"when is the fafsa due":                 {},
		"donde me estaciono":                    {},
		"how many people live in a dorm":        {},
		"":                                      {},
	} {
		if got := bot.ReadSignals(text); got != want {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
	}
}

// Ordinary questions must not set the alarms off.
func TestSignalsAreSilentOnTheCorpus(t *testing.T) {
	t.Parallel()
	c, _ := universityModel(t)
	for _, q := range append(append([]question{}, c.held...), c.outside...) {
		if got := bot.ReadSignals(q.text); got != (bot.Signals{}) {
			t.Errorf("%q: got %+v", q.text, got)
		}
	}
}
