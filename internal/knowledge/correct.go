package knowledge

import (
	"context"
	"fmt"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Correct notes that the answer which the bot gave to a text does not answer it, so that somebody
// who teaches the bot looks at it. Every agent may. A text that the bot gave no answer to is
// account.ErrNotFound; correcting one twice changes nothing.
func (d Desk) Correct(ctx context.Context, id TextID) error {
	return d.mark(ctx, id, "correct", func(tx *postgres.Tx, g given) (bool, error) {
		if g.Corrected {
			return false, nil
		}
		_, err := tx.Exec(ctx, `
			update bot_decision
			set corrected_at = app_now(), corrected_by = nullif(@user, 0), reviewed_at = null
			where org_id = @org and message_id = @id`, postgres.Args{"id": id, "user": d.actor.User})
		return true, err
	})
}

// Withdraw takes back what Correct has noted: the answer was right after all. Every agent may, until
// somebody has reviewed the text; then it is an account.Conflict. What was not corrected stays as it is.
func (d Desk) Withdraw(ctx context.Context, id TextID) error {
	return d.mark(ctx, id, "withdraw", func(tx *postgres.Tx, g given) (bool, error) {
		if !g.Corrected {
			return false, nil
		}
		if g.Reviewed {
			return false, account.Conflict("Somebody has reviewed this already. What the bot has learned from it stays.")
		}
		_, err := tx.Exec(ctx, `
			update bot_decision
			set corrected_at = null, corrected_by = null
			where org_id = @org and message_id = @id`, postgres.Args{"id": id})
		return true, err
	})
}

// given is an answer that the bot gave, and what people made of it.
type given struct {
	Answer       AnswerID
	Conversation int64
	Corrected    bool
	Reviewed     bool
}

// mark changes what is noted of the answer to a text to the actor's offices, and keeps in the audit that
// it did.
func (d Desk) mark(ctx context.Context, id TextID, verb string, change func(*postgres.Tx, given) (bool, error)) error {
	err := d.read(ctx, func(tx *postgres.Tx) error {
		g, err := postgres.Row[given](ctx, tx, `
			select coalesce(b.answer_id, 0) as answer, coalesce(m.conversation_id, 0) as conversation,
				b.corrected_at is not null as corrected, b.reviewed_at is not null as reviewed
			from bot_decision b
			join message m on m.org_id = @org and m.id = b.message_id
			where b.org_id = @org and b.message_id = @id and b.kind = 'answer' and `+ownText+`
			for update of b`, d.offices(postgres.Args{"id": id}))
		if err != nil {
			return err
		}
		changed, err := change(tx, g)
		if err != nil || !changed {
			return err
		}
		tx.Publish(ReviewTopic)
		tx.Publish(MarkedTopic(g.Conversation))
		return d.actor.Record(ctx, tx, account.Change{Verb: verb, Subject: "message", SubjectID: int64(id), Was: g.Answer})
	})
	if err != nil {
		return fmt.Errorf("%s the answer to text %d: %w", verb, id, err)
	}
	return nil
}
