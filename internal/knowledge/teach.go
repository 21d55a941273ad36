package knowledge

import (
	"context"
	"fmt"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Lesson makes a group of the review queue a variant of an answer.
type Lesson struct {
	Texts    []TextID // of the group: they leave the queue
	Question string   // the variant, as texted or put right
	Answer   AnswerID
}

// Teach adds the question to the answer's variants and takes the texts out of the queue. A variant
// that is there already is no error; one that another answer has is account.Invalid.
func (d Desk) Teach(ctx context.Context, l Lesson) error {
	if wording(l.Question) == "" {
		return account.Invalid{"question": "Type the question in words."}
	}
	return d.edit(ctx, func(e *edit) error {
		if err := e.addVariant(ctx, l.Answer, l.Question); err != nil {
			return err
		}
		return d.settle(ctx, e.tx, l.Texts)
	})
}

// Dismiss takes texts out of the review queue without teaching the bot anything. Those that are not in
// it change nothing.
func (d Desk) Dismiss(ctx context.Context, texts []TextID) error {
	if err := d.actor.May(account.TeachBot); err != nil {
		return err
	}
	return d.db.Org(ctx, d.actor.Org, func(tx *postgres.Tx) error {
		if err := d.settle(ctx, tx, texts); err != nil || len(texts) == 0 {
			return err
		}
		return d.actor.Record(ctx, tx, account.Change{Verb: "dismiss", Subject: "message", SubjectID: int64(texts[0]), Became: texts})
	})
}

// settle takes texts to the actor's offices out of the review queue, and tells the pages that show what
// was marked as wrong in them.
func (d Desk) settle(ctx context.Context, tx *postgres.Tx, texts []TextID) error {
	if len(texts) == 0 {
		return nil
	}
	marked, err := postgres.Values[int64](ctx, tx, `
		with settled as (
			update bot_decision b
			set reviewed_at = app_now()
			where b.org_id = @org and b.message_id = any (@texts) and `+toReview+` and `+ownText+`
			returning b.message_id, b.corrected_at
		)
		select distinct m.conversation_id
		from settled s
		join message m on m.org_id = @org and m.id = s.message_id
		where s.corrected_at is not null and m.conversation_id is not null`, d.offices(postgres.Args{"texts": texts}))
	if err != nil {
		return fmt.Errorf("take texts out of the review queue: %w", err)
	}
	tx.Publish(ReviewTopic)
	for _, conversation := range marked {
		tx.Publish(MarkedTopic(conversation))
	}
	return nil
}
