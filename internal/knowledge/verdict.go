package knowledge

import (
	"context"

	"parley/internal/bot"
	"parley/internal/postgres"
)

// Verdict is what the bot would say to a text, and why.
type Verdict struct {
	Reply
	Language Language // to reply in; empty if nothing matched
	// Matches are the best few, most confident first; small talk may be among them.
	Matches    []Match
	Normalised string // the text as the bot read it
	Evidence   bot.Evidence
	// Before is what the bot says now, where a draft was tried.
	Before *Reply
}

// Match is one answer, or kind of small talk, that a text may ask for.
type Match struct {
	Kind       ReplyKind // Answered or SmallTalk
	AnswerID   AnswerID  // 0 for small talk and for a new draft
	Title      string
	Text       string
	Confidence float64
	Variant    string // the variant most like the text
	Chosen     int    // how often an agent has chosen it, in the review queue
}

// explain decides about a text within the caller's transaction.
func (l *Library) explain(ctx context.Context, tx *postgres.Tx, q Question) (Verdict, error) {
	s, err := askSetting(tx, q.Office).wait(ctx, tx, l.editions)
	if err != nil {
		return Verdict{}, err
	}
	return l.explainUnder(ctx, tx, s, q)
}

func (l *Library) explainUnder(ctx context.Context, tx *postgres.Tx, s setting, q Question) (Verdict, error) {
	model, err := l.model(ctx, tx, s)
	if err != nil {
		return Verdict{}, err
	}
	before, err := l.cards(ctx, tx, s, q.Office, []AnswerID{q.Last})
	if err != nil {
		return Verdict{}, err
	}
	t := s.think(model, q, before[q.Last].Title)
	cards, err := l.cards(ctx, tx, s, q.Office, t.answers())
	if err != nil {
		return Verdict{}, err
	}
	return s.conclude(t, cards), nil
}

// verdict says what a decision alone comes to. A matched answer without a card is passed over.
func (s setting) verdict(d bot.Decision, cards map[AnswerID]card) Verdict {
	v := Verdict{
		Reply:    Reply{Kind: Unknown, Confidence: d.Confidence, Threshold: s.Threshold},
		Language: d.Language, Normalised: d.Normalised, Evidence: d.Evidence,
	}
	for _, m := range d.Matches {
		if m.Kind == bot.KindSmallTalk {
			v.Matches = append(v.Matches, Match{
				Kind: SmallTalk, Title: m.SmallTalk.String(), Text: smallTalkText(m.SmallTalk, m.Language),
				Confidence: m.Confidence, Variant: m.Variant,
			})
		} else if c, ok := cards[AnswerID(m.AnswerID)]; ok {
			v.Matches = append(v.Matches, Match{
				Kind: Answered, AnswerID: c.ID, Title: c.Title, Text: c.Text,
				Confidence: m.Confidence, Variant: m.Variant,
			})
		}
	}
	v.settle()
	return v
}

// settle gives the best match if it is sure enough, else names the nearest answer.
func (v *Verdict) settle() {
	if len(v.Matches) == 0 {
		v.Confidence = 0
		return
	}
	best := v.Matches[0]
	v.Confidence = best.Confidence
	if best.Confidence >= v.Threshold {
		v.Kind, v.AnswerID, v.Title, v.Text = best.Kind, best.AnswerID, best.Title, best.Text
		return
	}
	v.nameClosest()
}

func (v *Verdict) nameClosest() {
	for _, m := range v.Matches {
		if m.Kind == Answered {
			v.Closest, v.ClosestID = m.Title, m.AnswerID
			return
		}
	}
}

// handOver lets a person answer where the text asks for one, is angry or tells of danger. A question
// that the organization has taught word for word ("i need to talk to an advisor") is answered all
// the same, but never one that tells of danger.
func (v *Verdict) handOver(signals bot.Signals, s setting) {
	taught := v.Kind == Answered && v.Evidence.Exact
	kind, text := AskedForPerson, ""
	switch {
	case signals.Crisis:
		kind, text = Crisis, s.crisisText(v.Language)
	case (signals.Person || signals.Anger) && !taught:
	default:
		return
	}
	v.Kind, v.AnswerID, v.Title, v.Text, v.Also, v.Offered = kind, 0, "", text, nil, nil
	v.nameClosest()
}
