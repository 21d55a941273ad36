package knowledge

import (
	"context"
	"fmt"
	"time"

	"parley/internal/postgres"
)

// Use is a time when the bot gave an answer.
type Use struct {
	At         time.Time
	Question   string
	Confidence float64
	Wrong      bool // an agent said that it did not answer the question
}

// latelyLength is how many uses of an answer its page shows.
const latelyLength = 10

// Lately reads when an answer was given, the latest first, and how often in all.
func (d Desk) Lately(ctx context.Context, id AnswerID) (uses []Use, times int, err error) {
	err = d.read(ctx, func(tx *postgres.Tx) error {
		if _, err := readAnswer(ctx, tx, d.actor, id); err != nil {
			return err
		}
		uses, err = postgres.Rows[Use](ctx, tx, `
			select m.created_at as at, b.text as question, b.confidence::float8 as confidence,
				b.corrected_at is not null as wrong
			from bot_decision b
			join message m on m.org_id = @org and m.id = b.message_id
			where b.org_id = @org and b.answer_id = @id and b.kind = 'answer'
			order by b.message_id desc
			limit @limit`, postgres.Args{"id": id, "limit": latelyLength})
		if err != nil {
			return fmt.Errorf("read when answer %d was given: %w", id, err)
		}
		times, err = postgres.Value[int](ctx, tx, `
			select count(*) from bot_decision where org_id = @org and answer_id = @id and kind = 'answer'`, postgres.Args{"id": id})
		return err
	})
	return uses, times, err
}
