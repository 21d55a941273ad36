package audience

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"parley/internal/postgres"
)

// importRun is one process's work on one check or import.
type importRun struct {
	Import
	db          *postgres.DB
	job         ImportJob
	number      int // which check or import of the file it is
	country     string
	corrections map[int]string
}

// errOvertaken means that somebody has cancelled the import or begun it anew, or that another process
// is further on.
var errOvertaken = errors.New("the import has moved on without this process")

func loadRun(ctx context.Context, db *postgres.DB, job ImportJob) (importRun, error) {
	run := importRun{db: db, job: job, corrections: map[int]string{}}
	err := db.Org(ctx, job.Org, func(tx *postgres.Tx) (err error) {
		if run.Import, err = importByID(ctx, tx, job.Import); err != nil {
			return err
		}
		type setting struct {
			Number  int
			Country string
		}
		s, err := postgres.Row[setting](ctx, tx, `
			select i.run as number, o.country
			from contact_import i
			join organization o on o.org_id = @org
			where i.org_id = @org and i.id = @import`, postgres.Args{"import": job.Import})
		if err != nil {
			return fmt.Errorf("load import %d: %w", job.Import, err)
		}
		run.number, run.country = s.Number, s.Country
		type correction struct {
			RowNumber  int
			Correction string
		}
		corrections, err := postgres.Rows[correction](ctx, tx, `
			select row_number, correction
			from import_reject
			where org_id = @org and import_id = @import and correction <> ''`, postgres.Args{"import": job.Import})
		for _, c := range corrections {
			run.corrections[c.RowNumber] = c.Correction
		}
		return err
	})
	return run, err
}

