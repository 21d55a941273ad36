// Package account knows who is asking: organizations, offices, users and their roles, and the audit
// of what they changed. It knows nothing of campaigns, contacts or texts.
package account

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"parley/internal/postgres"
)

type (
	// OrgID names an organization, the tenant.
	OrgID = postgres.OrgID
	// UserID names a user within an organization.
	UserID int64
	// OfficeID names an office within an organization.
	OfficeID int64
	// InboxID names an inbox within an organization: a user's own or an office's.
	InboxID int64
)

// Role is what a user may do in general; product.md section 1.
type Role string

// The three roles.
const (
	Administrator Role = "administrator"
	Manager       Role = "manager"
	Agent         Role = "agent"
)

// Right is one thing that not every role may do.
type Right string

// The rights, in the order of how many may.
const (
	Answer          Right = "answer conversations"
	ManageCampaigns Right = "work with campaigns"
	ManageContacts  Right = "work with contacts"
	TeachBot        Right = "teach the bot"
	StartOneToOne   Right = "start a conversation"
	Administer      Right = "change the organization"
)

var rights = map[Role][]Right{
	Administrator: {Answer, ManageCampaigns, ManageContacts, TeachBot, StartOneToOne, Administer},
	Manager:       {Answer, ManageCampaigns, ManageContacts, TeachBot, StartOneToOne},
	Agent:         {Answer},
}

// Actor is a signed-in person of one organization, or the program itself acting for it.
type Actor struct {
	Org             OrgID
	User            UserID // 0: the program
	Name            string
	Email           string
	Role            Role
	SeesAllOffices  bool
	Offices         []OfficeID
	OrgName         string
	OrgZone         string
	OrgCountry      string
	PersonalInboxID InboxID
	LastSeenAt      *time.Time // nil: never before
}

// System is the program acting by itself in an organization: launching what was scheduled,
// archiving what is due.
func System(org OrgID) Actor {
	return Actor{Org: org, Name: "system", Role: Administrator, SeesAllOffices: true}
}

// May returns nil if the actor's role has the right, else ErrForbidden.
func (a Actor) May(right Right) error {
	if slices.Contains(rights[a.Role], right) {
		return nil
	}
	return fmt.Errorf("%w: the role %s may not %s", ErrForbidden, a.Role, right)
}

// SeesOffice says whether what belongs to the office is the actor's business.
func (a Actor) SeesOffice(office OfficeID) bool {
	return a.SeesAll() || slices.Contains(a.Offices, office)
}

// SeesAll says whether every office of the organization is the actor's business: for
// administrators, and for users who carry the flag.
func (a Actor) SeesAll() bool { return a.Role == Administrator || a.SeesAllOffices }

// OfficesSeen are the offices whose rows are the actor's business, as a statement asks for them: nil means
// all, empty none.
func (a Actor) OfficesSeen() []OfficeID {
	switch {
	case a.SeesAll():
		return nil
	case a.Offices == nil:
		return []OfficeID{}
	}
	return a.Offices
}

// Change is one audit row: what was done to what, from what, to what.
type Change struct {
	Verb      string // "launch", "archive", "switch mode"
	Subject   string // the table's name: "campaign", "conversation"
	SubjectID int64
	Was       any // nil, or what encodes to JSON
	Became    any
}

// Record writes the audit row of a change in the transaction that makes it.
func (a Actor) Record(ctx context.Context, tx *postgres.Tx, c Change) error {
	was, err := encode(c.Was)
	if err != nil {
		return err
	}
	became, err := encode(c.Became)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into audit (org_id, user_id, actor, verb, subject, subject_id, was, became)
		values (@org, nullif(@user, 0), @actor, @verb, @subject, @subject_id, @was, @became)`,
		postgres.Args{"user": a.User, "actor": a.Name, "verb": c.Verb, "subject": c.Subject,
			"subject_id": c.SubjectID, "was": was, "became": became})
	if err != nil {
		return fmt.Errorf("record %s of %s %d: %w", c.Verb, c.Subject, c.SubjectID, err)
	}
	return nil
}

func encode(v any) (*string, error) {
	if v == nil {
		return nil, nil
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode an audit value: %w", err)
	}
	s := string(b)
	return &s, nil
}
