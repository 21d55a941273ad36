package knowledge

import (
	"context"
	"fmt"

	"parley/internal/account"
	"parley/internal/bot"
	"parley/internal/postgres"
)

// Suggested are answers that an agent may give to a text.
type Suggested struct {
	Text    TextID // that they answer, 0 if there are none
	Asked   string // what it says
	Newest  bool   // nothing was texted since
	Answers []Match
}

// What is suggested. Of the texts of CLINC150 that a bot of 150 answers with 10 wordings each is too
// unsure of to answer, these find the right answer among three for 7 in 10, and suggest something for
// less than half of those that no answer fits; without them it would be 8 in 10, and all.
const (
	// suggestFloor is the confidence from which the best answer is worth showing.
	suggestFloor = 0.1
	// suggestNext is that of the others, beside one that is.
	suggestNext = 0.05
	// suggestMost is how many an agent reads at a glance.
	suggestMost = 3
)

// Suggest finds answers for the newest text of a conversation that a person owes an answer: one for which
// the conversation waits, or that was answered wrongly by the bot and by nobody since. They are the best
// first and at most three; an answer that was wrong is not among them. There are none where the bot has
// nothing sensible to say, where somebody may be in danger, and in conversations of other offices than
// the actor's.
func (d Desk) Suggest(ctx context.Context, conversation int64) (Suggested, error) {
	var s Suggested
	err := d.read(ctx, func(tx *postgres.Tx) error {
		texts, err := d.owed(ctx, tx, conversation)
		if err != nil {
			return err
		}
		for _, t := range texts {
			if bot.ReadSignals(t.Text).Crisis {
				s = Suggested{}
				return nil
			}
			if s.Text != 0 {
				continue
			}
			v, err := d.library.explain(ctx, tx, Question{Office: t.Office, Text: t.Text})
			if err != nil {
				return err
			}
			if found := worthShowing(v.Matches, map[AnswerID]bool{t.Wrong: true}); len(found) > 0 {
				s = Suggested{Text: t.ID, Asked: t.Text, Newest: t.Newest, Answers: found}
			}
		}
		return nil
	})
	if err != nil {
		return Suggested{}, fmt.Errorf("suggest answers in conversation %d: %w", conversation, err)
	}
	return s, nil
}

// worthShowing are the matches that a person may want to choose, without those that were wrong.
func worthShowing(matches []Match, wrong map[AnswerID]bool) []Match {
	var found []Match
	for _, m := range matches {
		floor := suggestFloor
		if len(found) > 0 {
			floor = suggestNext
		}
		if m.Kind == Answered && !wrong[m.AnswerID] && m.Confidence >= floor && len(found) < suggestMost {
			found = append(found, m)
		}
	}
	return found
}

// owed is a text that a person has to answer.
type owed struct {
	ID     TextID
	Text   string
	Office account.OfficeID
	Wrong  AnswerID // that the bot gave, 0: none
	Newest bool     // nothing was texted since
}

// owed reads the last few texts that a person has to answer, the newest first.
func (d Desk) owed(ctx context.Context, tx *postgres.Tx, conversation int64) ([]owed, error) {
	const few = 3
	texts, err := postgres.Rows[owed](ctx, tx, `
		select t.id, t.body as text, coalesce(c.office_id, 0) as office,
			case when b.corrected_at is null then 0 else coalesce(b.answer_id, 0) end as wrong, t.place = 1 as newest
		from conversation c
		cross join lateral (
			select m.id, m.body, m.created_at, row_number() over (order by m.id desc) as place
			from message m
			where m.org_id = @org and m.number_id = c.number_id and m.contact_id = c.contact_id and m.author = 'contact'
			order by m.id desc
			limit @few) t
		left join bot_decision b on b.org_id = @org and b.message_id = t.id
		where c.org_id = @org and c.id = @conversation and (@all or c.office_id = any (@offices::bigint[]))
			and case when b.corrected_at is null
				then t.created_at >= c.waiting_since and coalesce(b.kind, '') not in ('answer', 'small_talk')
				else not exists (
					select from message a
					where a.org_id = @org and a.number_id = c.number_id and a.contact_id = c.contact_id
						and a.author = 'agent' and a.id > t.id)
				end
		order by t.id desc`, d.offices(postgres.Args{"conversation": conversation, "few": few}))
	if err != nil {
		return nil, fmt.Errorf("read what is to be answered: %w", err)
	}
	return texts, nil
}
