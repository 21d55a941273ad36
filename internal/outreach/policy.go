package outreach

import (
	"context"
	"fmt"
	"strings"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Mode says who answers first.
type Mode string

// The two modes.
const (
	BotMode   Mode = "bot"
	AgentMode Mode = "agent"
)

// IDKType says what happens when the bot does not know.
type IDKType string

// The two IDK types.
const (
	IDKCustom IDKType = "custom" // the custom response is sent, nobody is asked
	IDKAgent  IDKType = "agent"  // the conversation needs attention
)

// PolicyID names a response policy within an organization.
type PolicyID int64

// Policy is how inbound texts are handled. A campaign has one and a reusable number has one, its
// unsolicited message settings; a conversation is governed by its campaign's while the campaign is
// active and by its number's afterwards.
type Policy struct {
	ID             PolicyID
	Mode           Mode
	IDKType        IDKType
	CustomResponse string            // sent when the bot does not know, for IDKCustom
	HoldingText    string            // optional: sent while a person is awaited, for IDKAgent
	Inboxes        []account.InboxID // as chosen; where nobody in them can be reached, others see it (AR10)
}

// rule is a policy as far as a text looks at it. The zero rule is silence: nobody answers and
// nobody is asked.
type rule struct {
	PolicyID       PolicyID
	Mode           Mode
	IDKType        IDKType
	CustomResponse string
	HoldingText    string
}

// ruleColumns are the columns of a rule from policy p, which may be none.
const ruleColumns = `coalesce(p.id, 0) as policy_id, coalesce(p.mode, '') as mode, coalesce(p.idk_type, '') as idk_type,
			coalesce(p.custom_response, '') as custom_response, coalesce(p.holding_text, '') as holding_text`

// PolicyForm is a policy as a person fills it in.
type PolicyForm struct {
	Mode           Mode
	IDKType        IDKType
	CustomResponse string
	HoldingText    string
	Inboxes        []account.InboxID
}

// check adds what is wrong with the form. Every policy has an inbox (AR11): a bot that never asks an
// agent still hands over a person who asks for one, or who is in danger.
func (f *PolicyForm) check(v account.Invalid) {
	f.CustomResponse = strings.TrimSpace(sms.Clean(f.CustomResponse))
	f.HoldingText = strings.TrimSpace(sms.Clean(f.HoldingText))
	if f.Mode != BotMode && f.Mode != AgentMode {
		v.Add("mode", "Choose who answers first: the bot or agents.")
	}
	if f.IDKType != IDKCustom && f.IDKType != IDKAgent {
		v.Add("idk", "Choose what happens when the bot does not know.")
	}
	if f.Mode == BotMode && f.IDKType == IDKCustom && f.CustomResponse == "" {
		v.Add("response", "Type the text to send when the bot does not know.")
	}
	if len(f.Inboxes) == 0 {
		v.Add("inbox", "Choose at least one inbox, so that somebody is asked.")
	}
	for field, text := range map[string]string{"response": f.CustomResponse, "holding": f.HoldingText} {
		if sms.Count(text).TooLong() {
			v.Add(field, fmt.Sprintf("This text is too long. The longest is %d characters.", sms.MaxBody))
		}
	}
}

// insertPolicy writes a new policy and returns its id.
func insertPolicy(ctx context.Context, tx *postgres.Tx, f PolicyForm) (PolicyID, error) {
	id, err := postgres.Value[PolicyID](ctx, tx, `
		insert into response_policy (org_id, mode, idk_type, custom_response, holding_text)
		values (@org, @mode, @idk, @custom, @holding)
		returning id`, f.args(0))
	if err != nil {
		return 0, fmt.Errorf("add a response policy: %w", err)
	}
	return id, setInboxes(ctx, tx, id, f.Inboxes)
}

// updatePolicy changes a policy in place: what it governs follows at once (AR13).
func updatePolicy(ctx context.Context, tx *postgres.Tx, id PolicyID, f PolicyForm) error {
	_, err := tx.Exec(ctx, `
		update response_policy
		set mode = @mode, idk_type = @idk, custom_response = @custom, holding_text = @holding
		where org_id = @org and id = @policy`, f.args(id))
	if err != nil {
		return fmt.Errorf("change response policy %d: %w", id, err)
	}
	return setInboxes(ctx, tx, id, f.Inboxes)
}

func (f *PolicyForm) args(id PolicyID) postgres.Args {
	return postgres.Args{"policy": id, "mode": f.Mode, "idk": f.IDKType, "custom": f.CustomResponse, "holding": f.HoldingText}
}

// setInboxes replaces the inboxes that were chosen for a policy. It holds the organization, so that
// nobody is deactivated before the fallback inboxes follow from the choice.
func setInboxes(ctx context.Context, tx *postgres.Tx, id PolicyID, inboxes []account.InboxID) error {
	if _, err := tx.Exec(ctx, `select from organization where org_id = @org for share`, nil); err != nil {
		return fmt.Errorf("hold the organization: %w", err)
	}
	_, err := tx.Exec(ctx, `
		with gone as (
			delete from policy_inbox
			where org_id = @org and policy_id = @policy and inbox_id <> all (@inboxes::bigint[])
		)
		insert into policy_inbox (org_id, policy_id, inbox_id)
		select @org, @policy, inbox from unnest(@inboxes::bigint[]) inbox
		on conflict (org_id, policy_id, inbox_id) do update set fallback = false where policy_inbox.fallback`,
		postgres.Args{"policy": id, "inboxes": inboxes})
	if postgres.IsForeignKeyViolation(err) {
		return account.Invalid{"inbox": "One of these inboxes is gone. Choose again."}
	}
	if err != nil {
		return fmt.Errorf("set the inboxes of response policy %d: %w", id, err)
	}
	return reroute(ctx, tx, id)
}

// reroute gives a policy its fallback inboxes, where nobody can be reached in those chosen (AR10). It
// follows whenever inboxes were chosen, or the office of what owns the policy has changed; account
// does it for all policies when people come and go.
func reroute(ctx context.Context, tx *postgres.Tx, id PolicyID) error {
	if _, err := tx.Exec(ctx, `call route_policies(@org, @policy)`, postgres.Args{"policy": id}); err != nil {
		return fmt.Errorf("route response policy %d: %w", id, err)
	}
	return nil
}

func policy(ctx context.Context, tx *postgres.Tx, id PolicyID) (Policy, error) {
	p, err := postgres.Row[Policy](ctx, tx, `
		select p.id, p.mode, p.idk_type, p.custom_response, p.holding_text,
			coalesce((select array_agg(i.inbox_id order by i.inbox_id) from policy_inbox i
				where i.org_id = @org and i.policy_id = p.id and not i.fallback), '{}') as inboxes
		from response_policy p
		where p.org_id = @org and p.id = @policy`, postgres.Args{"policy": id})
	if err != nil {
		return p, fmt.Errorf("read response policy %d: %w", id, err)
	}
	return p, nil
}
