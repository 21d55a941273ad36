package audience_test

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
	"parley/migrations"
)

func TestMain(m *testing.M) {
	if url := os.Getenv(workerURL); url != "" {
		workUntilKilled(url)
	}
	pgtest.Main(m)
}

// office is an organization of one test with a desk for each role.
type office struct {
	db    *postgres.DB
	org   account.OrgID
	admin audience.Desk
	agent audience.Desk
	actor account.Actor // the administrator
}

func newOffice(t *testing.T) office { return newOfficeIn(t, pgtest.DB(t)) }

func newOfficeIn(t *testing.T, db *postgres.DB) office {
	t.Helper()
	ctx := t.Context()
	org, err := account.Found(ctx, db, account.NewOrganization{Name: t.Name(),
		Administrator: account.NewUser{Email: "ann@example.edu", Name: "Ann", Password: "correct horse"}})
	if err != nil {
		t.Fatal(err)
	}
	o := office{db: db, org: org}
	err = db.Org(ctx, org, func(tx *postgres.Tx) error {
		users, err := postgres.Values[account.UserID](ctx, tx, "select id from app_user where org_id = @org", nil)
		if err == nil {
			o.actor, err = account.Actor{Org: org, User: users[0], Name: "Ann", Role: account.Administrator, OrgCountry: "US"}, nil
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	o.admin = audience.NewDesk(db, o.actor)
	agent := o.actor
	agent.Role = account.Agent
	o.agent = audience.NewDesk(db, agent)
	return o
}

func (o office) in(t *testing.T, fn func(tx *postgres.Tx) error) {
	t.Helper()
	if err := o.db.Org(t.Context(), o.org, fn); err != nil {
		t.Fatal(err)
	}
}

func (o office) number(t *testing.T, sql string) (n int) {
	t.Helper()
	o.in(t, func(tx *postgres.Tx) (err error) {
		n, err = postgres.Value[int](t.Context(), tx, sql, nil)
		return err
	})
	return n
}

func (o office) add(t *testing.T, p audience.Person) audience.ContactID {
	t.Helper()
	id, err := o.admin.AddContact(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func (o office) upload(t *testing.T, name, file string) audience.Import {
	t.Helper()
	id, err := o.admin.Upload(t.Context(), name, strings.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	return o.load(t, id)
}

func (o office) load(t *testing.T, id audience.ImportID) audience.Import {
	t.Helper()
	i, err := o.admin.Import(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// check takes the proposed columns and waits for what the import would do.
func (o office) check(t *testing.T, i audience.Import, choice audience.Choice) audience.Import {
	t.Helper()
	o.queue(t)
	if choice.Mapping == nil {
		choice.Mapping = i.Mapping
	}
	if err := o.admin.Columns(t.Context(), i.ID, choice); err != nil {
		t.Fatal(err)
	}
	return o.wait(t, i.ID, func(i audience.Import) bool { return !i.Running() })
}

// importFile passes a file through all steps and makes sure that each of its rows has one outcome.
func (o office) importFile(t *testing.T, file string, choice audience.Choice) audience.Import {
	t.Helper()
	checked := o.check(t, o.upload(t, "people.csv", file), choice)
	if checked.State != audience.Checked || checked.Rows() != checked.RowsTotal {
		t.Fatalf("checked: state %s, %+v of %d rows, error %q", checked.State, checked.Counts, checked.RowsTotal, checked.Error)
	}
	if err := o.admin.Start(t.Context(), checked.ID); err != nil {
		t.Fatal(err)
	}
	done := o.wait(t, checked.ID, func(i audience.Import) bool { return !i.Running() })
	if done.State != audience.Imported || done.Rows() != done.RowsTotal {
		t.Fatalf("imported: state %s, %+v of %d rows, error %q", done.State, done.Counts, done.RowsTotal, done.Error)
	}
	return done
}

// wait returns the import once it is as wanted, looking whenever its topic is published.
func (o office) wait(t *testing.T, id audience.ImportID, wanted func(audience.Import) bool) audience.Import {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	changed := make(chan struct{}, 1)
	changed <- struct{}{}
	var listening sync.WaitGroup
	defer listening.Wait()
	defer cancel()
	listening.Go(func() {
		_ = o.db.Listen(ctx, func(postgres.Event) {
			select {
			case changed <- struct{}{}:
			default:
			}
		})
	})
	tick := time.NewTicker(200 * time.Millisecond) // an event before the listener's connection is missed
	defer tick.Stop()
	for {
		select {
		case <-changed:
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("import %d did not get there in time: %+v", id, o.load(t, id))
		}
		if i := o.load(t, id); wanted(i) {
			return i
		}
	}
}

// queues are job queues at work, one a database, as long as a test needs it.
var queues = struct {
	sync.Mutex
	users  map[*postgres.DB]int
	client map[*postgres.DB]*river.Client[pgx.Tx]
}{users: map[*postgres.DB]int{}, client: map[*postgres.DB]*river.Client[pgx.Tx]{}}

func (o office) queue(t *testing.T) {
	t.Helper()
	queues.Lock()
	defer queues.Unlock()
	if queues.users[o.db]++; queues.users[o.db] == 1 {
		client, err := newQueue(o.db)
		if err == nil {
			err = client.Start(context.WithoutCancel(t.Context()))
		}
		if err != nil {
			t.Fatal(err)
		}
		queues.client[o.db] = client
	}
	t.Cleanup(func() {
		queues.Lock()
		defer queues.Unlock()
		if queues.users[o.db]--; queues.users[o.db] == 0 {
			if err := queues.client[o.db].StopAndCancel(context.Background()); err != nil {
				t.Error(err)
			}
			delete(queues.client, o.db)
		}
	})
}

func newQueue(db *postgres.DB) (*river.Client[pgx.Tx], error) {
	workers := river.NewWorkers()
	audience.AddWorkers(workers, db)
	return river.NewClient(riverpgxv5.New(db.Pool()), &river.Config{Schema: migrations.RiverSchema, Workers: workers,
		FetchCooldown: 5 * time.Millisecond, FetchPollInterval: 50 * time.Millisecond,
		Queues: map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}}})
}
