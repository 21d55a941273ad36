package audience_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/audience"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

// The environment of a test binary that works the job queue instead of running tests: the database,
// and by how much its clock is ahead.
const (
	workerURL   = "PARLEY_TEST_IMPORT_WORKER"
	workerAhead = "PARLEY_TEST_IMPORT_AHEAD"
)

func workUntilKilled(url string) {
	ctx := context.Background()
	ahead, err := time.ParseDuration(os.Getenv(workerAhead))
	if err != nil {
		panic(err)
	}
	db, err := postgres.Open(ctx, url, postgres.WithClock(func() time.Time { return time.Now().Add(ahead) }))
	if err != nil {
		panic(err)
	}
	queue, err := newQueue(db)
	if err != nil {
		panic(err)
	}
	if _, err := queue.Insert(ctx, audience.ResumeJob{}, nil); err != nil {
		panic(err)
	}
	if err := queue.Start(ctx); err != nil {
		panic(err)
	}
	select {}
}

// startWorker starts a process that works the queue. Its clock is so far ahead that every import on
// which an earlier process worked is lost.
func startWorker(t *testing.T, url string, ahead time.Duration) *exec.Cmd {
	t.Helper()
	worker := exec.Command(os.Args[0])
	worker.Env = append(os.Environ(), workerURL+"="+url, workerAhead+"="+ahead.String())
	worker.Stderr = os.Stderr
	if err := worker.Start(); err != nil {
		t.Fatal(err)
	}
	return worker
}

func kill(t *testing.T, worker *exec.Cmd) {
	t.Helper()
	if err := worker.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = worker.Wait() // it was killed: the error says so
}

// bigFile has rows in blocks of ten: seven new people, one twice, one without a number, one too short.
func bigFile(rows int) string {
	var file strings.Builder
	file.WriteString("Phone,First,Last,Advisor\n")
	for n := range rows {
		phone := fmt.Sprintf("208%07d", 2_000_000+n)
		switch n % 10 {
		case 7:
			phone = fmt.Sprintf("208%07d", 2_000_000+n-7)
		case 8:
			phone = ""
		case 9:
			phone = phone[:8]
		}
		fmt.Fprintf(&file, "%s,First %d,Last %d,Dr. %d\n", phone, n, n, n%100)
	}
	return file.String()
}

func TestI1_KilledImportResumes(t *testing.T) {
	t.Parallel()
	const rows = 30_000
	own := pgtest.Own(t)
	o := newOfficeIn(t, own.DB())
	i := o.upload(t, "people.csv", bigFile(rows))
	choice := audience.Choice{Mapping: i.Mapping, ListName: "All"}
	if err := o.admin.Columns(t.Context(), i.ID, choice); err != nil {
		t.Fatal(err)
	}
	kills := 0
	until := func(ends audience.ImportState) {
		for {
			kills++
			worker := startWorker(t, own.URL(), time.Duration(kills)*time.Minute)
			before, target := o.load(t, i.ID).RowsRead, rand.IntN(9000)
			i = o.wait(t, i.ID, func(i audience.Import) bool { return i.State == ends || i.RowsRead > before+target })
			kill(t, worker)
			if i = o.load(t, i.ID); i.State == ends {
				return
			}
		}
	}
	want := audience.Counts{New: rows / 10 * 7, Duplicate: rows / 10, Rejected: rows / 10 * 2}
	until(audience.Checked)
	if diff := cmp.Diff(want, i.Counts); diff != "" || i.RowsTotal != rows {
		t.Errorf("check of %d rows: %s", i.RowsTotal, diff)
	}
	if err := o.admin.Start(t.Context(), i.ID); err != nil {
		t.Fatal(err)
	}
	until(audience.Imported)
	t.Logf("%d processes", kills)
	if diff := cmp.Diff(want, i.Counts); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{rows / 10, 0, 0, 0}, i.Blanks); diff != "" {
		t.Errorf("empty cells: %s", diff)
	}
	for what, sql := range map[string]string{
		"contacts":         "select count(*) from contact where org_id = @org",
		"on the list":      "select count(*) from contact_list_member where org_id = @org",
		"list's own count": "select contacts from contact_list where org_id = @org",
	} {
		if n := o.number(t, sql); n != want.New {
			t.Errorf("%s: %d, want %d", what, n, want.New)
		}
	}
	if n := o.number(t, "select count(*) from import_part where org_id = @org"); n != 0 {
		t.Errorf("%d parts of the file are kept", n)
	}
}

// TestI1_TwoProcessesCountOnce lets two processes work on the same import: the cursor lets one of
// them go on.
func TestI1_TwoProcessesCountOnce(t *testing.T) {
	t.Parallel()
	const rows = 20_000
	own := pgtest.Own(t)
	o := newOfficeIn(t, own.DB())
	i := o.upload(t, "people.csv", bigFile(rows))
	checker := startWorker(t, own.URL(), time.Minute)
	if err := o.admin.Columns(t.Context(), i.ID, audience.Choice{Mapping: i.Mapping}); err != nil {
		t.Fatal(err)
	}
	i = o.wait(t, i.ID, func(i audience.Import) bool { return !i.Running() })
	kill(t, checker)
	if err := o.admin.Start(t.Context(), i.ID); err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		worker := startWorker(t, own.URL(), time.Duration(n+2)*time.Minute)
		t.Cleanup(func() { kill(t, worker) })
	}
	i = o.wait(t, i.ID, func(i audience.Import) bool { return !i.Running() })
	want := audience.Counts{New: rows / 10 * 7, Duplicate: rows / 10, Rejected: rows / 10 * 2}
	if diff := cmp.Diff(want, i.Counts); diff != "" || i.State != audience.Imported {
		t.Errorf("%s %s: %s", i.State, i.Error, diff)
	}
}

