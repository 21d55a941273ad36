package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"parley/internal/demo"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/postgres/private"
	"parley/internal/twilio"
	"parley/migrations"
)

// The ports that a demo takes if they are free and nobody asks for others.
const (
	demoPort   = "8080"
	phonesPort = "8081"
)

// demo runs everything on this machine. What it keeps is in one folder; a second run goes on where
// the first has stopped.
func (c cli) demo(ctx context.Context) error {
	fresh := false
	err := c.flags("demo", func(f *flag.FlagSet) {
		f.BoolVar(&fresh, "fresh", false, "throw away what an earlier demo has kept, and start over")
	})
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	home, err := demoHome(c.environ)
	if err != nil {
		return err
	}
	lock, err := lockHome(home)
	if err != nil {
		return err
	}
	defer lock.Close()
	if fresh {
		if err := forget(ctx, home); err != nil {
			return err
		}
	}
	defer withdraw(home)
	if err := withdraw(home); err != nil {
		return err
	}
	d := &demoRun{home: home, environ: c.environ, log: slog.New(slog.NewTextHandler(c.err, &slog.HandlerOptions{Level: slog.LevelWarn}))}
	defer d.stop()
	if err := d.start(ctx); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return d.program.run(ctx, d.web) })
	group.Go(func() error { return d.servePhones(ctx) })
	group.Go(func() error { return d.open(ctx, c) })
	return group.Wait()
}

func setting(environ []string, name string) string {
	for _, e := range environ {
		if value, ok := strings.CutPrefix(e, name+"="); ok {
			return value
		}
	}
	return ""
}

// demoRun is one run of the demo.
type demoRun struct {
	home    string
	environ []string
	log     *slog.Logger

	postgres *private.Server
	network  *phonenet.Network
	web      net.Listener
	phones   net.Listener
	program  *program
	carrier  demo.Carrier
}

const demoDatabase = "parley"

// start brings up database, phone network and program, in the order in which they need each other.
func (d *demoRun) start(ctx context.Context) (err error) {
	if d.postgres, err = private.Start(ctx, filepath.Join(d.home, "postgres")); err != nil {
		return err
	}
	if err := d.forgetHalf(ctx); err != nil {
		return err
	}
	if err := d.postgres.CreateDatabase(ctx, demoDatabase); err != nil {
		return err
	}
	admin, login := d.postgres.URL(demoDatabase), d.postgres.URLAs("parley", demoDatabase)
	if err := migrations.Up(ctx, admin); err != nil {
		return err
	}
	if err := migrations.Login(ctx, admin, login); err != nil {
		return err
	}
	if err := d.takePorts(); err != nil {
		return err
	}
	if err := d.startNetwork(); err != nil {
		return err
	}
	key, err := secret(filepath.Join(d.home, "secret"))
	if err != nil {
		return err
	}
	d.program, err = build(ctx, parts{databaseURL: login, databaseConns: 24, publicURL: address(d.web), secretKey: key,
		simulated: address(d.phones).String(), phonesURL: address(d.phones).String(), inFlight: 64, log: d.log})
	return err
}

// marker is the file that says that the organization was made to its end.
func (d *demoRun) marker() string { return filepath.Join(d.home, "seeded") }

func (d *demoRun) seeded() bool {
	_, err := os.Stat(d.marker())
	return err == nil
}

// forgetHalf throws away what a first run that was interrupted has left.
func (d *demoRun) forgetHalf(ctx context.Context) error {
	if d.seeded() {
		return nil
	}
	conn, err := pgx.Connect(ctx, d.postgres.URL("postgres"))
	if err != nil {
		return fmt.Errorf("look for an interrupted first run: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "drop database if exists "+demoDatabase+" with (force)"); err != nil {
		return fmt.Errorf("forget an interrupted first run: %w", err)
	}
	if err := os.Remove(d.phoneLog()); err != nil && !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("forget an interrupted first run: %w", err)
	}
	return nil
}

func (d *demoRun) phoneLog() string { return filepath.Join(d.home, "phones.jsonl") }

func (d *demoRun) takePorts() (err error) {
	take := func(name, usual string) (net.Listener, error) {
		asked := setting(d.environ, name)
		port := asked
		if port == "" {
			port = usual
		}
		l, err := listen(net.JoinHostPort("127.0.0.1", port), asked == "")
		if err != nil {
			return nil, fmt.Errorf("%s=%s: %w. Choose another port", name, asked, err)
		}
		return l, nil
	}
	if d.web, err = take("PORT", demoPort); err != nil {
		return err
	}
	d.phones, err = take("PHONES_PORT", phonesPort)
	return err
}

func (d *demoRun) startNetwork() (err error) {
	d.network, err = phonenet.New(phonenet.Options{LogPath: d.phoneLog(), Durable: true,
		Faults: phonenet.Faults{Travel: phonenet.UpTo(demo.Delay)}})
	if err != nil {
		return err
	}
	d.carrier, err = demo.Account(filepath.Join(d.home, "account.json"))
	if err != nil {
		return err
	}
	return d.network.AddAccount(phonenet.Account{SID: d.carrier.SID, Token: d.carrier.Token, Name: demo.Name})
}

func address(l net.Listener) *url.URL {
	return &url.URL{Scheme: "http", Host: fmt.Sprintf("localhost:%d", port(l))}
}

func (d *demoRun) servePhones(ctx context.Context) error {
	web := &http.Server{Handler: d.network.Handler(), ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = web.Close() })
	defer stop()
	if err := web.Serve(d.phones); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the phones: %w", err)
	}
	return nil
}

// open fills the demo the first time, registers the numbers where they are now, and tells the person
// where everything is.
func (d *demoRun) open(ctx context.Context, c cli) error {
	messages := address(d.web).String() + twilio.MessagesPath
	for _, n := range demo.Numbers() {
		if err := d.network.AddNumber(d.carrier.SID, string(n.Phone), messages); err != nil {
			return err
		}
	}
	world := demo.World{DB: d.program.db, Library: d.program.library, Network: d.network, Log: d.log,
		Connect: func(ctx context.Context, tx *postgres.Tx) error {
			return d.program.vault.Connect(ctx, tx, twilio.Account{SID: d.carrier.SID, Token: d.carrier.Token, Simulated: true})
		}}
	if !d.seeded() {
		fmt.Fprintln(c.out, "First run: founding "+demo.Name+" with 2,000 students and two campaigns. This takes a few seconds.")
		if err := world.Seed(ctx); err != nil {
			return err
		}
		if err := writeWhole(d.marker(), nil); err != nil {
			return err
		}
	}
	if err := d.describe(); err != nil {
		return err
	}
	d.greet(c)
	<-ctx.Done()
	fmt.Fprintln(c.out, "\nStopping: texts that are under way arrive first.")
	return nil
}

// stop ends what start has begun, in reverse.
func (d *demoRun) stop() {
	if d.program != nil {
		d.program.close()
	}
	if d.network != nil {
		if err := d.network.Close(); err != nil {
			d.log.Error("stop the phone network", "error", err)
		}
	}
	for _, l := range []net.Listener{d.web, d.phones} {
		if l != nil {
			l.Close()
		}
	}
	if d.postgres != nil {
		if err := d.postgres.Stop(); err != nil {
			d.log.Error("stop the private Postgres", "error", err)
		}
	}
}
