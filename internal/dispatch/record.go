package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"parley/internal/postgres"
	"parley/internal/sms"
)

// becomes is the state that an outcome puts a text into.
func (k Kind) becomes() State {
	switch k {
	case Accepted:
		return StateAccepted
	case Rejected:
		return StateFailed
	case Unknown:
		return StateUnknown
	default:
		return StateQueued
	}
}

// record writes the results of one organization in one transaction. Each is guarded by its token, so
// that a late one changes nothing that was decided since; but a text that was taken over as unknown
// is still ours to explain.
func (e *epoch) record(ctx context.Context, org postgres.OrgID, batch []result) error {
	// Locks are taken in the order of ids, as everywhere.
	slices.SortFunc(batch, func(x, y result) int { return cmp.Compare(x.message, y.message) })
	return e.db.OrgByKeys(ctx, org, func(tx *postgres.Tx) error {
		if err := prepare(ctx, tx); err != nil {
			return err
		}
		leaving, left := optedOut(batch)
		if err := holdLeavers(ctx, tx, leaving, nil); err != nil {
			return err
		}
		if err := awaitClaims(ctx, tx, batch); err != nil {
			return err
		}
		moves, err := writeResults(ctx, tx, batch, e.options.CheckAfter[0].Seconds())
		if err != nil {
			return err
		}
		if err := writeLimits(ctx, tx, batch); err != nil {
			return err
		}
		more, err := optOutAtCarrier(ctx, tx, left)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(moves, func(m move) bool { return m.became == StateQueued }) {
			tx.Publish(TopicQueue)
		}
		return settleMoves(ctx, tx, append(moves, more...))
	})
}

// awaitClaims returns once the claims of texts that are handed back are decided. A claim that ended
// with an error may still be committing, and holds its texts locked until it has: without waiting, its
// texts would be found queued, and turn inflight behind the back of the one who hands them back.
func awaitClaims(ctx context.Context, tx *postgres.Tx, batch []result) error {
	var messages []int64
	for _, x := range batch {
		if x.outcome.Kind == handedBack {
			messages = append(messages, x.message)
		}
	}
	return lockTexts(ctx, tx, messages)
}

// lockTexts waits for texts, in the order of their ids, as everywhere.
func lockTexts(ctx context.Context, tx *postgres.Tx, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `
		select m.id
		from unnest(@ids::bigint[]) t (id)
		cross join lateral (
			select id
			from message
			where org_id = @org and id = t.id
			for update) m`, postgres.Args{"ids": slices.Sorted(slices.Values(ids))})
	if err != nil {
		return fmt.Errorf("lock texts: %w", err)
	}
	return nil
}

// senderFullTries is how often a number's full queue at the carrier is met by waiting, each time for
// senderFullWait: a quarter of an hour.
const senderFullTries = 30

func writeResults(ctx context.Context, tx *postgres.Tx, batch []result, firstCheck float64) ([]move, error) {
	open, err := lockOpen(ctx, tx, batch)
	if err != nil {
		return nil, err
	}
	var moves []move
	var messages, attempts []postgres.Args
	for _, x := range batch {
		o := x.outcome
		attempts = append(attempts, postgres.Args{
			"token": x.Token, "outcome": o.Kind.String(), "status": o.HTTPStatus, "code": o.Code, "detail": shortened(o.Detail)})
		held, ok := open[x.Token]
		if !ok {
			continue // decided since: by a status that was faster, for example
		}
		held.became = o.Kind.becomes()
		wait, reason := x.wait.Seconds(), Reason("")
		switch {
		case held.became == StateUnknown:
			wait = firstCheck
		case held.became == StateAccepted:
			wait = askAfter[0].Seconds()
		case o.Code == codeSenderFull && held.Tries >= senderFullTries:
			held.became, reason = StateFailed, ReasonSenderFull
		case held.became == StateFailed:
			reason = ReasonOf(o.Code).orRefused()
		}
		held.reason = reason
		moves = append(moves, held.move)
		messages = append(messages, postgres.Args{
			"id": held.ID, "state": held.became, "sid": o.SID, "reason": reason, "code": o.Code, "wait": wait})
	}
	if err := tx.ExecEach(ctx, recordSQL, messages); err != nil {
		return nil, fmt.Errorf("write outcomes: %w", err)
	}
	if err := tx.ExecEach(ctx, explainSQL, attempts); err != nil {
		return nil, fmt.Errorf("write what attempts came to: %w", err)
	}
	return moves, nil
}

