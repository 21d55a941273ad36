// Package insight reads: the figures of campaigns, the transcripts of conversations, and the files
// in which both leave the program. It changes nothing and has no rule of its own; what a figure
// means is said beside it, in words, in Figures.
//
// A person sees the campaigns and conversations of their offices, and figures of nothing else.
package insight

import (
	"context"
	"time"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/internal/postgres"
)

// Desk is what a signed-in person may read. Days and hours are those of their organization's zone.
type Desk struct {
	db    *postgres.DB
	actor account.Actor
	zone  *time.Location
}

// NewDesk gives an actor their desk.
func NewDesk(db *postgres.DB, actor account.Actor) Desk {
	zone, err := time.LoadLocation(actor.OrgZone)
	if err != nil {
		zone = time.UTC
	}
	return Desk{db: db, actor: actor, zone: zone}
}

// org runs fn in a transaction of the actor's organization.
func (d Desk) org(ctx context.Context, fn func(*postgres.Tx) error) error {
	return d.db.Org(ctx, d.actor.Org, fn)
}

// outreach is the actor's desk for campaigns, which knows whether a campaign is theirs to see.
func (d Desk) outreach() outreach.Desk { return outreach.NewDesk(d.db, d.actor) }
