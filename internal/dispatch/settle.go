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
	b.err = s.db.OrgByKeys(ctx, org, func(tx *postgres.Tx) error {
		if err := prepare(ctx, tx); err != nil {
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
	leaving, told := leavers(statuses)
	if err := holdLeavers(ctx, tx, leaving, told); err != nil {
		return nil, err
	}
	var tokens []Token
	var sids []string
	var states []State
	for _, s := range statuses {
		tokens, sids, states = append(tokens, s.Token), append(sids, s.SID), append(states, s.State)
	}
	type known struct {
		move
		Place    int // of the status
		HasSID   bool
		HasToken bool
	}
	rows, err := postgres.Rows[known](ctx, tx, settleSQL, postgres.Args{"tokens": tokens, "sids": sids, "states": states})
	if err != nil {
		return nil, fmt.Errorf("find the texts of statuses: %w", err)
	}
	var moves []move
	var left []int64
	var messages, attempts []postgres.Args
	for _, k := range rows {
		s := statuses[k.Place-1]
		k.became, k.reason = s.State, statusReason(s)
		moves = append(moves, k.move)
		token := s.Token
		if k.HasSID || !k.HasToken {
			token = Token{} // it need not be bound any more, or is not the text's
		}
		messages = append(messages, postgres.Args{
			"id": k.ID, "state": s.State, "sid": s.SID, "token": token, "code": s.ErrorCode, "reason": k.reason,
			"ask": askAfter[0].Seconds()})
		if k.HasToken && !k.HasSID {
			attempts = append(attempts, postgres.Args{"token": s.Token})
		}
		if s.ErrorCode == codeOptedOut {
			left = append(left, k.ID)
		}
	}
	if err := tx.ExecEach(ctx, bindSQL, messages); err != nil {
		return nil, fmt.Errorf("settle statuses: %w", err)
	}
	if err := tx.ExecEach(ctx, acceptedSQL, attempts); err != nil {
		return nil, fmt.Errorf("note accepted attempts: %w", err)
	}
	more, err := optOutAtCarrier(ctx, tx, left)
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

// settleSQL locks the texts that statuses move. A status finds its text by SID, or by the token of the
// attempt while the text has no SID. The token of an earlier attempt than the last binds only if no
// later one may be under way.
const settleSQL = `
	with found as (
		select distinct on (id) coalesce(by_sid.id, by_token.message_id) as id, s.*, by_token.message_id
		from unnest(@tokens::uuid[], @sids::text[], @states::text[]) with ordinality as s (token, sid, state, place)
		left join lateral (
			select id
			from message
			where org_id = @org and sid = s.sid
			limit 1) by_sid on true
		left join lateral (
			select message_id
			from attempt
			where org_id = @org and token = s.token
			limit 1) by_token on true
		order by id, state_rank(s.state) desc
	)
	select m.id, m.was, m.campaign, m.recipient, m.conversation_id, f.place, m.sid is not null as has_sid, coalesce(f.message_id = m.id, false) as has_token
	from found f
	cross join lateral (
		select ` + moveColumns + `, sid
		from message
		where org_id = @org and id = f.id and state_rank(f.state) > state_rank(state)
			and (sid = f.sid or sid is null and (token = f.token or state in ('queued', 'unresolved')))
		for update) m`

const bindSQL = `
	update message
	set state = @state,
		sid = @sid,
		token = coalesce(@token, token),
		error_code = nullif(@code::int, 0),
		reason = @reason,
		due_at = case when state_rank(@state) < 4 then app_now() + make_interval(secs => @ask) end,
		checks = 0,
		settled_at = case when state_rank(@state) = 4 then app_now() end
	where org_id = @org and id = @id`

const acceptedSQL = `
	update attempt
	set outcome = 'accepted'
	where org_id = @org and token = @token and (outcome is null or outcome = 'unknown')`
