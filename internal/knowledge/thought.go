package knowledge

import (
	"slices"
	"strings"

	"parley/internal/bot"
	"parley/internal/sms"
)

// thought is what a model makes of a text in its conversation, before anybody has looked what the
// matched answers say.
type thought struct {
	question Question
	whole    bot.Decision
	parts    []bot.Decision // of each question, where the text asks several
	leaning  bool           // it follows up the answer given last
	joined   bot.Decision   // of what was asked before and this text together, where it leans
}

// think decides; last is the title of the answer given last, empty if there was none.
func (s setting) think(model *bot.Model, q Question, last string) thought {
	at := bot.Threshold(s.Threshold)
	t := thought{question: q, whole: model.Decide(q.Text, at)}
	for _, part := range questionsOf(q.Text) {
		t.parts = append(t.parts, model.Decide(part, at))
	}
	if last != "" && followsUp(q.Text) {
		t.leaning, t.joined = true, model.Decide(strings.TrimRight(last, "?. ")+" "+q.Text, at)
	}
	return t
}

// answers are those that the conclusion may need to read.
func (t thought) answers() []AnswerID {
	ids := slices.Clone(t.question.Asked)
	for _, d := range append(t.parts, t.whole, t.joined) {
		for _, m := range d.Matches {
			if m.Kind == bot.KindAnswer {
				ids = append(ids, AnswerID(m.AnswerID))
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// conclude says what a thought comes to, given what the answers say.
func (s setting) conclude(t thought, cards map[AnswerID]card) Verdict {
	v := s.verdict(t.whole, cards)
	switch choice := choiceOf(t.question.Text); {
	case len(t.question.Asked) > 0 && choice != 0:
		v.pick(t.question.Asked, choice, cards)
	case v.Evidence.Exact || v.Kind == SmallTalk:
	case len(t.parts) > 1:
		v.answerEach(s, t.parts, cards)
	case t.leaning:
		v.followUp(t.question.Last, s.verdict(t.joined, cards))
	case s.Clarify && len(t.question.Asked) == 0:
		v.clarify()
	}
	v.handOver(bot.ReadSignals(t.question.Text), s)
	return v
}

// give makes the verdict an answer.
func (v *Verdict) give(m Match) {
	v.Kind, v.AnswerID, v.Title, v.Text, v.Confidence = Answered, m.AnswerID, m.Title, m.Text, m.Confidence
	v.Closest, v.ClosestID = "", 0
}

// doubt makes the verdict an IDK.
func (v *Verdict) doubt() {
	v.Kind, v.AnswerID, v.Title, v.Text = Unknown, 0, "", ""
	v.nameClosest()
}

// pick gives the offered answer of that number; neither, or one that is gone by now, is an IDK.
func (v *Verdict) pick(asked []AnswerID, number int, cards map[AnswerID]card) {
	if number < 1 || number > len(asked) {
		v.doubt()
		return
	}
	c, ok := cards[asked[number-1]]
	if !ok {
		v.doubt()
		return
	}
	v.give(Match{AnswerID: c.ID, Title: c.Title, Text: c.Text, Confidence: 1})
}

// answerEach answers every question of a text one below the other if all are sure, else none.
func (v *Verdict) answerEach(s setting, parts []bot.Decision, cards map[AnswerID]card) {
	confidence := 1.0
	var given []Match
	for _, d := range parts {
		part := s.verdict(d, cards)
		confidence = min(confidence, part.Confidence)
		if part.Kind == SmallTalk {
			continue
		}
		if part.Kind != Answered {
			v.Confidence = confidence
			v.doubt()
			return
		}
		if !slices.ContainsFunc(given, func(m Match) bool { return m.AnswerID == part.AnswerID }) {
			given = append(given, part.Matches[0])
		}
	}
	if len(given) == 0 {
		return
	}
	v.give(given[0])
	v.Confidence = confidence
	for _, m := range given[1:] {
		v.Also = append(v.Also, m.AnswerID)
		v.Title += " + " + m.Title
		v.Text += "\n\n" + m.Text
	}
	if sms.Count(v.Text).TooLong() {
		v.Also = nil
		v.doubt()
	}
}

// followUp answers a text that leans on the last answer only where the text alone and in its context
// are sure of the same other answer: to say the last one again would be no answer, and what the
// context does not bear out is a guess.
func (v *Verdict) followUp(last AnswerID, joined Verdict) {
	switch {
	case joined.Kind == Answered && joined.AnswerID != last && (joined.Evidence.Exact || v.Kind == Answered && v.AnswerID == joined.AnswerID):
		v.give(joined.Matches[0])
	case v.Kind == Answered:
		v.doubt()
	}
}
