package account

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"parley/internal/postgres"
)

// Desk is what a signed-in person may know and do about their organization itself.
type Desk struct {
	db    *postgres.DB
	actor Actor
}

// NewDesk gives an actor their desk.
func NewDesk(db *postgres.DB, actor Actor) Desk { return Desk{db: db, actor: actor} }

// Office is a department of the organization.
type Office struct {
	ID                         OfficeID
	Name                       string
	People, Campaigns, Numbers int // campaigns that are not archived
}

// Offices are all offices of the organization.
func (d Desk) Offices(ctx context.Context) (offices []Office, err error) {
	err = d.db.Org(ctx, d.actor.Org, func(tx *postgres.Tx) error {
		offices, err = postgres.Rows[Office](ctx, tx, `
			select o.id, o.name, (select count(*) from user_office s where s.org_id = @org and s.office_id = o.id) as people,
				(select count(*) from campaign c where c.org_id = @org and c.office_id = o.id and c.state <> 'archived') as campaigns,
				(select count(*) from phone_number n where n.org_id = @org and n.office_id = o.id and n.released_at is null) as numbers
			from office o
			where o.org_id = @org
			order by o.name`, nil)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the offices: %w", err)
	}
	return offices, nil
}

// User is a colleague as the list of users shows them.
type User struct {
	ID             UserID
	Name           string
	Email          string
	Role           Role
	Offices        []string
	SeesAllOffices bool
	DeactivatedAt  *time.Time
	LastSeenAt     *time.Time // to within some minutes; nil: never
}

// Users are all users of the organization, for administrators.
func (d Desk) Users(ctx context.Context) (users []User, err error) {
	if err := d.actor.May(Administer); err != nil {
		return nil, err
	}
	err = d.db.Org(ctx, d.actor.Org, func(tx *postgres.Tx) error {
		users, err = postgres.Rows[User](ctx, tx, `
			select u.id, u.name, u.email, u.role, u.sees_all_offices, u.deactivated_at, u.last_seen_at,
				coalesce((select array_agg(o.name order by o.name) from user_office s
					join office o on o.org_id = @org and o.id = s.office_id
					where s.org_id = @org and s.user_id = u.id), '{}') as offices
			from app_user u
			where u.org_id = @org
			order by u.deactivated_at nulls first, u.name`, nil)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the users: %w", err)
	}
	return users, nil
}

// Organization reads the settings of the organization, for administrators.
func (d Desk) Organization(ctx context.Context) (o Organization, err error) {
	if err := d.actor.May(Administer); err != nil {
		return o, err
	}
	err = d.db.Org(ctx, d.actor.Org, func(tx *postgres.Tx) error {
		o, err = postgres.Row[Organization](ctx, tx, `
			select org_id, name, country, time_zone, to_char(quiet_until, 'HH24:MI') as quiet_until,
				to_char(quiet_from, 'HH24:MI') as quiet_from, help_text, bot_threshold::float8 as bot_threshold, cooling_days
			from organization
			where org_id = @org`, nil)
		return err
	})
	if err != nil {
		return o, fmt.Errorf("read the organization: %w", err)
	}
	return o, nil
}

// Entry is one row of the audit.
type Entry struct {
	ID        int64
	At        time.Time
	Actor     string
	Verb      string
	Subject   string
	SubjectID int64
	Was       json.RawMessage
	Became    json.RawMessage
}

// AuditQuery asks for a page of the audit, newest first.
type AuditQuery struct {
	Subject   string // a table's name; empty for all
	SubjectID int64  // with Subject; 0 for all
	Before    int64  // the last entry of the page before; 0 for the newest
	Limit     int    // 0: 50
}

// Audit reads what people did. Administrators read all of it; others what was done to one thing that
// they have been shown.
func (d Desk) Audit(ctx context.Context, q AuditQuery) (entries []Entry, err error) {
	if q.SubjectID == 0 {
		if err := d.actor.May(Administer); err != nil {
			return nil, err
		}
	}
	if q.Limit == 0 {
		q.Limit = 50
	}
	err = d.db.Org(ctx, d.actor.Org, func(tx *postgres.Tx) error {
		entries, err = postgres.Rows[Entry](ctx, tx, `
			select id, at, actor, verb, subject, subject_id, was, became
			from audit
			where org_id = @org and (@subject = '' or subject = @subject) and (@subject_id = 0 or subject_id = @subject_id)
				and (@before = 0 or id < @before)
			order by id desc
			limit @limit`,
			postgres.Args{"subject": q.Subject, "subject_id": q.SubjectID, "before": q.Before, "limit": q.Limit})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the audit: %w", err)
	}
	return entries, nil
}

// OrganizationForm is what an administrator sets for the organization.
type OrganizationForm struct {
	Name, TimeZone        string
	QuietUntil, QuietFrom string // "09:00" and "20:00"; "00:00" and "24:00" for no limit
	HelpText              string
	CoolingDays           int // a provisioned number rests that long after its campaign; 0 to 180
}

func (f *OrganizationForm) check() error {
	v := Invalid{}
	f.Name, f.HelpText = strings.TrimSpace(f.Name), strings.TrimSpace(f.HelpText)
	if f.Name == "" {
		v.Add("name", "Give the organization a name.")
	}
	if _, err := time.LoadLocation(f.TimeZone); err != nil || f.TimeZone == "" {
		v.Add("zone", "Choose a time zone.")
	}
	if f.QuietFrom == "00:00" {
		f.QuietFrom = "24:00"
	}
	if !isHour(f.QuietUntil) {
		v.Add("send_from", "Type a time such as 09:00.")
	}
	if !isHour(f.QuietFrom) {
		v.Add("send_to", "Type a time such as 20:00.")
	} else if f.QuietFrom <= f.QuietUntil {
		v.Add("send_to", "The end must be later than the beginning.")
	}
	if f.HelpText == "" {
		v.Add("help", "Type what people read who ask for help.")
	}
	if f.CoolingDays < 0 || f.CoolingDays > 180 {
		v.Add("cooling_days", "Type a number of days from 0 to 180.")
	}
	return v.Err()
}

func isHour(s string) bool {
	if s == "24:00" {
		return true
	}
	_, err := time.Parse("15:04", s)
	return err == nil
}

// SaveOrganization changes the settings of the organization.
func (d Desk) SaveOrganization(ctx context.Context, form OrganizationForm) error {
	was, err := d.Organization(ctx)
	if err != nil {
		return err
	}
	if err := form.check(); err != nil {
		return err
	}
	return d.db.Org(ctx, d.actor.Org, func(tx *postgres.Tx) error {
		_, err := tx.Exec(ctx, `
			update organization
			set name = @name, time_zone = @zone, quiet_until = @until::time, quiet_from = @from::time, help_text = @help,
				cooling_days = @cooling
			where org_id = @org`,
			postgres.Args{"name": form.Name, "zone": form.TimeZone, "until": form.QuietUntil, "from": form.QuietFrom, "help": form.HelpText,
				"cooling": form.CoolingDays})
		if err != nil {
			return fmt.Errorf("save the organization: %w", err)
		}
		before := OrganizationForm{was.Name, was.TimeZone, was.QuietUntil, was.QuietFrom, was.HelpText, was.CoolingDays}
		return d.actor.Record(ctx, tx, Change{Verb: "edit", Subject: "organization", SubjectID: int64(d.actor.Org), Was: before, Became: form})
	})
}

// AddUser gives a colleague access and makes their personal inbox.
func (d Desk) AddUser(ctx context.Context, u NewUser) error {
	if err := d.actor.May(Administer); err != nil {
		return err
	}
	return d.db.Org(ctx, d.actor.Org, func(tx *postgres.Tx) error {
		id, err := AddUser(ctx, tx, u)
		if err != nil {
			return err
		}
		return d.actor.Record(ctx, tx, Change{Verb: "add", Subject: "app_user", SubjectID: int64(id), Became: u.Name + ", " + string(u.Role)})
	})
}

// AddOffice makes an office and its inbox.
func (d Desk) AddOffice(ctx context.Context, name string) error {
	if err := d.actor.May(Administer); err != nil {
		return err
	}
	if strings.TrimSpace(name) == "" {
		return Invalid{"name": "Give the office a name."}
	}
	return d.db.Org(ctx, d.actor.Org, func(tx *postgres.Tx) error {
		id, err := AddOffice(ctx, tx, name)
		if err != nil {
			return err
		}
		return d.actor.Record(ctx, tx, Change{Verb: "add", Subject: "office", SubjectID: int64(id), Became: name})
	})
}
