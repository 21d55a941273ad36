package outreach

import (
	"context"
	"fmt"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Pause holds a campaign's texts back until Resume; those already with the carrier go out. Pausing
// what is paused changes nothing.
func (d Desk) Pause(ctx context.Context, id CampaignID) error { return d.setPaused(ctx, id, true) }

// Resume lets a paused campaign send again: each of the rest once.
func (d Desk) Resume(ctx context.Context, id CampaignID) error { return d.setPaused(ctx, id, false) }

func (d Desk) setPaused(ctx context.Context, id CampaignID, paused bool) error {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		if _, err := d.campaign(ctx, tx, id); err != nil {
			return err
		}
		return d.hold(ctx, tx, id, holding{paused: paused})
	})
}

// holding is whether a campaign's texts are held back, and why, if that is known.
type holding struct {
	paused bool
	why    string
}

func (d Desk) hold(ctx context.Context, tx *postgres.Tx, id CampaignID, h holding) error {
	touched, err := tx.Exec(ctx, `
		update campaign
		set paused = @paused, updated_at = app_now()
		where org_id = @org and id = @campaign and state in ('sending', 'active') and paused <> @paused`,
		postgres.Args{"campaign": id, "paused": h.paused})
	if err != nil || touched == 0 {
		return err
	}
	change := account.Change{Verb: "resume", Subject: "campaign", SubjectID: int64(id)}
	if h.paused {
		change.Verb = "pause"
		tx.Publish(fmt.Sprintf("pause:%d", id))
	}
	if h.why != "" {
		change.Became = h.why
	}
	tx.Publish(QueueTopic)
	tx.Publish(CampaignTopic(id))
	return d.actor.Record(ctx, tx, change)
}
