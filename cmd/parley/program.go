package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/riverqueue/river"
	"golang.org/x/sync/errgroup"

	"parley/internal/audience"
	"parley/internal/dispatch"
	"parley/internal/knowledge"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/server"
	"parley/internal/twilio"
)

// program is the parts of one process, built and not yet running.
type program struct {
	log      *slog.Logger
	db       *postgres.DB
	library  *knowledge.Library
	vault    *twilio.Vault
	carrier  *twilio.Client
	webhooks *twilio.Webhooks
	sender   *dispatch.Sender
	queue    *postgres.Queue
	server   *server.Server
}

// parts are the settings of a program, checked.
type parts struct {
	databaseURL   string
	databaseConns int32
	publicURL     *url.URL
	secretKey     [32]byte
	carrierAPI    string // empty: Twilio's
	simulated     string // address of the simulated phone network; empty: none
	phonesURL     string
	inFlight      int
	log           *slog.Logger
}

// modelBytes bounds the trained bots that a process keeps at hand.
const modelBytes = 256 << 20

// build makes the parts in the order in which they need each other. close undoes it.
func build(ctx context.Context, s parts) (_ *program, err error) {
	p := &program{log: s.log}
	defer func() {
		if err != nil {
			p.close()
		}
	}()
	if p.db, err = postgres.Open(ctx, s.databaseURL, postgres.WithMaxConns(s.databaseConns)); err != nil {
		return nil, err
	}
	if err := p.db.RefuseBypass(ctx); err != nil {
		return nil, err
	}
	p.library = knowledge.NewLibrary(p.db, modelBytes)
	if p.vault, err = twilio.NewVault(p.db, s.secretKey); err != nil {
		return nil, err
	}
	p.carrier, err = twilio.NewClient(p.vault, twilio.Options{PublicURL: s.publicURL.String(), APIURL: s.carrierAPI,
		SimulatedURL: s.simulated, InFlight: s.inFlight})
	if err != nil {
		return nil, err
	}
	intake := outreach.NewIntake(p.db, p.library)
	p.webhooks = twilio.NewWebhooks(p.db, p.carrier, intake, dispatch.NewSettler(p.db)).WithLog(s.log)
	p.sender = dispatch.NewSender(p.db, p.carrier, dispatch.Options{InFlight: s.inFlight, Log: s.log})
	workers := river.NewWorkers()
	audience.AddWorkers(workers, p.db)
	outreach.AddWorkers(workers, p.db)
	outreach.AddReleaseWorker(workers, p.db, p.carrier)
	if p.queue, err = p.db.NewQueue(workers, audience.PeriodicJobs(), s.log); err != nil {
		return nil, err
	}
	p.server = server.New(server.Config{DB: p.db, Library: p.library, Log: s.log, PublicURL: s.publicURL,
		Messages: http.HandlerFunc(p.webhooks.Messages), Status: http.HandlerFunc(p.webhooks.Status), PhonesURL: s.phonesURL})
	return p, nil
}

func (p *program) close() {
	if p.server != nil {
		p.server.Close()
	}
	if p.carrier != nil {
		p.carrier.Close()
	}
	if p.library != nil {
		p.library.Close()
	}
	if p.db != nil {
		p.db.Close()
	}
}

// How long the parts may take to end: texts in flight are given this long, within the 30 s that
// supervisors allow.
const shutdownTime = 25 * time.Second

// run serves on the listener and sends until ctx ends, then stops in order: no new requests and
// claims, requests and texts in flight to their end, jobs, connections.
func (p *program) run(ctx context.Context, listener net.Listener) error {
	web := &http.Server{
		Handler:           p.server,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       5 * time.Minute,  // an upload over a slow line
		WriteTimeout:      15 * time.Minute, // a file of two million texts takes a minute and a half
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(p.log.Handler(), slog.LevelDebug),
	}
	if err := p.queue.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start the job queue: %w", err)
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return p.sender.Run(ctx) })
	group.Go(func() error { return p.webhooks.Retry(ctx) })
	group.Go(func() error { return p.server.Listen(ctx) })
	group.Go(func() error { return p.db.Listen(ctx, p.observe) })
	group.Go(func() error {
		if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	group.Go(func() error {
		<-ctx.Done()
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
		defer cancel()
		return errors.Join(web.Shutdown(late), p.queue.Stop(late))
	})
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// observe keeps what the process remembers as new as the database.
func (p *program) observe(e postgres.Event) {
	p.vault.Observe(e)
	switch {
	case e.Missed:
		p.library.RefreshAll()
	case e.Topic == knowledge.Topic:
		p.library.Refresh(e.Org)
	}
}

// newLog writes what operators read.
func newLog(format string, to *os.File) *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.LevelInfo}
	if format == "json" {
		return slog.New(slog.NewJSONHandler(to, options))
	}
	return slog.New(slog.NewTextHandler(to, options))
}

// listen takes the address; where it is given by the person and taken, that is an error, else another
// port serves as well.
func listen(address string, alternatives bool) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err == nil || !alternatives {
		return l, err
	}
	host, _, splitErr := net.SplitHostPort(address)
	if splitErr != nil {
		return nil, err
	}
	return net.Listen("tcp", net.JoinHostPort(host, "0"))
}

func port(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }
