package knowledge

import (
	"context"
	"fmt"

	"parley/internal/account"
	"parley/internal/postgres"
)

// TextID names an inbound text within an organization.
type TextID int64

// ownText is the condition on decision b that the text came to an office of the actor's.
const ownText = `(@all or exists (
	select
	from message om
	join conversation oc on oc.org_id = @org and oc.id = om.conversation_id
	where om.org_id = @org and om.id = b.message_id and oc.office_id = any (@offices::bigint[])))`

// Correct notes that the answer which the bot gave to a text does not answer it, so that somebody
// who teaches the bot looks at it. Every agent may. A text that the bot gave no answer to is
// account.ErrNotFound; correcting one twice changes nothing.
func (d Desk) Correct(ctx context.Context, id TextID) error {
	return d.read(ctx, func(tx *postgres.Tx) error {
		type corrected struct {
			AnswerID AnswerID
			Before   bool
		}
		c, err := postgres.Row[corrected](ctx, tx, `
			select b.answer_id, b.corrected_at is not null as before
			from bot_decision b
			where b.org_id = @org and b.message_id = @id and b.kind = 'answer' and `+ownText+`
			for update of b`, d.offices(postgres.Args{"id": id}))
		if err != nil {
			return fmt.Errorf("read what the bot answered to text %d: %w", id, err)
		}
		if c.Before {
			return nil
		}
		_, err = tx.Exec(ctx, `
			update bot_decision
			set corrected_at = app_now(), corrected_by = nullif(@user, 0), reviewed_at = null
			where org_id = @org and message_id = @id`, postgres.Args{"id": id, "user": d.actor.User})
		if err != nil {
			return fmt.Errorf("correct the answer to text %d: %w", id, err)
		}
		tx.Publish(ReviewTopic)
		return d.actor.Record(ctx, tx, account.Change{Verb: "correct", Subject: "message", SubjectID: int64(id), Was: c.AnswerID})
	})
}

// ReviewTopic is the event that the review queue has changed.
const ReviewTopic = "knowledge-review"
