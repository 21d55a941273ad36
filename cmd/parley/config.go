package main

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/caarlos0/env/v11"
)

// config is read from the environment; README.md has the same table for people.
type config struct {
	// DatabaseURL is the database as the program signs in: a login that can bypass nothing.
	DatabaseURL string `env:"DATABASE_URL"`
	// AdminDatabaseURL is the database as its owner signs in, for parley migrate alone.
	AdminDatabaseURL string `env:"ADMIN_DATABASE_URL"`
	// PublicURL is how browsers and the carrier reach this server, without a path.
	PublicURL string `env:"PUBLIC_URL"`
	// Listen is the address to listen on; PORT alone means all addresses.
	Listen string `env:"LISTEN"`
	Port   string `env:"PORT"`
	// SecretKey seals the carrier's tokens in the database: 64 hexadecimal digits.
	SecretKey string `env:"SECRET_KEY"`
	// TwilioAPIURL points the carrier client elsewhere: at a simulator or a proxy.
	TwilioAPIURL string `env:"TWILIO_API_URL"`
	// PhonesURL is the page of a simulated phone network, linked in the navigation.
	PhonesURL string `env:"PHONES_URL"`
	// InFlight is how many texts are with the carrier at one moment, and so the size of the worst crash.
	InFlight int `env:"SEND_IN_FLIGHT" envDefault:"64"`
	// DatabaseConns bounds the connections of this process.
	DatabaseConns int32 `env:"DATABASE_CONNS" envDefault:"24"`
	// LogFormat is text or json.
	LogFormat string `env:"LOG_FORMAT" envDefault:"text"`
}

func readConfig(environ []string) (config, error) {
	var c config
	err := env.ParseWithOptions(&c, env.Options{Environment: env.ToMap(environ)})
	if err != nil {
		return c, fmt.Errorf("read the settings: %w", err)
	}
	return c, nil
}

// wrong says what is the matter with a setting and what to do.
func wrong(setting, remedy string) error { return fmt.Errorf("%s %s", setting, remedy) }

// serving checks what `parley serve` needs; all that is wrong is named at once.
func (c config) serving() error {
	var errs []error
	if c.DatabaseURL == "" {
		errs = append(errs, wrong("DATABASE_URL", "is not set. Give the address of a Postgres 15 or newer: postgres://parley:secret@host/parley"))
	}
	if _, err := c.publicURL(); err != nil {
		errs = append(errs, err)
	}
	if _, err := c.secretKey(); err != nil {
		errs = append(errs, err)
	}
	if _, err := c.twilioAPIURL(); err != nil {
		errs = append(errs, err)
	}
	if c.InFlight < 1 || c.InFlight > 1000 {
		errs = append(errs, wrong("SEND_IN_FLIGHT", fmt.Sprintf("is %d. Give a number from 1 to 1000.", c.InFlight)))
	}
	if c.DatabaseConns < 8 {
		errs = append(errs, wrong("DATABASE_CONNS", fmt.Sprintf("is %d. Give at least 8.", c.DatabaseConns)))
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		errs = append(errs, wrong("LOG_FORMAT", fmt.Sprintf("is %q. Give text or json.", c.LogFormat)))
	}
	return errors.Join(errs...)
}

func (c config) publicURL() (*url.URL, error) {
	u, err := url.Parse(c.PublicURL)
	switch {
	case c.PublicURL == "":
		return nil, wrong("PUBLIC_URL", "is not set. Give the address under which browsers and the carrier reach this server: https://texting.example.edu")
	case err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return nil, wrong("PUBLIC_URL", fmt.Sprintf("is %q. It must begin with https:// (or http:// for a trial).", c.PublicURL))
	case strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "":
		return nil, wrong("PUBLIC_URL", fmt.Sprintf("is %q. It must end after the host name: %s://%s", c.PublicURL, u.Scheme, u.Host))
	}
	u.Path = ""
	return u, nil
}

func (c config) secretKey() ([]byte, error) {
	key, err := hex.DecodeString(strings.TrimSpace(c.SecretKey))
	switch {
	case c.SecretKey == "":
		return nil, wrong("SECRET_KEY", "is not set. Make one with `openssl rand -hex 32` and keep it: without it the carrier's tokens cannot be read.")
	case err != nil || len(key) != 32:
		return nil, wrong("SECRET_KEY", "must be 64 hexadecimal digits. Make one with `openssl rand -hex 32`.")
	}
	return key, nil
}

// twilioAPIURL is nil for the real carrier.
func (c config) twilioAPIURL() (*url.URL, error) {
	if c.TwilioAPIURL == "" {
		return nil, nil
	}
	u, err := url.Parse(c.TwilioAPIURL)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return nil, wrong("TWILIO_API_URL", fmt.Sprintf("is %q. It must begin with https:// or http://; leave it out for Twilio itself.", c.TwilioAPIURL))
	}
	return u, nil
}

// address is where to listen. PORT wins over LISTEN, since platforms set it.
func (c config) address() string {
	switch {
	case c.Port != "":
		return ":" + c.Port
	case c.Listen != "":
		return c.Listen
	default:
		return ":8080"
	}
}
