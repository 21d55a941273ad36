package knowledge

import (
	"context"
	"slices"

	"parley/internal/account"
	"parley/internal/bot"
	"parley/internal/postgres"
)

// Trial is a text to try the bot with, nothing of which is kept.
type Trial struct {
	Text   string
	Office account.OfficeID // whose number would be texted; 0: none in particular
	// Draft, if there is one, is tried as if it had been saved and switched on, on texts to its own
	// office if it has one. It may be unfinished.
	Draft *Draft
}

// Try tells what the bot would say to a text. With a draft a bot is trained for the occasion, which
// takes as long as training after an edit does.
func (d Desk) Try(ctx context.Context, t Trial) (Verdict, error) {
	if t.Draft != nil && t.Draft.Office != 0 {
		t.Office = t.Draft.Office
	}
	var now Verdict
	var r rehearsal
	err := d.read(ctx, func(tx *postgres.Tx) (err error) {
		now, err = d.library.explain(ctx, tx, Question{Office: t.Office, Text: t.Text})
		if err == nil && t.Draft != nil {
			r, err = rehearse(ctx, tx, t)
		}
		return err
	})
	if err != nil || t.Draft == nil {
		return now, err
	}
	v, err := d.perform(ctx, r, t)
	v.Before = &now.Reply
	return v, err
}

// rehearsal is an organization's knowledge with a draft in it.
type rehearsal struct {
	setting setting
	known   bot.Knowledge
	draft   content
}

func rehearse(ctx context.Context, tx *postgres.Tx, t Trial) (rehearsal, error) {
	var r rehearsal
	var err error
	if r.setting, err = readSetting(ctx, tx, t.Office); err != nil {
		return r, err
	}
	if r.known, err = readKnowledge(ctx, tx, t.Office); err != nil {
		return r, err
	}
	r.draft, _ = t.Draft.check() // what is still wrong with it is told when it is saved
	id := bot.AnswerID(t.Draft.ID)
	r.known.Answers = slices.DeleteFunc(r.known.Answers, func(a bot.Answer) bool { return a.ID == id })
	r.known.Answers = append(r.known.Answers, bot.Answer{
		ID: id, Language: r.draft.Language, Variants: append([]string{r.draft.Title}, r.draft.Variants...),
	})
	return r, nil
}

// perform trains outside of any transaction, since it takes a while, and reads what the matched
// answers say in another.
func (d Desk) perform(ctx context.Context, r rehearsal, t Trial) (Verdict, error) {
	model, err := d.library.train(r.known)
	if err != nil {
		return Verdict{}, err
	}
	thought := r.setting.think(model, Question{Office: t.Office, Text: t.Text}, "")
	var cards map[AnswerID]card
	err = d.read(ctx, func(tx *postgres.Tx) (err error) {
		cards, err = readCards(ctx, tx, t.Office, thought.answers())
		return err
	})
	if err != nil {
		return Verdict{}, err
	}
	cards[t.Draft.ID] = card{ID: t.Draft.ID, Title: r.draft.Title, Text: r.draft.Text}
	return r.setting.conclude(thought, cards), nil
}
