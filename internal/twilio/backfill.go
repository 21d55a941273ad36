package twilio

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"parley/internal/postgres"
	"parley/internal/sms"
)

const (
	// backfillEvery also finds what got lost on the way here, of which no process knows.
	backfillEvery = time.Hour
	// backfillOverlap is how far behind the last comparison the next one begins: the carrier's list may
	// lag by hours.
	backfillOverlap = 6 * time.Hour
	// backfillAgain is when a comparison that failed, or whose process died, is made again.
	backfillAgain = time.Minute
	// backfillRest is between two comparisons of an organization, so that a day of small troubles does
	// not become a flood of questions.
	backfillRest = 15 * time.Second
	// backfillAtOnce is how many people's texts are handed on at once.
	backfillAtOnce = 4
)

// backfillAll makes the comparison with the carrier's list due soon for every organization: after a
// time in which webhooks may have met nobody. It goes through Everyone since no process knows whose they were.
func (w *Webhooks) backfillAll(ctx context.Context) error {
	return w.db.Everyone(ctx, func(tx *postgres.Tx) error {
		_, err := tx.Exec(ctx, `
			update carrier_account
			set backfill_due_at = backfilled_until + make_interval(secs => @rest)
			where backfill_due_at > backfilled_until + make_interval(secs => @rest)`, postgres.Args{"rest": backfillRest.Seconds()})
		return err
	})
}

// BackfillDue compares what came in with the carrier's list for the organizations for which that is
// due: after this process began, or could not store a webhook, and every hour. It returns how many
// texts had been missed. Several processes may do so at once.
func (w *Webhooks) BackfillDue(ctx context.Context) (missed int, err error) {
	if w.refused.Swap(false) {
		if err := w.backfillAll(ctx); err != nil {
			w.refused.Store(true)
			return 0, fmt.Errorf("plan to backfill: %w", err)
		}
	}
	for {
		d, err := w.takeBackfill(ctx)
		if errors.Is(err, postgres.ErrNotFound) {
			return missed, nil
		}
		if err != nil {
			return missed, fmt.Errorf("take what is to be backfilled: %w", err)
		}
		n, err := w.Backfill(ctx, d.Org, d.Since)
		missed += n
		if n > 0 {
			w.log.Warn("inbound texts had been missed and were found in the carrier's list", "org", d.Org, "texts", n)
		}
		if err != nil {
			w.log.Error("could not compare inbound texts with the carrier's list", "org", d.Org, "error", err)
			continue
		}
		if err := w.finishBackfill(ctx, d); err != nil {
			return missed, err
		}
	}
}

// backfill is a comparison to be made.
type backfill struct {
	Org          postgres.OrgID
	Since, Until time.Time
}

// takeBackfill takes the comparison that is due longest, so that no other process makes it meanwhile.
// It goes through Everyone to learn whose it is.
func (w *Webhooks) takeBackfill(ctx context.Context) (b backfill, err error) {
	err = w.db.Everyone(ctx, func(tx *postgres.Tx) error {
		b, err = postgres.Row[backfill](ctx, tx, `
			update carrier_account a
			set backfill_due_at = app_now() + make_interval(secs => @again)
			from (
				select org_id
				from carrier_account
				where backfill_due_at <= app_now() and stopped_reason = '' and throttled_until <= app_now()
				order by backfill_due_at
				limit 1
				for update skip locked) due
			where a.org_id = due.org_id
			returning a.org_id as org, a.backfilled_until - make_interval(secs => @overlap) as since, app_now() as until`,
			postgres.Args{"again": backfillAgain.Seconds(), "overlap": backfillOverlap.Seconds()})
		return err
	})
	return b, err
}

func (w *Webhooks) finishBackfill(ctx context.Context, b backfill) error {
	err := w.db.Org(ctx, b.Org, func(tx *postgres.Tx) error {
		_, err := tx.Exec(ctx, `
			update carrier_account
			set backfilled_until = greatest(backfilled_until, @until),
				backfill_due_at = greatest(backfill_due_at, app_now() + make_interval(secs => @every))
			where org_id = @org`, postgres.Args{"until": b.Until, "every": backfillEvery.Seconds()})
		return err
	})
	if err != nil {
		return fmt.Errorf("note a backfill: %w", err)
	}
	return nil
}

// Backfill hands on the texts to the organization's numbers that came in since a time, are in the
// carrier's list and not known here, each person's oldest first, and returns how many those were.
// Pictures stay at Twilio: such a text comes without their addresses.
func (w *Webhooks) Backfill(ctx context.Context, org postgres.OrgID, since time.Time) (missed int, err error) {
	var numbers []sms.Phone
	err = w.db.Org(ctx, org, func(tx *postgres.Tx) error {
		numbers, err = postgres.Values[sms.Phone](ctx, tx, `
			select phone
			from phone_number
			where org_id = @org and released_at is null
			order by id`, nil)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("read whose inbound texts to backfill: %w", err)
	}
	for _, number := range numbers {
		n, err := w.backfillNumber(ctx, org, number, since)
		missed += n
		if err != nil {
			return missed, fmt.Errorf("backfill inbound texts to %s: %w", number, err)
		}
	}
	return missed, nil
}

func (w *Webhooks) backfillNumber(ctx context.Context, org postgres.OrgID, number sms.Phone, since time.Time) (missed int, err error) {
	listed, err := w.client.ListInbound(ctx, org, number, since)
	if err != nil {
		return 0, err
	}
	known, err := w.knownInbound(ctx, org, listed)
	if err != nil {
		return 0, err
	}
	people := map[sms.Phone][]Inbound{}
	for i := len(listed) - 1; i >= 0; i-- { // in the order in which they were written
		if l := listed[i]; !known[l.SID] {
			people[l.From] = append(people[l.From], l)
		}
	}
	var handed atomic.Int64
	group, handing := errgroup.WithContext(ctx)
	group.SetLimit(backfillAtOnce)
	for _, texts := range people {
		group.Go(func() error { return w.handListed(handing, org, texts, &handed) })
	}
	err = group.Wait()
	return int(handed.Load()), err
}

// handListed hands on one person's texts of a list, in their order, and counts them.
func (w *Webhooks) handListed(ctx context.Context, org postgres.OrgID, texts []Inbound, handed *atomic.Int64) error {
	for _, l := range texts {
		form := map[string]string{
			"MessageSid": l.SID, "From": string(l.From), "To": string(l.To), "Body": l.Body, "NumMedia": "0",
		}
		in, err := readInbound(form)
		if err != nil {
			continue // from a short code or a name: nobody to answer to
		}
		if err := w.hand(ctx, org, in, form); err != nil {
			return fmt.Errorf("text %s: %w", l.SID, err)
		}
		handed.Add(1)
	}
	return nil
}

// knownInbound are the texts of a list that are stored, or kept to be processed.
func (w *Webhooks) knownInbound(ctx context.Context, org postgres.OrgID, listed []Inbound) (known map[string]bool, err error) {
	var sids, found []string
	for _, l := range listed {
		sids = append(sids, l.SID)
	}
	err = w.db.Org(ctx, org, func(tx *postgres.Tx) error {
		found, err = postgres.Values[string](ctx, tx, `
			select sid from message where org_id = @org and sid = any(@sids)
			union
			select sid from webhook where org_id = @org and kind = 'message' and sid = any(@sids)`, postgres.Args{"sids": sids})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("look for known texts: %w", err)
	}
	known = map[string]bool{}
	for _, sid := range found {
		known[sid] = true
	}
	return known, nil
}
