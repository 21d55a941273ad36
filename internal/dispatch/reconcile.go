package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"parley/internal/postgres"
	"parley/internal/sms"
)

// doubt is a text of unknown outcome whose next look into the carrier's list is due.
type doubt struct {
	ID      int64
	Token   Token
	From    sms.Phone
	To      sms.Phone
	Body    string
	Started time.Time // of the attempt
	Checks  int
}

// recheck is how long a look belongs to the one who began it, and when it is repeated if the carrier
// could not be asked. Two looks at once do no harm.
func (e *epoch) recheck() time.Duration { return e.options.CheckAfter[0] }

// reconcile looks for evidence of unknown texts in the carrier's list. It goes through Everyone to
// learn which organizations have any.
func (e *epoch) reconcile(ctx context.Context) error {
	var orgs []postgres.OrgID
	err := e.db.Everyone(ctx, func(tx *postgres.Tx) (err error) {
		orgs, err = postgres.Values[postgres.OrgID](ctx, tx, `
			select distinct org_id
			from message
			where state = 'unknown' and due_at <= app_now()
			order by org_id`, nil)
		return err
	})
	if err != nil {
		return err
	}
	for _, org := range orgs {
		if err := e.reconcileOrg(ctx, org); err != nil {
			return fmt.Errorf("organization %d: %w", org, err)
		}
	}
	return nil
}

func (e *epoch) reconcileOrg(ctx context.Context, org postgres.OrgID) error {
	for {
		due, err := e.takeDoubts(ctx, org)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, same := range sameText(due) {
			if err := e.lookUp(ctx, org, same); err != nil {
				return err
			}
		}
	}
}

// takeDoubts takes texts whose look is due, so that no other process looks at the same time. Texts
// that look alike, which can only be told apart together, are taken together.
func (e *epoch) takeDoubts(ctx context.Context, org postgres.OrgID) ([]doubt, error) {
	var due []doubt
	err := e.db.Org(ctx, org, func(tx *postgres.Tx) (err error) {
		due, err = postgres.Rows[doubt](ctx, tx, `
			with due as (
				select contact_id, number_id, body
				from message
				where org_id = @org and state = 'unknown' and due_at <= app_now()
				order by due_at
				limit 50
				for update skip locked
			), alike as (
				select distinct m.*
				from due d
				cross join lateral (
					select id, token, contact_id, number_id, body, checks
					from message
					where org_id = @org and number_id = d.number_id and contact_id = d.contact_id and state = 'unknown'
						and body = d.body) m
			)
			select m.id, m.token, n.phone as "from", c.phone as "to", m.body, a.started_at as started, m.checks
			from alike m
			cross join lateral (select started_at from attempt where org_id = @org and token = m.token limit 1) a
			cross join lateral (select phone from contact where org_id = @org and id = m.contact_id limit 1) c
			cross join lateral (select phone from phone_number where org_id = @org and id = m.number_id limit 1) n
			order by m.id`, nil)
		if err != nil {
			return err
		}
		var args []postgres.Args
		for _, d := range due {
			args = append(args, postgres.Args{"id": d.ID, "recheck": e.recheck().Seconds()})
		}
		return tx.ExecEach(ctx, `
			update message
			set due_at = app_now() + make_interval(secs => @recheck)
			where org_id = @org and id = @id and state = 'unknown'`, args)
	})
	return due, err
}

// sameText groups doubts that look alike in the carrier's list, each group by the time of its attempts.
func sameText(due []doubt) [][]doubt {
	type look struct {
		from, to sms.Phone
		body     string
	}
	groups := map[look][]doubt{}
	for _, d := range due {
		l := look{d.From, d.To, d.Body}
		groups[l] = append(groups[l], d)
	}
	var out [][]doubt
	for _, g := range groups {
		slices.SortFunc(g, func(x, y doubt) int { return x.Started.Compare(y.Started) })
		out = append(out, g)
	}
	return out
}

