package outreach

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Subscribed says whether the conversations of a campaign that need attention wait in the actor's own
// inbox, too.
func (d Desk) Subscribed(ctx context.Context, id CampaignID) (subscribed bool, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		c, err := d.campaign(ctx, tx, id)
		if err != nil {
			return err
		}
		subscribed, err = postgres.Value[bool](ctx, tx, `
			select exists (
				select from policy_inbox
				where org_id = @org and policy_id = @policy and inbox_id = @inbox and not fallback)`, d.subscription(c))
		return err
	})
	return subscribed, err
}

func (d Desk) subscription(c Campaign) postgres.Args {
	return postgres.Args{"policy": c.PolicyID, "inbox": d.actor.PersonalInboxID}
}

// Subscribe puts a campaign of the actor's offices into the actor's own inbox: who needs attention
// waits there, too, at once. Subscribing twice is subscribing once.
func (d Desk) Subscribe(ctx context.Context, id CampaignID) error {
	return d.subscribe(ctx, id, "subscribe", func(tx *postgres.Tx, c Campaign) (bool, error) {
		touched, err := tx.Exec(ctx, `
			insert into policy_inbox (org_id, policy_id, inbox_id) values (@org, @policy, @inbox)
			on conflict (org_id, policy_id, inbox_id) do update set fallback = false where policy_inbox.fallback`, d.subscription(c))
		return touched > 0, err
	})
}

// Unsubscribe takes a campaign out of the actor's own inbox. The last inbox of a campaign stays, so
// that somebody is asked.
func (d Desk) Unsubscribe(ctx context.Context, id CampaignID) error {
	return d.subscribe(ctx, id, "unsubscribe", func(tx *postgres.Tx, c Campaign) (bool, error) {
		touched, err := tx.Exec(ctx, `
			delete from policy_inbox
			where org_id = @org and policy_id = @policy and inbox_id = @inbox and not fallback`, d.subscription(c))
		if err != nil || touched == 0 {
			return false, err
		}
		left, err := postgres.Value[bool](ctx, tx, `
			select exists (select from policy_inbox where org_id = @org and policy_id = @policy and not fallback)`, d.subscription(c))
		if err == nil && !left {
			err = account.Conflict("Yours is the only inbox of this campaign. A manager can choose another one first.")
		}
		return true, err
	})
}

// subscribe changes the inboxes of a campaign's policy by one; change says whether it did.
func (d Desk) subscribe(ctx context.Context, id CampaignID, verb string, change func(*postgres.Tx, Campaign) (bool, error)) error {
	if err := d.actor.May(account.Answer); err != nil {
		return err
	}
	if d.actor.PersonalInboxID == 0 {
		return fmt.Errorf("%w: only people have an inbox of their own", account.ErrForbidden)
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		if err := d.holdRunning(ctx, tx, id); err != nil {
			return err
		}
		c, err := d.campaign(ctx, tx, id)
		if err != nil {
			return err
		}
		// One at a time for a policy, so that two who leave at once do not leave nobody.
		if _, err := tx.Exec(ctx, `
			select from response_policy where org_id = @org and id = @policy for update`, postgres.Args{"policy": c.PolicyID}); err != nil {
			return fmt.Errorf("hold response policy %d: %w", c.PolicyID, err)
		}
		changed, err := change(tx, c)
		var refused account.Conflict
		if errors.As(err, &refused) {
			return err
		}
		if err != nil {
			return fmt.Errorf("%s to campaign %d: %w", verb, id, err)
		}
		if !changed {
			return nil
		}
		if err := reroute(ctx, tx, c.PolicyID); err != nil {
			return err
		}
		tx.Publish(InboxTopic)
		return d.actor.Record(ctx, tx, account.Change{Verb: verb, Subject: "campaign", SubjectID: int64(id), Became: d.actor.Name})
	})
}
