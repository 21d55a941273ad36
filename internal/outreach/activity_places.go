package outreach

import (
	"context"
	"fmt"
	"math"
	"time"

	"parley/internal/postgres"
)

// spot is where a conversation stands in a list. Places are read from the conversations alone, in the
// order of an index, and only those of one page are looked at closer: what the planner thinks of the
// size of an organization then does not matter.
type spot struct {
	ID      ConversationID
	At      time.Time
	Waiting bool
}

// Orders of a campaign's conversations. @at and @id are the place before.
const (
	waitingPlaces = ` and v.waiting_since is not null and (v.waiting_since, v.id) > (@at, @id)
		order by v.waiting_since, v.id limit @limit`
	notWaitingPlaces = ` and v.waiting_since is null and (v.last_at, v.id) < (@at, @id)
		order by v.last_at desc, v.id desc limit @limit`
	newestPlaces = ` and (v.last_at, v.id) < (@at, @id)
		order by v.last_at desc, v.id desc limit @limit`
)

// otherPlaces is the order behind those who wait, or of all where they are not put first.
func (q ActivityQuery) otherPlaces() string {
	if q.WaitingFirst {
		return notWaitingPlaces
	}
	return newestPlaces
}

// readPlaces reads one place more than a page has, so that it is known whether another follows.
func (q ActivityQuery) readPlaces(ctx context.Context, tx *postgres.Tx, people namesakes, order string) ([]spot, error) {
	args := people.args()
	args["campaign"], args["filter"], args["limit"] = q.Campaign, q.Filter, q.Limit+1
	args["at"], args["id"] = q.after(order)
	at := `v.last_at`
	if order == waitingPlaces {
		at = `v.waiting_since`
	}
	read := postgres.Rows[spot]
	if q.Name != "" && people.few == nil {
		read = postgres.RowsInOrder[spot]
	}
	places, err := read(ctx, tx, people.conversations(`v.id, `+at+` as at, v.waiting_since is not null as waiting`)+filterSQL+order, args)
	if err != nil {
		return nil, fmt.Errorf("read the activity of campaign %d: %w", q.Campaign, err)
	}
	return places, nil
}

// after is the cursor, or what stands before every place of the order.
func (q ActivityQuery) after(order string) (time.Time, int64) {
	switch {
	case q.After != Cursor{}:
		return q.After.At, q.After.ID
	case order == waitingPlaces:
		return time.Time{}, 0
	default:
		return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), math.MaxInt64
	}
}

// conversations reads the conversations at these places, in their order.
func conversations(ctx context.Context, tx *postgres.Tx, places []spot) ([]Conversation, error) {
	ids := make([]ConversationID, len(places))
	for i, p := range places {
		ids[i] = p.ID
	}
	found, err := postgres.Rows[Conversation](ctx, tx, conversationsSQL+` order by listed.place`, postgres.Args{"ids": ids})
	if err != nil {
		return nil, fmt.Errorf("read conversations: %w", err)
	}
	return found, nil
}
