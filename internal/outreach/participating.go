package outreach

import (
	"context"
	"fmt"
	"time"

	"parley/internal/postgres"
)

// Participating reads the conversations that the actor has answered, the newest text first. Those of
// archived campaigns have left it (AR8).
func (d Desk) Participating(ctx context.Context, after Cursor) (page Page[Conversation], err error) {
	type seat struct {
		ConversationID ConversationID
		LastAt         time.Time
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		seats, err := postgres.Rows[seat](ctx, tx, `
			select t.conversation_id, t.last_at
			from participant t
			where t.org_id = @org and t.user_id = @user and (@first_page or (t.last_at, t.conversation_id) < (@at, @id))
			order by t.last_at desc, t.conversation_id desc
			limit @limit`,
			postgres.Args{"user": d.actor.User, "at": after.At, "id": after.ID, "first_page": after == Cursor{}, "limit": pageSize + 1})
		if err != nil {
			return err
		}
		part := paged(seats, pageSize, func(s seat) Cursor { return Cursor{At: s.LastAt, ID: int64(s.ConversationID)} })
		ids := make([]ConversationID, len(part.Rows))
		for i, s := range part.Rows {
			ids[i] = s.ConversationID
		}
		page.Next = part.Next
		page.Rows, err = postgres.Rows[Conversation](ctx, tx, conversationsSQL+` order by listed.place`, postgres.Args{"ids": ids})
		return err
	})
	if err != nil {
		return page, fmt.Errorf("read where user %d takes part: %w", d.actor.User, err)
	}
	return page, nil
}

// CountParticipating is how many conversations the actor has answered, counted up to MostCounted.
func (d Desk) CountParticipating(ctx context.Context) (n int, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		n, err = postgres.Value[int](ctx, tx, `
			select count(*)
			from (select from participant where org_id = @org and user_id = @user limit @most) bounded`,
			postgres.Args{"user": d.actor.User, "most": MostCounted})
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("count where user %d takes part: %w", d.actor.User, err)
	}
	return n, nil
}
