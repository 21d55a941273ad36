// Package outreach holds the rules of the business: campaigns, the conversations that follow,
// the inboxes where they wait for people, and the phone numbers they run on.
//
// One verb is one method is one transaction. Nothing here touches the network: a text that is to be
// sent is a row, and dispatch sends it. The package does not know the carrier, nor how pages look.
package outreach

import (
	"context"

	"parley/internal/account"
	"parley/internal/knowledge"
	"parley/internal/postgres"
)

type (
	// CampaignID names a campaign within an organization.
	CampaignID int64
	// ConversationID names a conversation within an organization.
	ConversationID int64
	// MessageID names a text, in or out, within an organization.
	MessageID int64
	// NumberID names one of our phone numbers within an organization.
	NumberID int64
)

// Answerer decides what the bot says to a text: one that stands alone, or one of a thread, for which it
// reads ahead. The transaction is the one that stores the text.
type Answerer interface {
	Ask(tx *postgres.Tx, office account.OfficeID, thread knowledge.Thread) knowledge.Asking
	Answer(ctx context.Context, tx *postgres.Tx, q knowledge.Question) (knowledge.Reply, error)
}

// Desk is what a signed-in person may do with campaigns and conversations of their organization.
type Desk struct {
	db    *postgres.DB
	actor account.Actor
}

// NewDesk gives an actor their desk.
func NewDesk(db *postgres.DB, actor account.Actor) Desk {
	return Desk{db: db, actor: actor}
}

// org runs fn in a transaction of the actor's organization.
func (d Desk) org(ctx context.Context, fn func(*postgres.Tx) error) error {
	return d.db.Org(ctx, d.actor.Org, fn)
}
