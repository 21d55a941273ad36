package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"parley/internal/dispatch"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/migrations"
)

// serve is the production form. Any number of processes may serve one database.
func (c cli) serve(ctx context.Context) error {
	config, err := readConfig(c.environ)
	if err != nil {
		return err
	}
	if err := config.serving(); err != nil {
		return fmt.Errorf("not started, the settings need attention:\n%w", err)
	}
	settings, err := config.parts()
	if err != nil {
		return err
	}
	settings.log = newLog(config.LogFormat, os.Stderr)
	p, err := build(ctx, settings)
	if err != nil {
		return fmt.Errorf("not started: %w%s", err, remedy(err))
	}
	defer p.close()
	listener, err := listen(config.address(), false)
	if err != nil {
		return fmt.Errorf("not started: %w. Choose another port with PORT", err)
	}
	p.log.Info("parley serves", "address", listener.Addr().String(), "public", settings.publicURL.String())
	return p.run(ctx, listener)
}

// remedy says what to do about a database that cannot be worked with.
func remedy(err error) string {
	var bypass *postgres.BypassError
	if errors.As(err, &bypass) {
		return "\nGive the program a login of its own: set ADMIN_DATABASE_URL to this address, DATABASE_URL to\n" +
			"postgres://parley:SECRET@HOST/DATABASE, and run `parley migrate` once: it makes that login."
	}
	return ""
}

func (c config) parts() (parts, error) {
	public, err := c.publicURL()
	if err != nil {
		return parts{}, err
	}
	key, err := c.secretKey()
	if err != nil {
		return parts{}, err
	}
	p := parts{databaseURL: c.DatabaseURL, databaseConns: c.DatabaseConns, publicURL: public, phonesURL: c.PhonesURL, inFlight: c.InFlight}
	p.secretKey = [32]byte(key)
	if c.TwilioAPIURL != "" {
		p.carrierAPI, p.simulated = c.TwilioAPIURL, c.TwilioAPIURL
	}
	return p, nil
}

// migrate brings the database to this version's shape; with two addresses it also makes the login
// that the second one names.
func (c cli) migrate(ctx context.Context) error {
	config, err := readConfig(c.environ)
	if err != nil {
		return err
	}
	admin := config.AdminDatabaseURL
	if admin == "" {
		admin = config.DatabaseURL
	}
	if admin == "" {
		return fmt.Errorf("set ADMIN_DATABASE_URL to the database as its owner signs in")
	}
	if err := migrations.Up(ctx, admin); err != nil {
		return err
	}
	fmt.Fprintln(c.out, "The database has this version's shape.")
	if config.AdminDatabaseURL != "" && config.DatabaseURL != "" && config.DatabaseURL != admin {
		if err := migrations.Login(ctx, admin, config.DatabaseURL); err != nil {
			return err
		}
		fmt.Fprintln(c.out, "The program's login of DATABASE_URL is ready.")
	}
	return nil
}

// check looks for broken promises in a live database and says what it found; any is an error.
func (c cli) check(ctx context.Context) error {
	db, err := c.database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	sending, err := dispatch.Check(ctx, db)
	if err != nil {
		return err
	}
	conversing, err := outreach.Check(ctx, db)
	if err != nil {
		return err
	}
	for _, v := range sending {
		fmt.Fprintln(c.out, v)
	}
	for _, v := range conversing {
		fmt.Fprintln(c.out, v)
	}
	if n := len(sending) + len(conversing); n > 0 {
		return fmt.Errorf("%d promises are broken", n)
	}
	fmt.Fprintln(c.out, "All promises hold: nobody twice, everybody accounted for, nothing after a STOP, every wait in an inbox.")
	return nil
}

// database opens the database for an operator's verb, which the owner's login may run, too.
func (c cli) database(ctx context.Context) (*postgres.DB, error) {
	config, err := readConfig(c.environ)
	if err != nil {
		return nil, err
	}
	url := config.DatabaseURL
	if url == "" {
		url = config.AdminDatabaseURL
	}
	if url == "" {
		return nil, fmt.Errorf("set DATABASE_URL to the database; of a running demo it stands in .parley/demo.json")
	}
	return postgres.Open(ctx, url)
}
