package outreach

import (
	"context"
	"fmt"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Clone makes a draft after any campaign, an archived one too (CL1), under a title that no campaign of
// the organization has (CL2). It takes over what was decided: content, type, responses, tags, office,
// inboxes, days until the archive, the list, and the number if it is a reusable one that is still kept.
// It does not take over what happened: schedule, recipients, conversations, figures; nor a provisioned
// number, which serves one campaign at a time (CL3).
func (d Desk) Clone(ctx context.Context, source CampaignID, title string) (id CampaignID, err error) {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return 0, err
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		c, err := d.campaign(ctx, tx, source)
		if err != nil {
			return err
		}
		v := account.Invalid{}
		title = cleanTitle(title, v)
		if err := v.Err(); err != nil {
			return err
		}
		if err := requireFreeTitle(ctx, tx, title, 0); err != nil {
			return err
		}
		if id, err = d.insertClone(ctx, tx, c, title); err != nil {
			return err
		}
		tx.Publish(CampaignTopic(id))
		return d.actor.Record(ctx, tx, account.Change{Verb: "clone", Subject: "campaign", SubjectID: int64(id), Was: c.Title, Became: title})
	})
	return id, err
}

func (d Desk) insertClone(ctx context.Context, tx *postgres.Tx, c Campaign, title string) (CampaignID, error) {
	p, err := policy(ctx, tx, c.PolicyID)
	if err != nil {
		return 0, err
	}
	own, err := insertPolicy(ctx, tx, p.form())
	if err != nil {
		return 0, err
	}
	id, err := postgres.Value[CampaignID](ctx, tx, `
		insert into campaign (org_id, title, title_key, office_id, policy_id, created_by, cloned_from, content_type, message,
			merge_defaults, merge_skips, tags, list_id, number_id, auto_archive_days,
			yes_response, yes_escalate, no_response, no_escalate)
		select @org, @title, @key, c.office_id, @policy, nullif(@user, 0), c.id, c.content_type, c.message,
			c.merge_defaults, c.merge_skips, c.tags, c.list_id, n.id, c.auto_archive_days,
			c.yes_response, c.yes_escalate, c.no_response, c.no_escalate
		from campaign c
		left join phone_number n on n.org_id = @org and n.id = c.number_id and n.kind = 'reusable' and n.released_at is null
		where c.org_id = @org and c.id = @source
		returning id`,
		postgres.Args{"title": title, "key": sms.Fold(title), "policy": own, "user": d.actor.User, "source": c.ID})
	if err != nil {
		return 0, titleTaken(title, err)
	}
	if err := setWords(ctx, tx, id, title, c.Tags); err != nil {
		return 0, fmt.Errorf("clone campaign %d: %w", c.ID, err)
	}
	return id, reroute(ctx, tx, own)
}