// lookUp asks the carrier for texts like these and binds what it finds. A carrier that cannot be asked
// is asked again later, and the look does not count.
func (e *epoch) lookUp(ctx context.Context, org postgres.OrgID, same []doubt) error {
	first := same[0]
	asking, cancel := context.WithTimeout(ctx, e.options.PostTimeout)
	listed, err := e.carrier.List(asking, Query{Org: org, From: first.From, To: first.To, Since: first.Started.Truncate(time.Second)})
	cancel()
	if err != nil {
		if ctx.Err() == nil {
			e.log.Warn("could not look into the carrier's list", "org", org, "error", err)
		}
		return nil
	}
	listed = slices.DeleteFunc(listed, func(l Listed) bool {
		return l.From != first.From || l.To != first.To || l.Body != first.Body || l.Created.Before(first.Started.Truncate(time.Second))
	})
	return e.db.Org(ctx, org, func(tx *postgres.Tx) error {
		unbound, err := notOurs(ctx, tx, listed)
		if err != nil {
			return err
		}
		moves, err := applyStatuses(ctx, tx, match(same, unbound))
		if err != nil {
			return err
		}
		lost, err := e.countLook(ctx, tx, same)
		if err != nil {
			return err
		}
		return settleMoves(ctx, tx, append(moves, lost...))
	})
}

// notOurs leaves the texts that no text of the organization is bound to yet, oldest first.
func notOurs(ctx context.Context, tx *postgres.Tx, listed []Listed) ([]Listed, error) {
	var sids []string
	for _, l := range listed {
		sids = append(sids, l.SID)
	}
	bound, err := postgres.Values[string](ctx, tx,
		"select sid from message where org_id = @org and sid = any(@sids)", postgres.Args{"sids": sids})
	if err != nil {
		return nil, fmt.Errorf("look for known texts: %w", err)
	}
	left := slices.DeleteFunc(listed, func(l Listed) bool { return slices.Contains(bound, l.SID) })
	slices.SortFunc(left, func(x, y Listed) int {
		return cmp.Or(x.Created.Compare(y.Created), cmp.Compare(x.SID, y.SID))
	})
	return left, nil
}

// match binds texts to the carrier's one to one, and only if none is left over on either side: with
// fewer or more there is no telling which is which, and a later look may tell.
func match(same []doubt, listed []Listed) []Status {
	if len(same) != len(listed) {
		return nil
	}
	var statuses []Status
	for i, l := range listed {
		if l.Created.Before(same[i].Started.Truncate(time.Second)) {
			return nil // it was there before the attempt
		}
		statuses = append(statuses, Status{Token: same[i].Token, SID: l.SID, State: l.State, ErrorCode: l.ErrorCode})
	}
	return statuses
}

// countLook plans the next look at those that are still unknown, or gives up.
func (e *epoch) countLook(ctx context.Context, tx *postgres.Tx, same []doubt) ([]move, error) {
	var ids []int64
	attempted := map[int64]doubt{}
	for _, d := range same {
		ids = append(ids, d.ID)
		attempted[d.ID] = d
	}
	moves, err := postgres.Rows[move](ctx, tx, `
		select m.*
		from unnest(@ids::bigint[]) d (id)
		cross join lateral (
			select `+moveColumns+`
			from message
			where org_id = @org and id = d.id and state = 'unknown'
			for update) m`, postgres.Args{"ids": slices.Sorted(slices.Values(ids))})
	if err != nil {
		return nil, fmt.Errorf("find what is still unknown: %w", err)
	}
	var args []postgres.Args
	for i := range moves {
		d := attempted[moves[i].ID]
		moves[i].became = StateUnknown
		next := d.Started
		if d.Checks+1 < len(e.options.CheckAfter) {
			next = d.Started.Add(e.options.CheckAfter[d.Checks+1])
		} else {
			moves[i].became = StateUnresolved
		}
		args = append(args, postgres.Args{"id": d.ID, "state": moves[i].became, "checks": d.Checks + 1, "next": next})
	}
	err = tx.ExecEach(ctx, `
		update message
		set state = @state, checks = @checks, due_at = greatest(app_now(), @next),
			settled_at = case when @state = 'unresolved' then app_now() end
		where org_id = @org and id = @id`, args)
	if err != nil {
		return nil, fmt.Errorf("plan the next look: %w", err)
	}
	return moves, nil
}
