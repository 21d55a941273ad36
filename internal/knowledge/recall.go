package knowledge

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/postgres"
)

// Recall reads what the bot said last in a conversation, as Question.Last and Question.Asked want it.
// It forgets after an hour, and once a person has written in between; thanks and greetings it passes
// over.
func Recall(ctx context.Context, tx *postgres.Tx, conversation int64) (last AnswerID, asked []AnswerID, err error) {
	type said struct {
		Last  AnswerID
		Asked []AnswerID
	}
	s, err := postgres.Row[said](ctx, tx, `
		select case when b.kind = 'answer' then coalesce(b.answer_id, 0) else 0 end as last,
			case when b.kind = 'clarify' then b.offered else '{}' end as asked
		from conversation c
		cross join lateral (
			select m.id, m.author
			from message m
			where m.org_id = @org and m.number_id = c.number_id and m.contact_id = c.contact_id
				and m.created_at > app_now() - interval '1 hour' and m.author in ('contact', 'agent')
			order by m.id desc
			limit 10
		) t
		left join bot_decision b on b.org_id = @org and b.message_id = t.id
		where c.org_id = @org and c.id = @conversation and (t.author = 'agent' or b.kind <> 'small_talk')
		order by t.id desc
		limit 1`, postgres.Args{"conversation": conversation})
	if errors.Is(err, postgres.ErrNotFound) {
		return 0, nil, nil
	}
	if err != nil {
		return 0, nil, fmt.Errorf("recall conversation %d: %w", conversation, err)
	}
	return s.Last, s.Asked, nil
}
