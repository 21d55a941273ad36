package outreach

import (
	"context"
	"fmt"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Advanced is the second step of the wizard.
type Advanced struct {
	Policy          PolicyForm
	AutoArchiveDays int
	Answering       Answering // of a yes or no question; any other campaign keeps what it has
}

// SaveAdvanced stores the second step. Of a draft everything may change; a scheduled campaign has been
// reviewed as it is; after the launch the campaign type is fixed and the rest may still be edited.
func (d Desk) SaveAdvanced(ctx context.Context, id CampaignID, a Advanced) error {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return err
	}
	v := account.Invalid{}
	a.Policy.check(v)
	a.Answering.check(v)
	if a.AutoArchiveDays < 1 || a.AutoArchiveDays > 180 {
		v.Add("archive_days", "Type a number of days from 1 to 180.")
	}
	if err := v.Err(); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		c, err := d.campaign(ctx, tx, id)
		if err != nil {
			return err
		}
		switch {
		case c.State == Archived:
			return account.Conflict("This campaign is archived and cannot change any more.")
		case c.State == Scheduled:
			return account.Conflict("This campaign is scheduled. Take it back to a draft to change it.")
		case c.Launched():
			a.Policy.Mode = c.Mode
		}
		return d.saveAdvanced(ctx, tx, c, a)
	})
}

func (d Desk) saveAdvanced(ctx context.Context, tx *postgres.Tx, c Campaign, a Advanced) error {
	was, err := policy(ctx, tx, c.PolicyID)
	if err != nil {
		return err
	}
	if err := updatePolicy(ctx, tx, c.PolicyID, a.Policy); err != nil {
		return err
	}
	if c.ContentType != YesNo {
		a.Answering = c.Answering
	}
	if _, err := tx.Exec(ctx, `
		update campaign
		set auto_archive_days = @days, yes_response = @yes, yes_escalate = @yes_escalate,
			no_response = @no, no_escalate = @no_escalate, updated_at = app_now(),
			archive_warned_at = case when auto_archive_days = @days then archive_warned_at end
		where org_id = @org and id = @campaign`,
		postgres.Args{"campaign": c.ID, "days": a.AutoArchiveDays, "yes": a.Answering.YesResponse, "yes_escalate": a.Answering.YesEscalate,
			"no": a.Answering.NoResponse, "no_escalate": a.Answering.NoEscalate}); err != nil {
		return fmt.Errorf("save campaign %d: %w", c.ID, err)
	}
	tx.Publish(CampaignTopic(c.ID))
	if !c.Launched() {
		return nil
	}
	if err := d.attendLater(ctx, tx, c.ID); err != nil {
		return err
	}
	return d.actor.Record(ctx, tx, account.Change{Verb: "edit", Subject: "campaign", SubjectID: int64(c.ID),
		Was:    Advanced{Policy: was.form(), AutoArchiveDays: c.AutoArchiveDays, Answering: c.Answering},
		Became: a})
}

func (p Policy) form() PolicyForm {
	return PolicyForm{Mode: p.Mode, IDKType: p.IDKType, CustomResponse: p.CustomResponse, HoldingText: p.HoldingText, Inboxes: p.Inboxes}
}
