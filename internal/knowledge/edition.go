package knowledge

import (
	"context"
	"fmt"
	"sync"

	"parley/internal/account"
	"parley/internal/postgres"
)

// stand is when an organization's answers were looked at: after how many edits, and on which of its days.
type stand struct {
	Edits int64
	Today Day
}

// edition is what follows from all answers of an organization. It is the same for every text until an answer
// is edited or a day has passed.
type edition struct {
	at      stand
	Turned  int64              // how many first days of answers have come and how many last days are over
	Offices []account.OfficeID // that have answers of their own to give
}

// editions keeps the edition of each organization that was read last. It is safe for concurrent use; nil
// keeps none.
type editions struct {
	mu     sync.Mutex // guards latest
	latest map[account.OrgID]edition
}

func newEditions() *editions { return &editions{latest: map[account.OrgID]edition{}} }

// read finds the edition of a stand that was read before in the transaction. An edit that has been committed
// since may be in it already, never one that the stand has seen and it has not.
func (k *editions) read(ctx context.Context, tx *postgres.Tx, s stand) (edition, error) {
	if e, ok := k.held(tx.Org(), s); ok {
		return e, nil
	}
	e, err := postgres.Row[edition](ctx, tx, `
		select coalesce(sum((a.valid_from <= `+today+`)::int), 0) + coalesce(sum((a.valid_to < `+today+`)::int), 0) as turned,
			coalesce(array_agg(distinct a.office_id) filter (where a.office_id is not null and `+mayGive("a")+`), '{}') as offices
		from answer a
		where a.org_id = @org`, nil)
	if err != nil {
		return edition{}, fmt.Errorf("read which answers are given when and where: %w", err)
	}
	e.at = s
	k.hold(tx.Org(), e)
	return e, nil
}

func (k *editions) held(org account.OrgID, s stand) (edition, bool) {
	if k == nil {
		return edition{}, false
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	e, ok := k.latest[org]
	return e, ok && e.at == s
}

func (k *editions) hold(org account.OrgID, e edition) {
	if k == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.latest[org] = e
}
