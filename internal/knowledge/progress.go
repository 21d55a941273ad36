package knowledge

import (
	"context"
	"fmt"
	"time"

	"parley/internal/postgres"
)

// Week is what became of the questions of one week. Small talk is none of them; neither is what was
// texted while a person had the conversation.
type Week struct {
	From     time.Time // its Monday, as a day
	Answered int       // by the bot, and not corrected
	Wrong    int       // answered, and an agent said that this was no answer
	Unknown  int
	Persons  int // a person was asked for, or was needed at once
}

// Questions is how many there were.
func (w Week) Questions() int { return w.Answered + w.Wrong + w.Unknown + w.Persons }

// Contained is the share, from 0 to 1, of the questions that the bot answered without a person; 0 of none.
func (w Week) Contained() float64 {
	if w.Questions() == 0 {
		return 0
	}
	return float64(w.Answered) / float64(w.Questions())
}

// Progress reads what became of the questions of the last so many weeks, this one the last, in the
// whole organization. Weeks begin on Monday in the organization's zone.
func (d Desk) Progress(ctx context.Context, weeks int) ([]Week, error) {
	var all []Week
	err := d.read(ctx, func(tx *postgres.Tx) (err error) {
		all, err = postgres.Rows[Week](ctx, tx, `
			with zone as (
				select time_zone as name, date_trunc('week', app_now() at time zone time_zone) as monday
				from organization
				where org_id = @org
			), counted as (
				select date_trunc('week', b.created_at at time zone z.name) as monday,
					count(*) filter (where b.kind in ('answer', 'clarify') and b.corrected_at is null) as answered,
					count(*) filter (where b.corrected_at is not null) as wrong,
					count(*) filter (where b.kind = 'unknown') as unknown,
					count(*) filter (where b.kind in ('asked_for_person', 'crisis')) as persons
				from zone z
				join bot_decision b on b.org_id = @org
					and b.created_at >= (z.monday - (@weeks - 1) * interval '1 week') at time zone z.name
				group by 1
			)
			select w.monday::date as "from", coalesce(c.answered, 0) as answered, coalesce(c.wrong, 0) as wrong,
				coalesce(c.unknown, 0) as unknown, coalesce(c.persons, 0) as persons
			from zone z
			cross join generate_series(z.monday - (@weeks - 1) * interval '1 week', z.monday, interval '1 week') w (monday)
			left join counted c on c.monday = w.monday
			order by w.monday`, postgres.Args{"weeks": weeks})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the bot's progress: %w", err)
	}
	return all, nil
}
