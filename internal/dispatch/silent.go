package dispatch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"parley/internal/postgres"
)

// askAfter is how long after its last word the carrier is asked what became of a text that it
// accepted: a callback that met no living process does not come again. Most texts have their last
// state within minutes, and a carrier gives up within its longest validity of ten hours; where a phone
// company reports no delivery, "sent" is all that will ever be known. So nothing is asked after a day.
var askAfter = [...]time.Duration{10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}

const (
	// askBatch is how many texts of an organization are asked for in one look, of which each process
	// makes at most one each PollEvery: with a look a second, a thousand lost callbacks are made up for
	// in a minute.
	askBatch = 20
	// askAtOnce leaves nearly all of the carrier's patience, and of its connections, to sending.
	askAtOnce = 4
	// askAgain is how long a text belongs to the process that asks for it, and how long an organization
	// rests whose carrier could not be asked.
	askAgain = time.Minute
)

// silent is a text whose last word from the carrier is too long ago.
type silent struct {
	ID     int64
	SID    string
	Checks int       // since its last word
	Until  time.Time // what due_at was set to when it was taken
}

// heard is what the carrier said of a silent text.
type heard struct {
	silent
	status Status
	asked  bool // it has answered
	gone   bool // it does not know the text
}

// asker asks the carrier for silent texts.
type asker struct {
	*epoch
	rests map[postgres.OrgID]time.Time // until when; by the monotonic clock
}

func (e *epoch) askRepeatedly(ctx context.Context) {
	a := &asker{epoch: e, rests: map[postgres.OrgID]time.Time{}}
	e.repeat(ctx, e.options.PollEvery, "ask for texts without news", a.ask)
}

// ask asks once for some of the silent texts of every organization that may use its account. It goes
// through Everyone to learn which have any: one step in an index for each.
func (a *asker) ask(ctx context.Context) error {
	var orgs []postgres.OrgID
	err := a.db.Everyone(ctx, func(tx *postgres.Tx) (err error) {
		orgs, err = postgres.Values[postgres.OrgID](ctx, tx, `
			select a.org_id
			from carrier_account a
			cross join lateral (
				select
				from message
				where org_id = a.org_id and state in ('accepted', 'sent') and due_at <= app_now()
				limit 1) due
			where a.stopped_reason = '' and a.throttled_until <= app_now()
			order by a.org_id`, nil)
		return err
	})
	if err != nil {
		return err
	}
	for _, org := range orgs {
		if time.Now().Before(a.rests[org]) {
			continue
		}
		delete(a.rests, org)
		if err := a.askOrg(ctx, org); err != nil {
			return fmt.Errorf("organization %d: %w", org, err)
		}
	}
	return nil
}

func (a *asker) askOrg(ctx context.Context, org postgres.OrgID) error {
	texts, err := a.takeSilent(ctx, org)
	if err != nil {
		return fmt.Errorf("take texts without news: %w", err)
	}
	answers, err := a.askFor(ctx, org, texts)
	if err != nil && ctx.Err() == nil {
		a.rests[org] = time.Now().Add(askAgain)
		a.log.Warn("could not ask for texts without news", "org", org, "error", err)
	}
	return a.heed(ctx, org, answers)
}

// takeSilent takes texts whose time has come, so that no other process asks for them meanwhile.
func (e *epoch) takeSilent(ctx context.Context, org postgres.OrgID) (texts []silent, err error) {
	err = e.db.Org(ctx, org, func(tx *postgres.Tx) error {
		if err := prepare(ctx, tx); err != nil {
			return err
		}
		texts, err = postgres.Rows[silent](ctx, tx, `
			select id, coalesce(sid, '') as sid, checks, app_now() + make_interval(secs => @again) as until
			from message
			where org_id = @org and state in ('accepted', 'sent') and due_at <= app_now()
			order by due_at
			limit @most
			for update skip locked`, postgres.Args{"again": askAgain.Seconds(), "most": askBatch})
		if err != nil {
			return err
		}
		var args []postgres.Args
		for _, t := range texts {
			args = append(args, postgres.Args{"id": t.ID, "until": t.Until})
		}
		return tx.ExecEach(ctx, "update message set due_at = @until where org_id = @org and id = @id", args)
	})
	return texts, err
}

// askFor returns the carrier's answers. With an error there are fewer: what was not answered is asked
// for again later.
func (e *epoch) askFor(ctx context.Context, org postgres.OrgID, texts []silent) (answers []heard, err error) {
	limited, cancel := context.WithTimeout(ctx, e.options.PostTimeout)
	defer cancel()
	group, asking := errgroup.WithContext(limited)
	group.SetLimit(askAtOnce)
	all := make([]heard, len(texts))
	for i, t := range texts {
		group.Go(func() error {
			found, err := e.carrier.Fetch(asking, org, t.SID)
			switch {
			case errors.Is(err, ErrNoText):
				all[i] = heard{silent: t, asked: true, gone: true}
			case err != nil:
				return err
			default:
				all[i] = heard{silent: t, asked: true, status: Status{SID: t.SID, State: found.State, ErrorCode: found.ErrorCode}}
			}
			return nil
		})
	}
	err = group.Wait()
	for _, h := range all {
		if h.asked {
			answers = append(answers, h)
		}
	}
	return answers, err
}

// heed moves texts to what the carrier said of them, by the rule of status callbacks, and plans the
// next look at those of which there is nothing new.
func (e *epoch) heed(ctx context.Context, org postgres.OrgID, answers []heard) error {
	if len(answers) == 0 {
		return nil
	}
	var ids []int64
	var statuses []Status
	for _, h := range answers {
		ids = append(ids, h.ID)
		if !h.gone {
			statuses = append(statuses, h.status)
		}
	}
	return e.db.Org(ctx, org, func(tx *postgres.Tx) error {
		if err := prepare(ctx, tx); err != nil {
			return err
		}
		tokens, sids := leavers(statuses)
		if err := holdLeavers(ctx, tx, tokens, sids); err != nil {
			return err
		}
		if err := lockTexts(ctx, tx, ids); err != nil {
			return err
		}
		moves, err := applyStatuses(ctx, tx, statuses)
		if err != nil {
			return err
		}
		if err := planAsking(ctx, tx, answers); err != nil {
			return err
		}
		return settleMoves(ctx, tx, moves)
	})
}

// planAsking says when texts are asked for next, or that they are not any more: after the last time,
// and if the carrier does not know them. A text of which there was news meanwhile has a plan already.
func planAsking(ctx context.Context, tx *postgres.Tx, answers []heard) error {
	var args []postgres.Args
	for _, h := range answers {
		var wait *float64 // nil: for ever
		if next := h.Checks + 1; !h.gone && next < len(askAfter) {
			seconds := (askAfter[next] - askAfter[h.Checks]).Seconds()
			wait = &seconds
		}
		args = append(args, postgres.Args{"id": h.ID, "checks": h.Checks + 1, "wait": wait, "until": h.Until})
	}
	err := tx.ExecEach(ctx, `
		update message
		set checks = @checks, due_at = app_now() + make_interval(secs => @wait::float8)
		where org_id = @org and id = @id and state in ('accepted', 'sent') and due_at = @until`, args)
	if err != nil {
		return fmt.Errorf("plan to ask again: %w", err)
	}
	return nil
}
