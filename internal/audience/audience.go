// Package audience knows whom an organization may text: its contacts with their custom fields, the
// lists they stand in, the files they came from, and the ledger of what they said about being
// texted.
//
// It refuses to know what is sent to them: campaigns, conversations and the carrier. One thing it
// does to their texts, and is the only place that does: an opt-out skips those still waiting.
package audience

import (
	"context"
	"strings"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

type (
	// ContactID names a contact within an organization.
	ContactID int64
	// ListID names a contact list within an organization.
	ListID int64
	// ImportID names the import of one file within an organization.
	ImportID int64
)

// PageSize is how many rows a page of contacts, lists, imports or rejected rows has.
const PageSize = 50

// Desk is what a signed-in person may do with the audience of their organization. Everybody may
// look; changing takes account.ManageContacts, lifting an opt-out account.Administer.
type Desk struct {
	db    *postgres.DB
	actor account.Actor
}

// NewDesk gives actor their desk.
func NewDesk(db *postgres.DB, actor account.Actor) Desk {
	return Desk{db: db, actor: actor}
}

// look runs fn for anybody of the organization.
func (d Desk) look(ctx context.Context, fn func(*postgres.Tx) error) error {
	return d.db.Org(ctx, d.actor.Org, fn)
}

// change runs fn if the actor may change contacts.
func (d Desk) change(ctx context.Context, fn func(*postgres.Tx) error) error {
	if err := d.actor.May(account.ManageContacts); err != nil {
		return err
	}
	return d.db.Org(ctx, d.actor.Org, fn)
}

// oneLine is how a value from a person or a file is kept: cleaned, on one line.
func oneLine(value string) string {
	return strings.Join(strings.Fields(sms.Clean(value)), " ")
}
