package phonenet

import (
	"errors"
	"strings"
	"time"
)

// Answering is how phones answer by themselves.
type Answering struct {
	On bool `json:"on"`
	// Share of texts that get an answer; 0 with On means defaultShare.
	Share float64 `json:"share"`
	// Delay until a person answers; zero with On means defaultDelay.
	Delay Span `json:"delay"`
}

const (
	defaultShare = 0.6
	// mostAnswers is how often a phone answers by itself until a person uses
	// it or forgetAnswers passed: two machines must not chat for ever.
	mostAnswers = 3
	stopShare   = 0.02
	// forgetAnswers is the pause after which a phone may answer again, such as
	// the next campaign.
	forgetAnswers = 2 * time.Minute
)

var defaultDelay = Span{Min: time.Second, Max: 12 * time.Second}

// SetAnswering makes phones answer by themselves, or leaves that to people.
func (n *Network) SetAnswering(a Answering) error {
	if a.Share < 0 || a.Share > 1 {
		return errors.New("set answering: share must be between 0 and 1")
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.answering = a
	n.recordLocked(event{kind: KindAnswering, note: mustJSON(a)})
	return nil
}

// Answering returns the present setting.
func (n *Network) Answering() Answering {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.answering
}

// promptLocked lets a phone decide whether to answer a text that just came.
func (n *Network) promptLocked(m *message) {
	a := n.answering
	if !a.On {
		return
	}
	if a.Share == 0 {
		a.Share = defaultShare
	}
	if a.Delay == (Span{}) {
		a.Delay = defaultDelay
	}
	h := n.handsetLocked(m.to)
	if time.Since(h.answered) > forgetAnswers {
		h.answers = 0
	}
	if h.answers >= mostAnswers || !m.draw.hits(knobAnswers, a.Share) {
		return
	}
	n.answerLocked(h, m, m.draw.within(knobAnswerDelay, a.Delay))
}

// answerLocked has a phone answer a text after a while.
func (n *Network) answerLocked(h *handset, m *message, delay time.Duration) {
	h.answers++
	h.answered = time.Now()
	body := phraseFor(m.body, m.draw)
	n.after(delay, func() { n.receive(m.from, h.phone, body, nil) })
}

// everybodyWithin is how soon everybody answers; a hundred phones do not buzz
// in one instant.
const everybodyWithin = 4 * time.Second

// EverybodyAnswers has every phone whose newest text came from a number answer
// it now, and returns how many do.
func (n *Network) EverybodyAnswers() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	count := 0
	for h := range n.recent.all() {
		m := h.lastAsked()
		if m == nil {
			continue
		}
		turn := newDraw(uint64(m.draw), uint64(len(h.texts)))
		n.answerLocked(h, m, turn.within(knobAnswerDelay, UpTo(everybodyWithin)))
		count++
	}
	return count
}

// lastAsked is the newest text of a phone that can answer and has not, or nil.
func (h *handset) lastAsked() *message {
	if h.Kind != Smartphone && h.Kind != Keypad || len(h.texts) == 0 {
		return nil
	}
	last := h.texts[len(h.texts)-1]
	if last.status != StatusDelivered || last.direction == notice || last.direction == inbound {
		return nil
	}
	return last
}

// phraseFor chooses words that could answer a text: its language, and yes or
// no where that is what it asks.
func phraseFor(body string, d draw) string {
	words := english
	if soundsSpanish(body) || d.hits(knobPhrase+1<<16, 0.08) {
		words = spanish
	}
	mood := d.share(knobPhrase + 2<<16)
	choose := func(list []string) string { return list[d.pick(knobPhrase, len(list))] }
	switch {
	case mood < stopShare:
		return "STOP"
	case asksYesNo(body) && mood < 0.7:
		return choose(words.yesNo)
	case mood < 0.60:
		return choose(words.questions)
	case mood < 0.88:
		return choose(words.thanks)
	}
	return choose(words.odd)
}

func soundsSpanish(body string) bool {
	body = strings.ToLower(body)
	for _, sign := range []string{"¿", "¡", "hola", "gracias", "usted", "responda", "fecha límite", "ñ"} {
		if strings.Contains(body, sign) {
			return true
		}
	}
	return false
}

func asksYesNo(body string) bool {
	body = strings.ToLower(body)
	return strings.Contains(body, "yes") && strings.Contains(body, "no") ||
		strings.Contains(body, "sí o no") || strings.Contains(body, "si o no")
}
