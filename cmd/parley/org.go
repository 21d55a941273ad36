package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/sms"
	"parley/internal/twilio"
)

// flags reads the flags of a command; --help is an answer and no error.
func (c cli) flags(name string, define func(*flag.FlagSet)) error {
	set := flag.NewFlagSet("parley "+name, flag.ContinueOnError)
	set.SetOutput(c.err)
	define(set)
	if err := set.Parse(c.args); err != nil {
		return fmt.Errorf("%w: %w", err, errUsage)
	}
	if set.NArg() > 0 {
		return fmt.Errorf("what is %q? %w", set.Arg(0), errUsage)
	}
	return nil
}

// orgAdd adds an organization with its first office, administrator and carrier account.
func (c cli) orgAdd(ctx context.Context) error {
	var n account.NewOrganization
	var office string
	var carrier twilio.Account
	err := c.flags("org add", func(f *flag.FlagSet) {
		f.StringVar(&n.Name, "name", "", "name of the organization")
		f.StringVar(&n.Country, "country", "US", "country of its phone numbers, two letters")
		f.StringVar(&n.TimeZone, "zone", "America/New_York", "time zone")
		f.StringVar(&n.QuietUntil, "send-from", "09:00", "campaigns are sent from this hour of the recipient's day")
		f.StringVar(&n.QuietFrom, "send-until", "20:00", "and until this one; 00:00 and 24:00 mean any hour")
		f.StringVar(&office, "office", "Main office", "name of its first office")
		f.StringVar(&n.Administrator.Email, "admin-email", "", "e-mail of the first administrator")
		f.StringVar(&n.Administrator.Name, "admin-name", "Administrator", "their name")
		f.StringVar(&n.Administrator.Password, "admin-password", "", "their password, at least 8 characters")
		f.StringVar(&carrier.SID, "account-sid", "", "the organization's Twilio account")
		f.StringVar(&carrier.Token, "auth-token", "", "its token; kept sealed with SECRET_KEY")
	})
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	db, err := c.database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	vault, err := c.vault(db, carrier)
	if err != nil {
		return err
	}
	org, err := account.Found(ctx, db, n)
	if err != nil {
		return fmt.Errorf("organization not added: %w", err)
	}
	err = db.Org(ctx, org, func(tx *postgres.Tx) error {
		if _, err := account.AddOffice(ctx, tx, office); err != nil {
			return err
		}
		if vault == nil {
			return nil
		}
		return vault.Connect(ctx, tx, carrier)
	})
	if err != nil {
		return err
	}
	return json.NewEncoder(c.out).Encode(map[string]any{"organization": org, "name": n.Name, "office": office, "admin_email": n.Administrator.Email})
}

// vault is nil where no carrier account is given.
func (c cli) vault(db *postgres.DB, a twilio.Account) (*twilio.Vault, error) {
	if a.SID == "" && a.Token == "" {
		return nil, nil
	}
	config, err := readConfig(c.environ)
	if err != nil {
		return nil, err
	}
	key, err := config.secretKey()
	if err != nil {
		return nil, err
	}
	return twilio.NewVault(db, [32]byte(key))
}

// numberAdd gives an organization a number of its carrier account.
func (c cli) numberAdd(ctx context.Context) error {
	var org int64
	var phone, office, kind string
	var n outreach.NewNumber
	err := c.flags("number add", func(f *flag.FlagSet) {
		f.Int64Var(&org, "org", 0, "the organization, as org add has printed it")
		f.StringVar(&phone, "phone", "", "the number, with its country code: +12085550142")
		f.StringVar(&n.Name, "label", "", "what people call it")
		f.StringVar(&kind, "kind", "reusable", "reusable or provisioned")
		f.StringVar(&office, "office", "Main office", "the office it belongs to")
		f.StringVar(&n.CarrierSID, "carrier-sid", "", "the carrier's id of the number, PN...; empty: it is looked up when first needed")
		f.Float64Var(&n.SegmentsPerSecond, "speed", 1, "text segments a second: 1 for a US long code, 3 toll-free, 100 short code")
	})
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	if n.Phone, err = sms.ParsePhone(phone, "US"); err != nil {
		return fmt.Errorf("--phone: %w", err)
	}
	n.Kind = outreach.Kind(kind)
	if n.Kind != outreach.Reusable && n.Kind != outreach.Provisioned {
		return fmt.Errorf("--kind is %q: give reusable or provisioned", kind)
	}
	db, err := c.database(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	var id outreach.NumberID
	err = db.Org(ctx, account.OrgID(org), func(tx *postgres.Tx) error {
		n.Office, err = account.OfficeNamed(ctx, tx, office)
		if err != nil {
			return err
		}
		id, err = outreach.AddNumber(ctx, tx, n)
		return err
	})
	if err != nil {
		return fmt.Errorf("number not added: %w", err)
	}
	registered := "yes"
	if err := c.register(ctx, db, account.OrgID(org), n); err != nil {
		registered = err.Error()
	}
	return json.NewEncoder(c.out).Encode(map[string]any{"number": id, "phone": n.Phone, "kind": n.Kind, "webhooks_registered": registered})
}

// register tells the carrier where the number's texts go. It can be repeated in the carrier's console
// by hand, so that failing here takes nothing back.
func (c cli) register(ctx context.Context, db *postgres.DB, org account.OrgID, n outreach.NewNumber) error {
	config, err := readConfig(c.environ)
	if err != nil {
		return err
	}
	settings, err := config.parts()
	if err != nil {
		return err
	}
	vault, err := twilio.NewVault(db, settings.secretKey)
	if err != nil {
		return err
	}
	client, err := twilio.NewClient(vault, twilio.Options{PublicURL: settings.publicURL.String(), APIURL: settings.carrierAPI, SimulatedURL: settings.simulated})
	if err != nil {
		return err
	}
	defer client.Close()
	sid := n.CarrierSID
	if sid == "" {
		if sid, err = client.Find(ctx, org, n.Phone); err != nil {
			return err
		}
	}
	return client.Register(ctx, org, sid)
}