// TestResume_GivesUpWhatNobodyCameBackTo leaves a file after its check, and another for a month.
func TestResume_GivesUpWhatNobodyCameBackTo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	fresh := o.upload(t, "today.csv", "Phone\n2085550101\n")
	old := o.check(t, o.upload(t, "last_month.csv", "Phone\n2085550102\n"), audience.Choice{})
	lost := o.upload(t, "half.csv", "Phone\n2085550103\n")
	o.in(t, func(tx *postgres.Tx) error {
		_, err := tx.Exec(t.Context(), `
			update contact_import
			set created_at = app_now() - interval '31 days', state = case when id = @lost then 'uploading' else state end
			where org_id = @org and id = any (@ids)`,
			postgres.Args{"lost": lost.ID, "ids": []audience.ImportID{old.ID, lost.ID}})
		if err != nil {
			return err
		}
		return tx.Enqueue(t.Context(), audience.ResumeJob{})
	})
	old = o.wait(t, old.ID, func(i audience.Import) bool { return i.State == audience.Failed })
	if !strings.Contains(old.Error, "Upload it again") {
		t.Errorf("given up: %s", old.Error)
	}
	if parts := o.number(t, "select count(*) from import_part where org_id = @org"); parts != 1 {
		t.Errorf("%d parts of files are kept, want the one of today's", parts)
	}
	if i := o.load(t, fresh.ID); i.State != audience.Uploaded {
		t.Errorf("today's file is %s", i.State)
	}
	if n := o.number(t, "select count(*) from contact_import where org_id = @org"); n != 2 {
		t.Errorf("%d imports, want those of the files that arrived", n)
	}
}

func TestI1_CancelStops(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	i := o.check(t, o.upload(t, "people.csv", bigFile(30_000)), audience.Choice{ListName: "All"})
	if err := o.admin.Start(t.Context(), i.ID); err != nil {
		t.Fatal(err)
	}
	o.wait(t, i.ID, func(i audience.Import) bool { return i.RowsRead > 0 })
	if err := o.admin.Cancel(t.Context(), i.ID); err != nil {
		t.Fatal(err)
	}
	i = o.load(t, i.ID)
	if i.State != audience.Cancelled || i.Rows() != i.RowsRead || i.RowsRead == i.RowsTotal {
		t.Errorf("state %s, %d rows have an outcome, %d of %d read", i.State, i.Rows(), i.RowsRead, i.RowsTotal)
	}
	if n := o.number(t, "select count(*) from contact where org_id = @org"); n != i.New {
		t.Errorf("%d contacts, but the import says %d", n, i.New)
	}
	if list, err := o.admin.List(t.Context(), *i.ListID); err != nil || list.Contacts != i.New {
		t.Errorf("the list has %d, %v", list.Contacts, err)
	}
	if err := o.admin.Cancel(t.Context(), i.ID); err != nil {
		t.Errorf("a second time: %v", err)
	}
	if err := o.admin.Start(t.Context(), i.ID); err == nil {
		t.Error("a cancelled import starts")
	}
}

// TestTextFromSomebodyOfTheFileWhileItIsImported lets a person of the file text in at the moment when
// the batch is about to add them: they are found, not lost, and get the file's name.
func TestTextFromSomebodyOfTheFileWhileItIsImported(t *testing.T) {
	t.Parallel()
	own := pgtest.Own(t)
	o := newOfficeIn(t, own.DB())
	i := o.check(t, o.upload(t, "people.csv", "Phone,First\n2085550101,Ada\n2085550102,Bo\n"), audience.Choice{ListName: "All"})
	o.in(t, func(tx *postgres.Tx) error {
		if _, err := audience.Meet(t.Context(), tx, ada); err != nil {
			return err
		}
		if err := o.admin.Start(t.Context(), i.ID); err != nil {
			return err
		}
		return untilSomebodyWaits(t.Context(), tx)
	})
	i = o.wait(t, i.ID, func(i audience.Import) bool { return !i.Running() })
	if diff := cmp.Diff(audience.Counts{New: 1, Updated: 1}, i.Counts); diff != "" {
		t.Error(diff)
	}
	if name := o.byPhone(t, ada).FirstName; name != "Ada" {
		t.Errorf("the person is called %q", name)
	}
	if list, err := o.admin.List(t.Context(), *i.ListID); err != nil || list.Contacts != 2 {
		t.Errorf("the list has %d, %v", list.Contacts, err)
	}
}

// untilSomebodyWaits returns once another transaction waits for this one. It asks the locks and not
// pg_stat_activity, of which a transaction sees only the connections there were when it first looked.
func untilSomebodyWaits(ctx context.Context, tx *postgres.Tx) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		waiting, err := postgres.Value[bool](ctx, tx, `
			select exists (select from pg_locks l where not l.granted and pg_backend_pid() = any (pg_blocking_pids(l.pid)))`, nil)
		if err != nil || waiting {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
