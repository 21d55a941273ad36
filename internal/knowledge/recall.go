package knowledge

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/postgres"
)

// Thread is all that a person and a number have texted each other, by their ids.
type Thread struct{ Number, Contact int64 }

// said is what the bot said last in a thread, as Question has it.
type said struct {
	Last  AnswerID
	Asked []AnswerID
}

// askRecall asks what the bot said last in a thread. It forgets after an hour, and once a person has
// written in between; thanks and greetings it passes over.
func askRecall(tx *postgres.Tx, thread Thread) *postgres.Pending[said] {
	return postgres.AskRow[said](tx, fmt.Sprintf("recall what number %d and contact %d have texted", thread.Number, thread.Contact), postgres.Statement{SQL: `
		select case when b.kind = 'answer' then coalesce(b.answer_id, 0) else 0 end as last,
			case when b.kind = 'clarify' then b.offered else '{}' end as asked
		from (
			select m.id, m.author
			from message m
			where m.org_id = @org and m.number_id = @number and m.contact_id = @contact
				and m.created_at > app_now() - interval '1 hour' and m.author in ('contact', 'agent')
			order by m.id desc
			limit 10
		) t
		left join lateral (
			select b.kind, b.answer_id, b.offered
			from bot_decision b
			where b.org_id = @org and b.message_id = t.id
			limit 1
		) b on true
		where t.author = 'agent' or b.kind <> 'small_talk'
		order by t.id desc
		limit 1`, Args: postgres.Args{"number": thread.Number, "contact": thread.Contact}})
}

func recalled(ctx context.Context, pending *postgres.Pending[said]) (said, error) {
	s, err := pending.Wait(ctx)
	if errors.Is(err, postgres.ErrNotFound) {
		return said{}, nil
	}
	return s, err
}
