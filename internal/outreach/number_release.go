package outreach

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// NumberCarrier gives numbers back to the carrier.
type NumberCarrier interface {
	// Find returns the carrier's id of a number, or postgres.ErrNotFound if the account has it no more.
	Find(ctx context.Context, org postgres.OrgID, phone sms.Phone) (sid string, err error)
	// Release gives a number back. One that is gone already is no error.
	Release(ctx context.Context, org postgres.OrgID, sid string) error
}

// ReleaseNumber gives a number back to the carrier, for good (AP8). No campaign may run on it. Those
// who wait under its own settings will get no answer, which must be accepted. From now on its texts
// are kept and nobody answers them; once the last text of ours is out and the carrier has taken it
// back, no texts of it come here any more, and only then may an organization add it anew. Releasing
// twice is releasing once.
func (d Desk) ReleaseNumber(ctx context.Context, id NumberID, accept bool) error {
	if err := d.actor.May(account.Administer); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		n, err := d.holdNumber(ctx, tx, id)
		if err != nil || n.ReleasingAt != nil || n.ReleasedAt != nil {
			return err
		}
		if n.Campaigns > 0 {
			return account.Conflict("The campaign “" + n.CampaignTitle + "” runs on this number. Stop and archive it first.")
		}
		waiting, err := d.leaveNumber(ctx, tx, n, accept)
		if err != nil {
			return err
		}
		if err := tx.Enqueue(ctx, releaseJob{Org: d.actor.Org, Number: id}); err != nil {
			return err
		}
		tx.Publish(InboxTopic)
		return d.actor.Record(ctx, tx, account.Change{Verb: "release", Subject: "phone_number", SubjectID: int64(id),
			Was: n.State(), Became: map[string]any{"state": "releasing", "waiting": waiting}})
	})
}

// holdNumber holds a number's row until the end of the transaction and reads it.
func (d Desk) holdNumber(ctx context.Context, tx *postgres.Tx, id NumberID) (Number, error) {
	_, err := tx.Exec(ctx, `select from phone_number where org_id = @org and id = @number for update`, postgres.Args{"number": id})
	if err != nil {
		return Number{}, fmt.Errorf("hold phone number %d: %w", id, err)
	}
	return anyNumber(ctx, tx, id)
}

// leaveNumber ends what hangs on a number that is to be released, and returns how many waited.
func (d Desk) leaveNumber(ctx context.Context, tx *postgres.Tx, n Number, accept bool) (waiting int64, err error) {
	if n.PolicyID != nil {
		if waiting, err = d.endWaits(ctx, tx, ended{policy: *n.PolicyID, why: "number released"}); err != nil {
			return 0, err
		}
	}
	if waiting > 0 && !accept {
		return 0, account.Invalid{"understood": fmt.Sprintf("%s for an answer and will get none. Tick the box if you mean it.", verb(int(waiting), "waits", "wait"))}
	}
	_, err = tx.Exec(ctx, `
		update phone_number set releasing_at = app_now() where org_id = @org and id = @number`, postgres.Args{"number": n.ID})
	if err == nil {
		_, err = tx.Exec(ctx, `
			update campaign set number_id = null where org_id = @org and number_id = @number and state = 'draft'`, postgres.Args{"number": n.ID})
	}
	if err != nil {
		return 0, fmt.Errorf("release phone number %d: %w", n.ID, err)
	}
	return waiting, nil
}

// releaseJob gives a number back to the carrier.
type releaseJob struct {
	Org    account.OrgID `json:"org"`
	Number NumberID      `json:"number"`
}

// Kind names the job in the queue.
func (releaseJob) Kind() string { return "number_release" }

// releaser works release jobs. The queue repeats what fails.
type releaser struct {
	river.WorkerDefaults[releaseJob]
	db      *postgres.DB
	carrier NumberCarrier
}

// AddReleaseWorker registers the job that gives numbers back to the carrier.
func AddReleaseWorker(workers *river.Workers, db *postgres.DB, carrier NumberCarrier) {
	river.AddWorker(workers, &releaser{db: db, carrier: carrier})
}

// Work releases the number at the carrier once its last text is out. It may run twice.
func (r *releaser) Work(ctx context.Context, job *river.Job[releaseJob]) error {
	const untilOut = 10 * time.Second
	done, err := ReleaseAtCarrier(ctx, r.db, r.carrier, job.Args.Org, job.Args.Number)
	if err != nil {
		return err
	}
	if !done {
		return river.JobSnooze(untilOut)
	}
	return nil
}

// ReleaseAtCarrier gives back a number for which an administrator has asked it, and says whether it
// is done: not while texts of ours are on their way from it. What the carrier refuses stands at the
// number for the administrator, and is an error.
func ReleaseAtCarrier(ctx context.Context, db *postgres.DB, carrier NumberCarrier, org account.OrgID, id NumberID) (done bool, err error) {
	type leaving struct {
		Phone      sms.Phone
		CarrierSID string
		Busy       bool
	}
	var n leaving
	err = db.Org(ctx, org, func(tx *postgres.Tx) error {
		n, err = postgres.Row[leaving](ctx, tx, `
			select n.phone, coalesce(n.carrier_sid, '') as carrier_sid, exists (
				select from message m
				where m.org_id = @org and m.number_id = n.id and m.state in ('queued', 'inflight')) as busy
			from phone_number n
			where n.org_id = @org and n.id = @number and n.releasing_at is not null and n.released_at is null`,
			postgres.Args{"number": id})
		return err
	})
	if errors.Is(err, postgres.ErrNotFound) {
		return true, nil
	}
	if err != nil || n.Busy {
		return false, err
	}
	refused := release(ctx, carrier, org, n.Phone, n.CarrierSID)
	return refused == nil, errors.Join(refused, noteRelease(ctx, db, org, id, refused))
}

func release(ctx context.Context, carrier NumberCarrier, org account.OrgID, phone sms.Phone, sid string) error {
	if sid == "" {
		found, err := carrier.Find(ctx, org, phone)
		if errors.Is(err, postgres.ErrNotFound) {
			return nil // given back in the carrier's own console
		}
		if err != nil {
			return err
		}
		sid = found
	}
	return carrier.Release(ctx, org, sid)
}

// noteRelease writes what the carrier did. A number that was given back has no owner any more.
func noteRelease(ctx context.Context, db *postgres.DB, org account.OrgID, id NumberID, refused error) error {
	return db.Org(ctx, org, func(tx *postgres.Tx) error {
		args := postgres.Args{"number": id, "error": ""}
		if refused != nil {
			args["error"] = refused.Error()
			if _, err := tx.Exec(ctx, `update phone_number set release_error = @error where org_id = @org and id = @number`, args); err != nil {
				return fmt.Errorf("note that phone number %d was not released: %w", id, err)
			}
			return nil
		}
		touched, err := tx.Exec(ctx, `
			with given_back as (
				update phone_number set released_at = app_now(), release_error = ''
				where org_id = @org and id = @number and released_at is null
				returning phone
			)
			delete from number_owner where org_id = @org and phone in (select phone from given_back)`, args)
		if err != nil {
			return fmt.Errorf("note that phone number %d is released: %w", id, err)
		}
		if touched == 0 {
			return nil
		}
		return account.System(org).Record(ctx, tx, account.Change{Verb: "released", Subject: "phone_number", SubjectID: int64(id)})
	})
}
