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
// could not be asked.
const recheck = time.Minute

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
				select id, contact_id, number_id, body
				from message
				where org_id = @org and state = 'unknown' and due_at <= app_now()
				order by due_at, id
				limit 50
				for update skip locked
			), alike as (
				select m.id
				from message m
				join due d on d.contact_id = m.contact_id and d.number_id = m.number_id and d.body = m.body
				where m.org_id = @org and m.state = 'unknown'
			)
			update message m
			set due_at = app_now() + make_interval(secs => @recheck)
			from alike, attempt a, contact c, phone_number n
			where m.org_id = @org and m.id = alike.id
				and a.org_id = @org and a.token = m.token
				and c.org_id = @org and c.id = m.contact_id
				and n.org_id = @org and n.id = m.number_id
			returning m.id, m.token, n.phone as "from", c.phone as "to", m.body, a.started_at as started, m.checks`,
			postgres.Args{"recheck": recheck.Seconds()})
		return err
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
// is asked again in a minute, and the look does not count.
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
	for _, d := range same {
		ids = append(ids, d.ID)
	}
	var after []float64
	for _, d := range e.options.CheckAfter {
		after = append(after, d.Seconds())
	}
	moves, err := postgres.Rows[move](ctx, tx, `
		update message m
		set checks = m.checks + 1,
			state = case when m.checks + 1 >= cardinality(@after::float8[]) then 'unresolved' else 'unknown' end,
			due_at = greatest(app_now(), a.started_at + make_interval(secs => (@after::float8[])[m.checks + 2])),
			settled_at = case when m.checks + 1 >= cardinality(@after::float8[]) then app_now() end
		from attempt a
		where m.org_id = @org and m.id = any(@ids) and m.state = 'unknown' and a.org_id = @org and a.token = m.token
		returning `+moveColumns+`, 'unknown' as was`, postgres.Args{"ids": ids, "after": after})
	if err != nil {
		return nil, fmt.Errorf("plan the next look: %w", err)
	}
	return moves, nil
}
