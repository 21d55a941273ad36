package server

import (
	"context"

	"parley/internal/knowledge"
	"parley/web/page"
	"parley/web/ui"
)

// progressWeeks is how far back the knowledge page looks: odd, so that every second label is the last, too.
const progressWeeks = 9

// confusionsShown is how many pairs of answers that are mixed up it lists.
const confusionsShown = 4

// progress is how the bot has done, and what stands in its way.
func (d *desk) progress(ctx context.Context) (*page.Progress, error) {
	weeks, err := d.knowledge.Progress(ctx, progressWeeks)
	if err != nil {
		return nil, err
	}
	pairs, err := d.knowledge.Confusions(ctx, confusionsShown)
	if err != nil {
		return nil, err
	}
	this, last := weeks[len(weeks)-1], weeks[len(weeks)-2]
	p := &page.Progress{Contained: percentOf(this.Contained()), Questions: this.Questions(), Answered: this.Answered, Wrong: this.Wrong,
		Unknown: this.Unknown, Persons: this.Persons, Before: -1}
	if last.Questions() > 0 {
		p.Before = percentOf(last.Contained())
	}
	p.Containment, p.Missing = containment(weeks), missing(weeks)
	for _, pair := range pairs {
		p.Mixed = append(p.Mixed, page.MixedPair{A: ui.Link{Text: pair.TitleA, URL: answerURL(pair.A)}, B: ui.Link{Text: pair.TitleB, URL: answerURL(pair.B)}, Times: pair.Times})
	}
	return p, nil
}

const weekLabel = "Jan 2"

// containment charts the share that the bot answered without a person, week by week; an empty chart where
// nobody has asked anything.
func containment(weeks []knowledge.Week) ui.Chart {
	c := ui.Chart{ID: "containment", Title: "Answered without a person", Column: "Week of", Unit: "Per cent", Every: 2}
	answered, questions := 0, 0
	for _, w := range weeks {
		bar := ui.ChartBar{Label: w.From.Format(weekLabel), Value: percentOf(w.Contained())}
		if w.Questions() == 0 {
			bar.Long = bar.Label + ", no questions"
		}
		c.Bars = append(c.Bars, bar)
		answered, questions = answered+w.Answered, questions+w.Questions()
	}
	if questions == 0 {
		return ui.Chart{}
	}
	c.Takeaway = ui.Count(percentOf(float64(answered)/float64(questions))) + "% in " + shown(len(weeks), "week")
	return c
}

// missing charts what the bot lacked, week by week; an empty chart where it lacked nothing.
func missing(weeks []knowledge.Week) ui.Chart {
	c := ui.Chart{ID: "missing", Title: "Not known or wrong", Column: "Week of", Unit: "Texts", Every: 2}
	total := 0
	for _, w := range weeks {
		c.Bars = append(c.Bars, ui.ChartBar{Label: w.From.Format(weekLabel), Value: w.Unknown + w.Wrong})
		total += w.Unknown + w.Wrong
	}
	if total == 0 {
		return ui.Chart{}
	}
	c.Takeaway = shown(total, "text") + " in " + shown(len(weeks), "week")
	return c
}
