package account

import (
	"context"
	"fmt"
	"strings"
	"time"

	"parley/internal/postgres"
)

// Organization is the tenant as its administrators see it.
type Organization struct {
	OrgID        OrgID
	Name         string
	Country      string // ISO 3166 alpha-2: how phone numbers without a + are read
	TimeZone     string // IANA name
	QuietUntil   string // "09:00": texts of our own accord leave from here
	QuietFrom    string // "20:00", or "24:00" for no limit
	HelpText     string // answers HELP and INFO
	BotThreshold float64
	CoolingDays  int
}

// NewOrganization is what it takes to begin: a name and the first administrator.
type NewOrganization struct {
	Name, Country, TimeZone string
	QuietUntil, QuietFrom   string
	Administrator           NewUser
}

// Found makes an organization with its first administrator. It is the operator's verb, not a
// user's: it passes through the door for everyone.
func Found(ctx context.Context, db *postgres.DB, n NewOrganization) (OrgID, error) {
	if err := n.validate(); err != nil {
		return 0, err
	}
	hash, err := hashPassword(n.Administrator.Password)
	if err != nil {
		return 0, err
	}
	var org OrgID
	err = db.Everyone(ctx, func(tx *postgres.Tx) error {
		org, err = postgres.Value[OrgID](ctx, tx, `
			insert into organization (name, country, time_zone, quiet_until, quiet_from)
			values (@name, @country, @zone, @until::time, @from::time)
			returning org_id`,
			postgres.Args{"name": n.Name, "country": n.Country, "zone": n.TimeZone, "until": n.QuietUntil, "from": n.QuietFrom})
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("found organization %q: %w", n.Name, err)
	}
	n.Administrator.Role = Administrator
	err = db.Org(ctx, org, func(tx *postgres.Tx) error {
		_, err := insertUser(ctx, tx, n.Administrator, hash)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("add the first administrator: %w", err)
	}
	return org, nil
}

func (n *NewOrganization) validate() error {
	n.Name = strings.TrimSpace(n.Name)
	n.Country = strings.ToUpper(orElse(n.Country, "US"))
	n.TimeZone = orElse(n.TimeZone, "America/New_York")
	n.QuietUntil, n.QuietFrom = orElse(n.QuietUntil, "09:00"), orElse(n.QuietFrom, "20:00")
	v := Invalid{}
	if n.Name == "" {
		v.Add("name", "Give the organization a name.")
	}
	if len(n.Country) != 2 {
		v.Add("country", "Give the country as two letters, for example US.")
	}
	if _, err := time.LoadLocation(n.TimeZone); err != nil {
		v.Add("time_zone", "Choose a time zone such as America/New_York.")
	}
	n.Administrator.validate(v)
	return v.Err()
}

func orElse(s, fallback string) string {
	if s = strings.TrimSpace(s); s == "" {
		return fallback
	}
	return s
}

// AddOffice makes an office and its inbox.
func AddOffice(ctx context.Context, tx *postgres.Tx, name string) (OfficeID, error) {
	office, err := postgres.Value[OfficeID](ctx, tx, `
		with made as (
			insert into office (org_id, name) values (@org, @name) returning org_id, id
		), box as (
			insert into inbox (org_id, office_id) select org_id, id from made
		)
		select id from made`, postgres.Args{"name": strings.TrimSpace(name)})
	if postgres.Violates(err, "office_org_id_name_key") {
		return 0, Invalid{"name": "There is already an office of this name."}
	}
	if err != nil {
		return 0, fmt.Errorf("add office %q: %w", name, err)
	}
	return office, nil
}

// OfficeNamed finds an office by its name.
func OfficeNamed(ctx context.Context, tx *postgres.Tx, name string) (OfficeID, error) {
	office, err := postgres.Value[OfficeID](ctx, tx, `
		select id from office where org_id = @org and name = @name`, postgres.Args{"name": strings.TrimSpace(name)})
	if err != nil {
		return 0, fmt.Errorf("find office %q: %w", name, err)
	}
	return office, nil
}
