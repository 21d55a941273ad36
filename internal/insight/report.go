package insight

import (
	"context"
	"time"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/internal/postgres"
)

// Report is what came of one campaign, or of all that were launched in a period, however long the
// responses took.
type Report struct {
	Campaigns []Campaign // the latest launch first
	Counts               // of these together

	// Of the people who responded to a campaign that the bot runs: those who never waited for a person and
	// to whom no agent wrote.
	BotResponded, Contained int

	Answers      int           // of agents, to texts that waited for one
	MedianAnswer time.Duration // half of Answers took longer; 0 if there is none

	Failures  []Failure // they add up to Failed
	Responses Responses // they add up to Responded
}

// Campaign reports on one campaign. One that was never launched has nothing to report; one that the
// actor may not see is ErrNotFound.
func (d Desk) Campaign(ctx context.Context, id outreach.CampaignID) (Report, error) {
	if _, err := d.outreach().Campaign(ctx, id); err != nil {
		return Report{}, err
	}
	return d.report(ctx, scope{campaign: id})
}

// Query asks for the campaigns that were launched in a period.
type Query struct {
	Period Period
	Office account.OfficeID // 0: all offices that the actor sees
}

// Organization reports on all campaigns of the actor's offices that were launched in a period.
// Agents do not read it.
func (d Desk) Organization(ctx context.Context, q Query) (Report, error) {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return Report{}, err
	}
	return d.report(ctx, scope{office: q.Office, period: q.Period})
}

func (d Desk) report(ctx context.Context, s scope) (r Report, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		if r.Campaigns, err = d.counted(ctx, tx, s); err != nil {
			return err
		}
		var campaigns []outreach.CampaignID
		for _, c := range r.Campaigns {
			r.add(c)
			campaigns = append(campaigns, c.ID)
		}
		if len(campaigns) == 0 {
			return nil
		}
		return r.read(ctx, tx, campaigns)
	})
	return r, err
}

func (r *Report) add(c Campaign) {
	r.Counts = r.Counts.plus(c.Counts)
	if c.Mode == outreach.BotMode {
		r.BotResponded += c.Responded
		r.Contained += c.Responded - c.HandedOver
	}
}

func (r *Report) read(ctx context.Context, tx *postgres.Tx, campaigns []outreach.CampaignID) (err error) {
	if r.Answers, r.MedianAnswer, err = answers(ctx, tx, campaigns); err != nil {
		return err
	}
	if r.Failures, err = failures(ctx, tx, campaigns); err != nil {
		return err
	}
	r.Responses, err = responses(ctx, tx, campaigns)
	return err
}
