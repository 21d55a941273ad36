package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/internal/dispatch"
	"parley/internal/knowledge"
	"parley/internal/outreach"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/postgres/private"
	"parley/internal/server"
	"parley/internal/twilio"
	"parley/migrations"
)

// million is the size at which the program is held to its aims.
const million = 1_000_000

// The settings of a program that nobody has set; see cmd/parley.
const (
	databaseConns = 24
	inFlight      = 64
)

// stage is what a benchmark works on: a new database, a simulated phone network, and the program
// between them, both reachable over the loopback. Its context is that of the whole run, the only one
// that benchmarks have.
type stage struct {
	context.Context
	out  io.Writer
	size int // of the largest campaign

	postgres *private.Server
	admin    *pgx.Conn // the owner of the tables, for rows too many for verbs and for limits
	db       *postgres.DB
	library  *knowledge.Library
	vault    *twilio.Vault
	carrier  *twilio.Client
	server   *server.Server
	network  *phonenet.Network
	public   *url.URL // the program's address
	phones   *url.URL // the network's
	closers  []func() error

	campaigns map[int]*mass // seeded campaigns by size
	orgs      int           // how many organizations were founded
}

// onStage makes a subcommand of benchmarks that work one after the other on one stage.
func onStage(benches ...func(*stage) error) func(args []string, out io.Writer) error {
	return func(args []string, out io.Writer) (err error) {
		flags := flag.NewFlagSet("bench", flag.ContinueOnError)
		size := flags.Int("size", million, "people of the largest campaign, at least 1000")
		home := flags.String("home", "", "folder of the database, as it is given to parley demo (default: the user's cache folder)")
		keep := flags.Bool("keep", false, "leave the database as it is at the end, to look into it")
		if err := flags.Parse(args); err != nil {
			return err
		}
		if *size < 1000 {
			return fmt.Errorf("-size is %d. Give at least 1000", *size)
		}
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		defer stop()
		s := &stage{Context: ctx, out: out, size: *size, campaigns: map[int]*mass{}}
		defer func() { err = errors.Join(err, s.close(*keep)) }()
		if err := s.open(*home); err != nil {
			return err
		}
		for _, bench := range benches {
			if err := bench(s); err != nil {
				return err
			}
		}
		return nil
	}
}

const benchDatabase = "bench"

func (s *stage) open(home string) error {
	if home == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return fmt.Errorf("choose a folder for the database: %w. Give one with -home", err)
		}
		home = filepath.Join(cache, "parley-bench")
	}
	if err := s.openDatabase(home); err != nil {
		return err
	}
	if err := s.openNetwork(); err != nil {
		return err
	}
	return s.openProgram()
}

// openDatabase makes the database anew: what an earlier run has left is gone.
func (s *stage) openDatabase(home string) (err error) {
	if s.postgres, err = private.Start(s, filepath.Join(home, "postgres")); err != nil {
		return err
	}
	s.closing(s.postgres.Stop)
	if err := s.dropDatabase(); err != nil {
		return err
	}
	if err := s.postgres.CreateDatabase(s, benchDatabase); err != nil {
		return err
	}
	admin, login := s.postgres.URL(benchDatabase), s.postgres.URLAs("parley", benchDatabase)
	if err := migrations.Up(s, admin); err != nil {
		return err
	}
	if err := migrations.Login(s, admin, login); err != nil {
		return err
	}
	if s.admin, err = pgx.Connect(s, admin); err != nil {
		return fmt.Errorf("reach the database as its owner: %w", err)
	}
	s.closing(func() error { return s.admin.Close(context.WithoutCancel(s)) })
	s.db, err = postgres.Open(s, login, postgres.WithMaxConns(databaseConns))
	if err != nil {
		return err
	}
	s.closing(func() error { s.db.Close(); return nil })
	return nil
}

func (s *stage) dropDatabase() error {
	ctx := context.WithoutCancel(s) // also at the end of a run that was interrupted
	conn, err := pgx.Connect(ctx, s.postgres.URL("postgres"))
	if err != nil {
		return fmt.Errorf("drop the benchmark's database: %w", err)
	}
	defer conn.Close(ctx)
	if _, err := conn.Exec(ctx, "drop database if exists "+benchDatabase+" with (force)"); err != nil {
		return fmt.Errorf("drop the benchmark's database: %w", err)
	}
	return nil
}

func (s *stage) openNetwork() (err error) {
	if s.network, err = phonenet.New(phonenet.Options{Seed: 1}); err != nil {
		return err
	}
	s.closing(s.network.Close)
	listener, at, err := listen()
	if err != nil {
		return err
	}
	s.phones = at
	s.serve(listener, s.network.Handler())
	return nil
}

// openProgram builds what `parley serve` builds, but for what works by itself: a benchmark starts
// that when it is to be measured.
func (s *stage) openProgram() error {
	listener, at, err := listen()
	if err != nil {
		return err
	}
	s.public = at
	s.library = knowledge.NewLibrary(s.db, knowledge.DefaultBytes)
	s.closing(func() error { s.library.Close(); return nil })
	if s.vault, err = twilio.NewVault(s.db, [32]byte{1}); err != nil {
		return err
	}
	s.carrier, err = twilio.NewClient(s.vault, twilio.Options{PublicURL: s.public.String(), SimulatedURL: s.phones.String(), InFlight: inFlight})
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	hooks := twilio.NewWebhooks(s.db, s.carrier, outreach.NewIntake(s.db, s.library), dispatch.NewSettler(s.db)).WithLog(log)
	s.server = server.New(server.Config{DB: s.db, Library: s.library, Log: log, PublicURL: s.public,
		Messages: http.HandlerFunc(hooks.Messages), Status: http.HandlerFunc(hooks.Status)})
	s.closing(func() error { s.server.Close(); return nil })
	s.serve(listener, s.server)
	return nil
}

// listen takes a free port of the loopback, whose address must be known before what answers there
// is built.
func listen() (net.Listener, *url.URL, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, fmt.Errorf("listen on the loopback: %w", err)
	}
	return listener, &url.URL{Scheme: "http", Host: listener.Addr().String()}, nil
}

// serve answers until the stage is closed.
func (s *stage) serve(listener net.Listener, handler http.Handler) {
	web := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	s.closing(func() error {
		err := web.Close()
		if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		return err
	})
}

func (s *stage) closing(fn func() error) { s.closers = append(s.closers, fn) }

// close ends everything in reverse; the database's server is the first that was begun.
func (s *stage) close(keep bool) (err error) {
	for i := len(s.closers) - 1; i >= 0; i-- {
		if i == 0 && keep {
			remark(s.out, "The database is kept: start the server of %s and read the database %s", s.postgres.Dir(), benchDatabase)
		} else if i == 0 {
			err = errors.Join(err, s.dropDatabase())
		}
		err = errors.Join(err, s.closers[i]())
	}
	return err
}
