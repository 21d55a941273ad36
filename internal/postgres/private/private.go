// Package private runs a Postgres server that belongs to one folder, for people and
// tests who have Postgres installed but no database set up.
//
// The server has no TCP port: it listens on a socket in a folder that only its own user
// may enter, and trusts whoever gets there. Processes that name the same folder share one
// server; the last one to stop stops it. A process that dies leaves the server running for
// the next one to join.
//
// The package knows nothing of Parley's schema, and nothing of servers it did not start:
// a production database is named by its URL and never comes through here.
package private

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Superuser is the role that owns everything in a private server.
const Superuser = "postgres"

// Server is this process's share in the server of one folder.
type Server struct {
	cluster *cluster
	socket  string

	// users is held with a shared lock for as long as this process needs the server.
	users *os.File
	once  sync.Once
	err   error
}

// Option changes how the server is started. Options have no effect on a server that is
// already running when Start joins it.
type Option func(*cluster)

// Fsync says whether commits survive a crash of the machine. It is on unless turned off,
// which suits tests alone. Commits survive a crash of Postgres either way.
func Fsync(on bool) Option {
	return func(c *cluster) { c.fsync = on }
}

// Start joins the server of the folder dir, or starts it, and returns when it accepts
// connections. The first start makes the folder and the cluster in it; ctx bounds the
// start alone. Each Server that Start returns counts as one user until its Stop.
//
// Run by root, Postgres takes the identity of the cluster's owner, of the user postgres,
// or else of nobody. If that user cannot reach dir, the cluster is kept below
// /var/lib/parley instead: see Dir.
//
// Start never deletes a cluster. It returns an error if Postgres is not installed, if the
// installed one cannot read the cluster, or if another user owns the folder.
func Start(ctx context.Context, dir string, opts ...Option) (*Server, error) {
	c, err := locate(dir)
	if err != nil {
		return nil, err
	}
	for _, opt := range opts {
		opt(c)
	}
	gate, err := lock(ctx, c.path("gate"), syscall.LOCK_EX)
	if err != nil {
		return nil, fmt.Errorf("wait for another process to start Postgres: %w", err)
	}
	defer gate.Close()
	users, err := lock(ctx, c.path("users"), syscall.LOCK_SH)
	if err != nil {
		return nil, fmt.Errorf("join the users of Postgres: %w", err)
	}
	socket, err := c.up(ctx)
	if err != nil {
		users.Close()
		return nil, err
	}
	return &Server{cluster: c, socket: socket, users: users}, nil
}

// Dir is the folder that holds the cluster, its locks and its log.
func (s *Server) Dir() string { return s.cluster.dir }

// PID is the process id of the postmaster, for tests that kill it.
func (s *Server) PID() (int, error) {
	pm, err := readPostmaster(s.cluster.data())
	return pm.pid, err
}

// URL is the address of a database for its superuser, as pgx and psql read it.
func (s *Server) URL(database string) string { return s.URLAs(Superuser, database) }

// URLAs is the address of a database for another role. No role needs a password.
func (s *Server) URLAs(user, database string) string {
	return socketURL(s.socket, user, database)
}

// CreateDatabase makes an empty database. One that exists already is left as it is.
func (s *Server) CreateDatabase(ctx context.Context, name string) error {
	conn, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, "create database "+pgx.Identifier{name}.Sanitize()+" template template0")
	if err != nil && !exists(err) {
		return fmt.Errorf("create database %s: %w", name, err)
	}
	return nil
}

// exists reports whether a database could not be made because there is one of that name.
func exists(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return false
	}
	// duplicate_database, or the unique index that two creators at once meet first.
	return pg.Code == "42P04" || pg.ConstraintName == "pg_database_datname_index"
}

// stopLimit is how long Postgres may take to write its last checkpoint.
const stopLimit = time.Minute

// Stop gives up this process's share. The last one out disconnects whoever is left, stops
// the server and waits until it is gone. A second call does nothing and returns what the
// first did.
func (s *Server) Stop() error {
	s.once.Do(func() { s.err = s.leave() })
	return s.err
}

func (s *Server) leave() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopLimit)
	defer cancel()
	gate, err := lock(ctx, s.cluster.path("gate"), syscall.LOCK_EX)
	s.users.Close()
	if err != nil {
		return fmt.Errorf("wait for another process to leave Postgres: %w", err)
	}
	defer gate.Close()
	last, err := tryLock(s.cluster.path("users"), syscall.LOCK_EX)
	if errors.Is(err, errHeld) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("leave the users of Postgres: %w", err)
	}
	defer last.Close()
	return s.cluster.down(ctx)
}

func socketURL(socket, user, database string) string {
	u := url.URL{
		Scheme: "postgres",
		User:   url.User(user),
		Path:   "/" + database,
		// The port names the socket's file; without it PGPORT would.
		RawQuery: url.Values{"host": {socket}, "port": {port}}.Encode(),
	}
	return u.String()
}
