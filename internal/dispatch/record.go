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
	return e.db.Org(ctx, org, func(tx *postgres.Tx) error {
		if err := plan(ctx, tx, byKey); err != nil {
			return err
		}
		moves, err := writeResults(ctx, tx, batch, e.options.CheckAfter[0].Seconds())
		if err != nil {
			return err
		}
		if err := writeLimits(ctx, tx, batch); err != nil {
			return err
		}
		more, err := optOutAtCarrier(ctx, tx, optedOut(batch))
		if err != nil {
			return err
		}
		if slices.ContainsFunc(moves, func(m move) bool { return m.Became == string(StateQueued) }) {
			tx.Publish(TopicQueue)
		}
		return settleMoves(ctx, tx, append(moves, more...))
	})
}

func writeResults(ctx context.Context, tx *postgres.Tx, batch []result, firstCheck float64) ([]move, error) {
	var tokens []Token
	var messages []int64
	var outcomes, became, reasons, sids, details []string
	var codes, statuses []int32
	var waits []float64
	for _, x := range batch {
		o := x.outcome
		state, wait, reason := o.Kind.becomes(), x.wait.Seconds(), Reason("")
		switch {
		case state == StateUnknown:
			wait = firstCheck
		case o.Kind == Rejected, o.Code == codeSenderFull:
			reason = ReasonOf(o.Code).orRefused()
		}
		tokens, messages = append(tokens, x.Token), append(messages, x.message)
		outcomes, became, reasons = append(outcomes, o.Kind.String()), append(became, string(state)), append(reasons, string(reason))
		sids, details = append(sids, o.SID), append(details, shortened(o.Detail))
		codes, statuses = append(codes, int32(o.Code)), append(statuses, int32(o.HTTPStatus))
		waits = append(waits, wait)
	}
	moves, err := postgres.Rows[move](ctx, tx, recordSQL, postgres.Args{
		"tokens": tokens, "messages": messages, "outcomes": outcomes, "became": became, "reasons": reasons, "sids": sids,
		"details": details, "codes": codes, "statuses": statuses, "waits": waits, "sender_full": codeSenderFull,
	})
	if err != nil {
		return nil, fmt.Errorf("write outcomes: %w", err)
	}
	return moves, nil
}

// A number's full queue at the carrier is met by waiting, 30 times at most: a quarter of an hour.
const recordSQL = `
	with result as (
		select *
		from unnest(@tokens::uuid[], @messages::bigint[], @outcomes::text[], @became::text[], @reasons::text[],
			@sids::text[], @details::text[], @codes::int[], @statuses::int[], @waits::float8[])
			as r (token, message_id, outcome, became, reason, sid, detail, code, status, wait)
	), held as (
		select m.id, m.was, r.reason, r.sid, r.code, r.wait,
			case when r.code = @sender_full and r.became = 'queued' and (
				select count(*)
				from attempt a
				where a.org_id = @org and a.message_id = m.id and a.error_code = @sender_full) >= 30
			then 'failed' else r.became end as became
		from result r
		cross join lateral (
			select id, state as was
			from message
			where org_id = @org and id = r.message_id and token = r.token and state in ('inflight', 'unknown', 'unresolved')
			for update) m
	), explained as (
		update attempt a
		set outcome = r.outcome, http_status = nullif(r.status, 0), error_code = nullif(r.code, 0), detail = r.detail
		from result r
		where a.org_id = @org and a.token = r.token
	)
	update message m
	set state = h.became,
		sid = coalesce(m.sid, nullif(h.sid, '')),
		reason = h.reason,
		error_code = nullif(h.code, 0),
		due_at = app_now() + make_interval(secs => h.wait),
		checks = 0,
		settled_at = case when h.became = 'failed' then app_now() end
	from held h
	where m.org_id = @org and m.id = h.id
	returning ` + moveColumns + `, h.was`

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

func optedOut(batch []result) []int64 {
	var messages []int64
	for _, x := range batch {
		if x.outcome.Code == codeOptedOut {
			messages = append(messages, x.message)
		}
	}
	return messages
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
