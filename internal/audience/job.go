package audience

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"parley/internal/account"
	"parley/internal/audience/sheet"
	"parley/internal/postgres"
)

// ImportJob checks or imports one file, whichever its state asks for.
type ImportJob struct {
	Org    account.OrgID `json:"org"`
	Import ImportID      `json:"import"`
}

// Kind implements river.JobArgs.
func (ImportJob) Kind() string { return "audience.import" }

// ResumeJob looks after imports that nobody works on: it puts those back into the queue whose process has
// died, and gives up those to which no person has come back.
type ResumeJob struct{}

// Kind implements river.JobArgs.
func (ResumeJob) Kind() string { return "audience.resume_imports" }

const (
	// An import on which nothing moved for so long has lost its process. A batch takes well under a
	// second; should the process be alive after all, the cursor lets only one of the two go on.
	lostAfter = 30 * time.Second
	// A file that was brought and not imported is kept for so long: it has the phone numbers of people who may
	// not even be contacts.
	keptFor = 30 * 24 * time.Hour
	// The longest that one try may take; the next goes on where it stopped.
	importTimeout = time.Hour
)

// AddWorkers registers the workers of this package's jobs.
func AddWorkers(workers *river.Workers, db *postgres.DB) {
	river.AddWorker(workers, &importWorker{db: db})
	river.AddWorker(workers, &resumeWorker{db: db})
}

// PeriodicJobs are the jobs that the queue is to insert by itself.
func PeriodicJobs() []*river.PeriodicJob {
	return []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(lostAfter),
		func() (river.JobArgs, *river.InsertOpts) { return ResumeJob{}, nil }, &river.PeriodicJobOpts{RunOnStart: true})}
}

type resumeWorker struct {
	river.WorkerDefaults[ResumeJob]
	db *postgres.DB
}

// Work implements river.Worker.
func (w *resumeWorker) Work(ctx context.Context, _ *river.Job[ResumeJob]) error {
	return w.db.Everyone(ctx, func(tx *postgres.Tx) error {
		lost, err := postgres.Rows[ImportJob](ctx, tx, `
			update contact_import set worked_at = app_now()
			where state in ('checking', 'importing') and worked_at < app_now() - @after::interval
			returning org_id as org, id as import`, postgres.Args{"after": lostAfter})
		if err != nil {
			return fmt.Errorf("look for imports without a process: %w", err)
		}
		for _, job := range lost {
			if err := tx.Enqueue(ctx, job); err != nil {
				return err
			}
		}
		return giveUp(ctx, tx)
	})
}

// giveUp ends imports that were left where a person has to go on, and lets their files go, also of uploads that
// never arrived.
func giveUp(ctx context.Context, tx *postgres.Tx) error {
	_, err := tx.Exec(ctx, `
		with never_arrived as (
			delete from contact_import
			where state = 'uploading' and created_at < app_now() - interval '1 day'
		), given_up as (
			update contact_import set state = 'failed', error = @why, finished_at = app_now()
			where state in ('uploaded', 'checked') and created_at < app_now() - @kept::interval
		)
		delete from import_part p
		using contact_import i
		where i.state in ('uploaded', 'checked', 'failed') and i.created_at < app_now() - @kept::interval
			and p.org_id = i.org_id and p.import_id = i.id`,
		postgres.Args{"kept": keptFor, "why": "Nobody came back to it within 30 days, so the file was let go. Upload it again if it is still needed."})
	if err != nil {
		return fmt.Errorf("give up imports: %w", err)
	}
	return nil
}

type importWorker struct {
	river.WorkerDefaults[ImportJob]
	db *postgres.DB
}

// Timeout implements river.Worker.
func (w *importWorker) Timeout(*river.Job[ImportJob]) time.Duration { return importTimeout }

// Work implements river.Worker. A file that makes no sense ends its import; what is wrong with the
// machine is the queue's to repeat, and goes on at the cursor.
func (w *importWorker) Work(ctx context.Context, job *river.Job[ImportJob]) error {
	run, err := loadRun(ctx, w.db, job.Args)
	if errors.Is(err, account.ErrNotFound) || err == nil && !run.Running() {
		return nil // cancelled, finished by another process, or swept away
	}
	if err != nil {
		return err
	}
	err = run.work(ctx)
	var refusal *sheet.Refusal
	switch {
	case errors.As(err, &refusal):
		return run.fail(ctx, refusal.Reason)
	case errors.Is(err, errOvertaken):
		return nil
	case err != nil && ctx.Err() == nil && job.Attempt >= job.MaxAttempts:
		return errors.Join(err, run.fail(ctx, "The import stopped because of a fault in the program, not in the file. Try again, or ask who runs it."))
	}
	return err
}
