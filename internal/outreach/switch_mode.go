package outreach

import (
	"context"
	"fmt"

	"parley/internal/account"
	"parley/internal/postgres"
)

// SwitchMode changes who answers next: bot to agent or back. Nothing is sent (CV1); while a person is
// owed an answer it is refused (CV2).
func (d Desk) SwitchMode(ctx context.Context, id ConversationID) error {
	return d.change(ctx, id, func(tx *postgres.Tx, c Conversation) error {
		if c.Waiting() {
			return account.Conflict("The mode can change once this is answered or cleared.")
		}
		if err := c.refuseClosed(); err != nil {
			return err
		}
		if c.CampaignState == Archived {
			return account.Conflict("This campaign is archived. Later texts belong to the person’s thread with the number.")
		}
		mode := AgentMode
		if c.Mode == AgentMode {
			mode = BotMode
		}
		_, err := tx.Exec(ctx, `
			update conversation set mode = @mode where org_id = @org and id = @conversation`,
			postgres.Args{"conversation": id, "mode": mode})
		if err != nil {
			return fmt.Errorf("switch the mode of conversation %d: %w", id, err)
		}
		return d.actor.Record(ctx, tx, account.Change{Verb: "switch mode", Subject: "conversation", SubjectID: int64(id), Was: c.Mode, Became: mode})
	})
}

// SwitchedModes is what became of many conversations whose mode was to change.
type SwitchedModes struct {
	Switched int
	Waiting  int // kept their mode, since a person is owed an answer (CV2)
}

// SwitchModes gives all conversations of a running campaign the mode, or those that a filter and a
// name leave; those that need attention keep theirs. Once more changes nothing more.
func (d Desk) SwitchModes(ctx context.Context, q ActivityQuery, to Mode) (done SwitchedModes, err error) {
	if err := d.actor.May(account.Answer); err != nil {
		return done, err
	}
	if to != BotMode && to != AgentMode {
		return done, account.Invalid{"mode": "Choose who answers from now on: the bot or agents."}
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		if err := d.holdRunning(ctx, tx, q.Campaign); err != nil {
			return err
		}
		if done, err = d.switchModes(ctx, tx, q, to); err != nil || done.Switched == 0 {
			return err
		}
		tx.Publish(CampaignTopic(q.Campaign))
		return d.actor.Record(ctx, tx, account.Change{Verb: "switch modes", Subject: "campaign", SubjectID: int64(q.Campaign),
			Became: map[string]any{"mode": to, "conversations": done.Switched}})
	})
	return done, err
}

// switchModes is a constant number of statements, with an audit row for each conversation, which its
// transcript shows.
func (d Desk) switchModes(ctx context.Context, tx *postgres.Tx, q ActivityQuery, to Mode) (SwitchedModes, error) {
	args := nameArgs(q.Name)
	args["campaign"], args["filter"], args["to"], args["user"], args["actor"] = q.Campaign, q.Filter, to, d.actor.User, d.actor.Name
	sql := `
		with found as (
			select v.id, v.waiting_since is not null as waiting
			from conversation v
			join contact c on c.org_id = @org and c.id = v.contact_id
			where v.org_id = @org and v.campaign_id = @campaign and v.mode <> @to` + filterSQL
	if q.Name != "" {
		sql += nameSQL
	}
	done, err := postgres.Row[SwitchedModes](ctx, tx, sql+`
		), switched as (
			update conversation v
			set mode = @to
			from found f
			where v.org_id = @org and v.id = f.id and not f.waiting and v.waiting_since is null
			returning v.id
		), recorded as (
			insert into audit (org_id, user_id, actor, verb, subject, subject_id, became)
			select @org, nullif(@user, 0), @actor, 'switch mode', 'conversation', id, to_jsonb(@to::text)
			from switched
		)
		select (select count(*) from switched) as switched, (select count(*) from found where waiting) as waiting`, args)
	if err != nil {
		return done, fmt.Errorf("switch the modes of campaign %d: %w", q.Campaign, err)
	}
	return done, nil
}

// holdRunning holds a campaign that the actor may see against archiving, and refuses one that does
// not run.
func (d Desk) holdRunning(ctx context.Context, tx *postgres.Tx, id CampaignID) error {
	if _, err := tx.Exec(ctx, `select from campaign where org_id = @org and id = @campaign for share`, postgres.Args{"campaign": id}); err != nil {
		return fmt.Errorf("hold campaign %d: %w", id, err)
	}
	c, err := d.campaign(ctx, tx, id)
	if err != nil {
		return err
	}
	if c.State == Archived {
		return account.Conflict("This campaign is archived.")
	}
	return nil
}
