package dispatch

import (
	"context"
	"fmt"
	"sync"
	"time"

	"parley/internal/postgres"
)

// Status is what the carrier says about a text that was accepted: the strongest evidence there is.
type Status struct {
	Token     Token // of the attempt; zero if the carrier did not repeat it
	SID       string
	State     State // accepted, sent, delivered, undelivered or failed
	ErrorCode int   // why it is undelivered or failed, 0 if not said
}

// Settler takes statuses and writes them in batches.
type Settler struct {
	db *postgres.DB

	mu   sync.Mutex
	open map[postgres.OrgID]*settling
}

// settling is a batch of statuses of one organization. Its fields are fixed once done is closed.
type settling struct {
	statuses []Status
	done     chan struct{}
	err      error
}

// NewSettler returns a Settler that needs no closing.
func NewSettler(db *postgres.DB) *Settler {
	return &Settler{db: db, open: map[postgres.OrgID]*settling{}}
}

const (
	// settleWindow is how long a status waits for others, so that a launch's hundreds of callbacks a
	// second share their commits. The carrier waits 15 s for an answer.
	settleWindow = 10 * time.Millisecond
	settleBatch  = 256
	settleLimit  = 10 * time.Second
)

// Settle stores a status and returns once it is committed. Statuses may come in any order, repeated,
// and before the outcome of the post is recorded: a text only moves to a higher rank, and the token
// binds an SID that was not known. A status of a text that is not ours changes nothing, without error.
// When ctx ends Settle returns its error, and the status may be stored all the same.
func (s *Settler) Settle(ctx context.Context, org postgres.OrgID, status Status) error {
	b := s.join(org, status)
	select {
	case <-b.done:
		return b.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Settler) join(org postgres.OrgID, status Status) *settling {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.open[org]
	if b == nil || len(b.statuses) >= settleBatch {
		b = &settling{done: make(chan struct{})}
		s.open[org] = b
		time.AfterFunc(settleWindow, func() { s.run(org, b) })
	}
	b.statuses = append(b.statuses, status)
	return b
}

func (s *Settler) run(org postgres.OrgID, b *settling) {
	s.mu.Lock()
	if s.open[org] == b {
		delete(s.open, org)
	}
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), settleLimit)
	defer cancel()
	b.err = s.db.Org(ctx, org, func(tx *postgres.Tx) error {
		if err := plan(ctx, tx, byKey); err != nil {
			return err
		}
		moves, err := applyStatuses(ctx, tx, b.statuses)
		if err != nil {
			return err
		}
		return settleMoves(ctx, tx, moves)
	})
	close(b.done)
}

// applyStatuses moves texts to what the carrier says of them. The moves are still to be settled.
func applyStatuses(ctx context.Context, tx *postgres.Tx, statuses []Status) ([]move, error) {
	var tokens []Token
	var sids, states, reasons []string
	var codes []int32
	for _, s := range statuses {
		tokens, sids, states = append(tokens, s.Token), append(sids, s.SID), append(states, string(s.State))
		codes, reasons = append(codes, int32(s.ErrorCode)), append(reasons, string(statusReason(s)))
	}
	type applied struct {
		move
		OptedOut bool
	}
	rows, err := postgres.Rows[applied](ctx, tx, settleSQL, postgres.Args{
		"tokens": tokens, "sids": sids, "states": states, "codes": codes, "reasons": reasons, "opted_out": codeOptedOut})
	if err != nil {
		return nil, fmt.Errorf("settle statuses: %w", err)
	}
	var moves []move
	var told []int64
	for _, r := range rows {
		moves = append(moves, r.move)
		if r.OptedOut {
			told = append(told, r.ID)
		}
	}
	more, err := optOutAtCarrier(ctx, tx, told)
	if err != nil {
		return nil, err
	}
	return append(moves, more...), nil
}

func statusReason(s Status) Reason {
	if s.State == StateUndelivered || s.State == StateFailed {
		return ReasonOf(s.ErrorCode).orRefused()
	}
	return ""
}

// A status finds its text by SID, or by the token of the attempt while the text has no SID. The token
// of an earlier attempt than the last binds only if no later one may be under way.
const settleSQL = `
	with status as (
		select *
		from unnest(@tokens::uuid[], @sids::text[], @states::text[], @codes::int[], @reasons::text[])
			as s (token, sid, state, code, reason)
	), found as (
		select distinct on (coalesce(m.id, a.message_id)) coalesce(m.id, a.message_id) as id, s.*
		from status s
		left join message m on m.org_id = @org and m.sid = s.sid
		left join attempt a on a.org_id = @org and a.token = s.token
		where m.id is not null or a.message_id is not null
		order by coalesce(m.id, a.message_id), state_rank(s.state) desc
	), held as (
		select m.id, m.was, f.token, f.sid, f.state, f.code, f.reason
		from found f
		cross join lateral (
			select id, state as was
			from message
			where org_id = @org and id = f.id and state_rank(f.state) > state_rank(state)
				and (sid = f.sid or sid is null and (token = f.token or state in ('queued', 'unresolved')))
			for update) m
	), explained as (
		update attempt a
		set outcome = 'accepted'
		from held h
		where a.org_id = @org and a.token = h.token and a.message_id = h.id and (a.outcome is null or a.outcome = 'unknown')
	)
	update message m
	set state = h.state,
		sid = h.sid,
		token = case when m.sid is null then coalesce(h.token, m.token) else m.token end,
		error_code = nullif(h.code, 0),
		reason = h.reason,
		settled_at = case when state_rank(h.state) = 4 then app_now() end
	from held h
	where m.org_id = @org and m.id = h.id
	returning ` + moveColumns + `, h.was, h.code = @opted_out as opted_out`