const recordSQL = `
	update message
	set state = @state,
		sid = coalesce(sid, nullif(@sid, '')),
		reason = @reason,
		error_code = nullif(@code::int, 0),
		due_at = app_now() + make_interval(secs => @wait),
		checks = 0,
		settled_at = case when @state = 'failed' then app_now() end
	where org_id = @org and id = @id`

const explainSQL = `
	update attempt
	set outcome = @outcome, http_status = nullif(@status::int, 0), error_code = nullif(@code::int, 0), detail = @detail
	where org_id = @org and token = @token`

// openText is a text whose outcome is not decided.
type openText struct {
	move
	Token Token
	Tries int // that met a full queue of the number
}

// lockOpen locks the texts of the batch that are still the attempts' to explain.
func lockOpen(ctx context.Context, tx *postgres.Tx, batch []result) (map[Token]openText, error) {
	var tokens []Token
	var messages []int64
	full := false
	for _, x := range batch {
		tokens, messages = append(tokens, x.Token), append(messages, x.message)
		full = full || x.outcome.Code == codeSenderFull
	}
	rows, err := postgres.Rows[openText](ctx, tx, `
		select m.*, case when @full then (
			select count(*)
			from attempt
			where org_id = @org and message_id = m.id and error_code = @sender_full) else 0 end as tries
		from unnest(@tokens::uuid[], @messages::bigint[]) r (token, message_id)
		cross join lateral (
			select `+moveColumns+`, token
			from message
			where org_id = @org and id = r.message_id and token = r.token and state in ('inflight', 'unknown', 'unresolved')
			for update) m`,
		postgres.Args{"tokens": tokens, "messages": messages, "full": full, "sender_full": codeSenderFull})
	if err != nil {
		return nil, fmt.Errorf("lock texts whose outcome is known: %w", err)
	}
	open := make(map[Token]openText, len(rows))
	for _, r := range rows {
		open[r.Token] = r
	}
	return open, nil
}

// writeLimits keeps what an outcome says about the number or the whole account.
func writeLimits(ctx context.Context, tx *postgres.Tx, batch []result) error {
	var full []int64
	var throttled float64
	for _, x := range batch {
		switch {
		case x.outcome.Kind == Refused:
			if err := stopSending(ctx, tx, ReasonOf(x.outcome.Code), x.outcome.Detail); err != nil {
				return err
			}
		case x.outcome.Kind == Throttled && x.outcome.Code == codeSenderFull:
			full = append(full, x.message)
		case x.outcome.Kind == Throttled:
			throttled = max(throttled, x.wait.Seconds())
		}
	}
	if len(full) > 0 {
		_, err := tx.Exec(ctx, `
			update phone_number n
			set paced_until = greatest(n.paced_until, app_now() + make_interval(secs => @rest))
			where n.org_id = @org and n.id in (select number_id from message where org_id = @org and id = any(@full))`,
			postgres.Args{"rest": senderFullWait.Seconds(), "full": full})
		if err != nil {
			return fmt.Errorf("let a number rest: %w", err)
		}
	}
	if throttled > 0 {
		_, err := tx.Exec(ctx, `
			update carrier_account
			set throttled_until = greatest(throttled_until, app_now() + make_interval(secs => @throttled))
			where org_id = @org`, postgres.Args{"throttled": throttled})
		if err != nil {
			return fmt.Errorf("heed the carrier's wish to wait: %w", err)
		}
	}
	return nil
}

// optedOut are the attempts, and their texts, to people of whom the carrier says that they told it to stop.
func optedOut(batch []result) (tokens []Token, messages []int64) {
	for _, x := range batch {
		if x.outcome.Code == codeOptedOut {
			tokens, messages = append(tokens, x.Token), append(messages, x.message)
		}
	}
	return tokens, messages
}

// shortened bounds what the carrier said to what a person may want to read, without bytes that the
// database refuses.
func shortened(s string) string {
	const longest = 500
	if len(s) > longest {
		s = s[:longest]
	}
	return sms.Clean(s)
}
