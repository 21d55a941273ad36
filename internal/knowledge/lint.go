package knowledge

import (
	"context"
	"fmt"

	"parley/internal/bot"
	"parley/internal/postgres"
)

// Lint is how well an answer is found, and what stands in its way. It is judged on the answer as it is
// saved and, where the bot serves it, on the trained bot.
type Lint struct {
	Strength Strength
	Variants int // the title among them
	// Tried is how many variants were asked of a bot trained without them, and Found how many of those
	// it found. It is a pessimistic judge: the bot that serves has all of them. Tried is 0 for an answer
	// that does not serve, or stands alone.
	Tried, Found int
	Mixed        []Mixed
	Nearer       []Nearer
	Same         [][2]string // pairs of variants that read alike to the bot
	Shared       []string    // variants that another answer has, too, as the bot reads them
}

// Mixed is another answer that this one is taken for, or the other way round.
type Mixed struct {
	ID    AnswerID
	Title string
	Times int
}

// Nearer is a variant that lies nearer to another answer than to its own.
type Nearer struct {
	Variant string
	ID      AnswerID
	Title   string
}

// Lint judges an answer, trained with those of its office.
func (d Desk) Lint(ctx context.Context, id AnswerID) (Lint, error) {
	var l Lint
	err := d.read(ctx, func(tx *postgres.Tx) error {
		a, err := readAnswer(ctx, tx, d.actor, id)
		if err != nil {
			return err
		}
		l.Variants, l.Strength = len(a.Variants), StrengthOf(len(a.Variants))
		s, err := readSetting(ctx, tx, a.Office)
		if err != nil {
			return err
		}
		model, err := d.library.model(ctx, tx, s)
		if err != nil {
			return err
		}
		l.compare(a, model)
		titles, err := d.readTitles(ctx, tx)
		if err != nil {
			return err
		}
		l.examine(id, model, titles)
		return nil
	})
	if err != nil {
		return Lint{}, fmt.Errorf("judge answer %d: %w", id, err)
	}
	return l, nil
}

// compare finds variants that say nothing new to the bot.
func (l *Lint) compare(a Answer, model *bot.Model) {
	served := model.Examine(bot.AnswerID(a.ID)).Tried > 0
	seen := map[string]string{}
	for _, v := range a.Variants {
		read := model.Normalise(v.Text)
		if first, ok := seen[read]; ok {
			l.Same = append(l.Same, [2]string{first, v.Text})
			continue
		}
		seen[read] = v.Text
		if served && !model.Decide(v.Text, 0).Evidence.Exact {
			l.Shared = append(l.Shared, v.Text)
		}
	}
}

func (l *Lint) examine(id AnswerID, model *bot.Model, titles map[AnswerID]string) {
	e := model.Examine(bot.AnswerID(id))
	l.Tried, l.Found = e.Tried, e.Right
	for _, m := range e.Mistakes {
		if title, ok := titles[AnswerID(m.TakenFor)]; ok {
			l.Nearer = append(l.Nearer, Nearer{Variant: m.Variant, ID: AnswerID(m.TakenFor), Title: title})
		}
	}
	for _, c := range model.Confusions() {
		a, b := AnswerID(c.A), AnswerID(c.B)
		if b == id {
			a, b = b, a
		}
		if title, ok := titles[b]; ok && a == id {
			l.Mixed = append(l.Mixed, Mixed{ID: b, Title: title, Times: c.Times})
		}
	}
}

// readTitles reads the titles of the answers that the actor may see.
func (d Desk) readTitles(ctx context.Context, tx *postgres.Tx) (map[AnswerID]string, error) {
	type named struct {
		ID    AnswerID
		Title string
	}
	rows, err := postgres.Rows[named](ctx, tx, `
		select a.id, a.title from answer a where a.org_id = @org and `+visible, d.offices(postgres.Args{}))
	if err != nil {
		return nil, fmt.Errorf("read the titles: %w", err)
	}
	titles := map[AnswerID]string{}
	for _, r := range rows {
		titles[r.ID] = r.Title
	}
	return titles, nil
}

// Pair is two answers that the bot mixes up.
type Pair struct {
	A, B           AnswerID
	TitleA, TitleB string
	Times          int
}

// Confusions lists the pairs of answers that the bot mixes up most, at most so many, of those that
// serve the whole organization and that the actor may see.
func (d Desk) Confusions(ctx context.Context, most int) ([]Pair, error) {
	var pairs []Pair
	err := d.read(ctx, func(tx *postgres.Tx) error {
		s, err := readSetting(ctx, tx, 0)
		if err != nil {
			return err
		}
		model, err := d.library.model(ctx, tx, s)
		if err != nil {
			return err
		}
		titles, err := d.readTitles(ctx, tx)
		if err != nil {
			return err
		}
		for _, c := range model.Confusions() {
			a, okA := titles[AnswerID(c.A)]
			b, okB := titles[AnswerID(c.B)]
			if okA && okB && len(pairs) < most {
				pairs = append(pairs, Pair{A: AnswerID(c.A), B: AnswerID(c.B), TitleA: a, TitleB: b, Times: c.Times})
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the answers that are mixed up: %w", err)
	}
	return pairs, nil
}