// work reads the file on one side and writes on the other, one batch ahead.
func (run importRun) work(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	read := make(chan batch)
	group.Go(func() error {
		defer close(read)
		file := storedFile(ctx, run.db, run.job.Org, run.ID)
		return batches(ctx, file, run.Import, newReading(run.Mapping, run.country, run.corrections), read)
	})
	group.Go(func() error {
		for b := range read {
			if err := run.take(ctx, b); err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// take does one batch: what it changes and how far the import has come commit together, so that
// nothing is done or counted twice.
func (run importRun) take(ctx context.Context, b batch) error {
	err := errRaced
	for try := 0; try < 3 && errors.Is(err, errRaced); try++ {
		err = run.db.Org(ctx, run.job.Org, func(tx *postgres.Tx) error {
			return run.takeIn(ctx, tx, b)
		})
	}
	return err
}

// settle prepares the transaction of one of many batches.
func settle(ctx context.Context, tx *postgres.Tx, last bool) error {
	// A plan that this connection made while there were few contacts is wrong for the many that came
	// since, also the plans by which foreign keys are checked.
	if _, err := tx.Exec(ctx, "discard plans", nil); err != nil {
		return fmt.Errorf("plan a batch anew: %w", err)
	}
	if last {
		return nil
	}
	// A crash of the database may take the last few batches back, with their cursor: they are done again.
	if _, err := tx.Exec(ctx, "set local synchronous_commit = off", nil); err != nil {
		return fmt.Errorf("spare a batch the wait for the disk: %w", err)
	}
	return nil
}

func (run importRun) takeIn(ctx context.Context, tx *postgres.Tx, b batch) error {
	if err := settle(ctx, tx, b.last); err != nil {
		return err
	}
	blanks, err := run.stand(ctx, tx, b)
	if err != nil {
		return err
	}
	contacts, err := contactsOf(ctx, tx, b)
	if err != nil {
		return err
	}
	v := b.judge(contacts, run.OverwriteCorrected)
	if run.State == Importing {
		if err := v.write(ctx, tx, run.list()); err != nil {
			return err
		}
	}
	if err := writeRejects(ctx, tx, run.ID, v.rejects); err != nil {
		return err
	}
	optedOut, err := countOptedOut(ctx, tx, b)
	if err != nil {
		return err
	}
	for i := range blanks {
		b.blanks[i] += blanks[i]
	}
	if err := run.advance(ctx, tx, b, v.counts, optedOut); err != nil {
		return err
	}
	if b.last {
		return run.end(ctx, tx, b)
	}
	return nil
}

func (run importRun) list() ListID {
	if run.ListID == nil {
		return 0
	}
	return *run.ListID
}

// stand locks the import and makes sure that this batch is the next. It returns the empty cells so far.
func (run importRun) stand(ctx context.Context, tx *postgres.Tx, b batch) (blanks []int, err error) {
	type standing struct {
		State    ImportState
		Run      int
		RowsRead int
		Blanks   []int
	}
	s, err := postgres.Row[standing](ctx, tx, `
		select state, run, rows_read, blanks
		from contact_import
		where org_id = @org and id = @import
		for update`, postgres.Args{"import": run.ID})
	if errors.Is(err, postgres.ErrNotFound) || err == nil && (s.State != run.State || s.Run != run.number || s.RowsRead != b.from) {
		return nil, errOvertaken
	}
	if err != nil {
		return nil, fmt.Errorf("look where import %d stands: %w", run.ID, err)
	}
	return s.Blanks, nil
}

func (run importRun) advance(ctx context.Context, tx *postgres.Tx, b batch, c Counts, optedOut int) error {
	_, err := tx.Exec(ctx, `
		update contact_import
		set rows_read = @rows, bytes_read = @bytes, blanks = @blanks, worked_at = app_now(),
			rows_new = rows_new + @new, rows_updated = rows_updated + @updated, rows_unchanged = rows_unchanged + @unchanged,
			rows_duplicate = rows_duplicate + @duplicate, rows_rejected = rows_rejected + @rejected,
			rows_opted_out = rows_opted_out + @opted_out
		where org_id = @org and id = @import`,
		postgres.Args{"import": run.ID, "rows": b.upTo, "bytes": b.bytes, "blanks": b.blanks, "new": c.New, "updated": c.Updated,
			"unchanged": c.Unchanged, "duplicate": c.Duplicate, "rejected": c.Rejected, "opted_out": optedOut})
	if err != nil {
		return fmt.Errorf("move import %d on: %w", run.ID, err)
	}
	tx.Publish(importTopic(run.ID))
	return nil
}

// end closes the check or the import with its last batch.
func (run importRun) end(ctx context.Context, tx *postgres.Tx, b batch) error {
	if run.State == Checking {
		_, err := tx.Exec(ctx, `
			update contact_import set state = 'checked', rows_total = @rows where org_id = @org and id = @import`,
			postgres.Args{"import": run.ID, "rows": b.upTo})
		if err != nil {
			return fmt.Errorf("end the check of import %d: %w", run.ID, err)
		}
		return nil
	}
	_, err := tx.Exec(ctx, `
		delete from import_reject where org_id = @org and import_id = @import and correction <> ''`, postgres.Args{"import": run.ID})
	if err != nil {
		return fmt.Errorf("forget the corrected rows of import %d: %w", run.ID, err)
	}
	return finish(ctx, tx, run.ID, outcome{state: Imported})
}

// fail ends the run for a reason that another try would meet again, unless the import has moved on.
func (run importRun) fail(ctx context.Context, reason string) error {
	return run.db.Org(ctx, run.job.Org, func(tx *postgres.Tx) error {
		_, err := postgres.Value[ImportID](ctx, tx, `
			select id
			from contact_import
			where org_id = @org and id = @import and run = @run and state = @state
			for update`, postgres.Args{"import": run.ID, "run": run.number, "state": run.State})
		if errors.Is(err, postgres.ErrNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("look where import %d stands: %w", run.ID, err)
		}
		return finish(ctx, tx, run.ID, outcome{state: Failed, error: reason})
	})
}
