package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"github.com/jackc/pgx/v5"

	"parley/internal/postgres/private"
)

// host is the server on which databases are cloned, and this process's leases there.
type host struct {
	admin    *url.URL // of the maintenance database, where all locks are taken
	template string
	private  *private.Server // nil where TEST_DATABASE_URL names the server

	mu     sync.Mutex // guards leases, which one goroutine at a time may use
	leases *pgx.Conn  // its session holds the leases, so they end with this process
}

// openHost prepares the server at adminURL, or if that is empty the private one in dir.
func openHost(ctx context.Context, adminURL, dir string) (_ *host, err error) {
	h := &host{}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close())
		}
	}()
	if adminURL == "" {
		if h.private, err = private.Start(ctx, dir, private.Fsync(false)); err != nil {
			return h, fmt.Errorf("start the test server in %s, which keeps nothing and may be deleted: %w", dir, err)
		}
		adminURL = h.private.URL("postgres")
	}
	if h.admin, err = url.Parse(adminURL); err != nil || h.admin.User == nil {
		return h, errors.New("read TEST_DATABASE_URL: want postgres://user:password@host/database")
	}
	if h.leases, err = pgx.Connect(ctx, adminURL); err != nil {
		return h, fmt.Errorf("reach the test server: %w", err)
	}
	return h, h.prepare(ctx)
}

// serverDir is where the private server of all test packages of this user lives.
func serverDir() string {
	if cache, err := os.UserCacheDir(); err == nil {
		return filepath.Join(cache, "parley", "test-postgres")
	}
	return filepath.Join(os.TempDir(), fmt.Sprintf("parley-test-%d", os.Getuid()))
}

// close ends this process's leases. The last process to close stops a private server.
func (h *host) close() error {
	var errs []error
	if h.leases != nil {
		errs = append(errs, h.leases.Close(context.Background()))
	}
	if h.private != nil {
		errs = append(errs, h.private.Stop())
	}
	return errors.Join(errs...)
}

// adminURL is the address of a database for the login that owns it.
func (h *host) adminURL(database string) string {
	u := *h.admin
	u.Path = "/" + database
	return u.String()
}

// login is the role of the program under test.
const login = "parley_test"

// loginURL is the address of a database for the program. The role has the password of the
// owner's login, so that no secret is made up, and none where none is needed.
func (h *host) loginURL(database string) string {
	u := *h.admin
	u.Path = "/" + database
	u.User = url.User(login)
	if password, ok := h.admin.User.Password(); ok {
		u.User = url.UserPassword(login, password)
	}
	return u.String()
}

// run executes statements on a connection of their own, each in its own transaction, as
// those on whole databases must be.
func (h *host) run(ctx context.Context, statements ...string) error {
	conn, err := pgx.Connect(ctx, h.admin.String())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for _, sql := range statements {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return nil
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
