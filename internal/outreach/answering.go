package outreach

import (
	"context"
	"fmt"

	"parley/internal/knowledge"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// follow does what the bot's reply comes to under the policy.
func (r *arrival) follow(ctx context.Context, tx *postgres.Tx, reply knowledge.Reply) error {
	switch {
	case reply.Kind == knowledge.Crisis:
		if err := r.wait(ctx, tx, ReasonCrisis); err != nil {
			return err
		}
		return r.answer(ctx, tx, reply.Text, counts{})
	case reply.Kind == knowledge.AskedForPerson:
		return r.waitHolding(ctx, tx, ReasonAskedForPerson)
	case reply.Kind == knowledge.Unknown && r.policy.IDKType == IDKCustom:
		return r.answer(ctx, tx, r.policy.CustomResponse, counts{IDKs: 1})
	case reply.Kind == knowledge.Unknown:
		if err := tally(ctx, tx, r.conversation.CampaignID, counts{IDKs: 1}); err != nil {
			return err
		}
		return r.waitHolding(ctx, tx, ReasonIDK)
	case reply.Kind == knowledge.Clarify:
		return r.answer(ctx, tx, reply.Text, counts{})
	default:
		return r.answer(ctx, tx, reply.Text, counts{BotAnswers: 1})
	}
}

// answer sends what the bot says. To somebody who has opted out it says nothing: a person decides.
func (r *arrival) answer(ctx context.Context, tx *postgres.Tx, text string, c counts) error {
	if r.conversation.OptedOut || r.conversation.Held {
		return r.wait(ctx, tx, ReasonIDK)
	}
	template, err := sms.ParseTemplate(text)
	if err != nil {
		return fmt.Errorf("read the bot's text: %w", err)
	}
	body, _ := template.Render(r.contact.MergeFields(), nil)
	if err := r.say(ctx, tx, ByBot, body); err != nil {
		return err
	}
	return tally(ctx, tx, r.conversation.CampaignID, c)
}

// waitHolding raises needs attention and tells the person so, where the policy has words for it.
func (r *arrival) waitHolding(ctx context.Context, tx *postgres.Tx, reason Reason) error {
	if err := r.wait(ctx, tx, reason); err != nil || r.conversation.OptedOut {
		return err
	}
	return r.say(ctx, tx, ByBot, r.policy.HoldingText)
}

// wait raises needs attention in the inboxes of the policy. What waits already keeps its reason and
// its since-when.
func (r *arrival) wait(ctx context.Context, tx *postgres.Tx, reason Reason) error {
	if r.silent() {
		return nil // a late reply: kept, in no queue (AP3)
	}
	touched, err := tx.Exec(ctx, `
		update conversation
		set waiting_since = app_now(), waiting_reason = @reason, waiting_policy_id = @policy
		where org_id = @org and id = @conversation and waiting_since is null`,
		postgres.Args{"conversation": r.conversation.ID, "reason": reason, "policy": r.policy.ID})
	if err != nil {
		return fmt.Errorf("raise needs attention in conversation %d: %w", r.conversation.ID, err)
	}
	if touched == 0 {
		return nil
	}
	if err := involve(ctx, tx, r.conversation); err != nil {
		return err
	}
	return tally(ctx, tx, r.conversation.CampaignID, counts{Waiting: 1})
}

// The loop guard: two machines that answer each other stop here, and a person looks; product.md
// section 5.
const (
	loopPerMinute = 5
	loopPerDay    = 20
)

// looping says whether the bot has answered this conversation too often to answer again.
func (r *arrival) looping(ctx context.Context, tx *postgres.Tx) (bool, error) {
	type answered struct{ Minute, Day int }
	n, err := postgres.Row[answered](ctx, tx, `
		select count(*) filter (where m.created_at > app_now() - interval '60 seconds') as minute, count(*) as day
		from (
			select created_at
			from message
			where org_id = @org and number_id = @number and contact_id = @contact
				and author = 'bot' and created_at > app_now() - interval '1 day'
			order by id desc
			limit @limit
		) m`, postgres.Args{"number": r.number.ID, "contact": r.contact.ID, "limit": loopPerDay})
	if err != nil {
		return false, fmt.Errorf("count the bot's answers in conversation %d: %w", r.conversation.ID, err)
	}
	return n.Minute >= loopPerMinute || n.Day >= loopPerDay, nil
}

// remember keeps what the bot thought, for the transcript and for those who teach it.
func (r *arrival) remember(ctx context.Context, tx *postgres.Tx, reply knowledge.Reply) error {
	closest := reply.Closest
	if reply.Kind == knowledge.Answered {
		closest = reply.Title
	}
	_, err := tx.Exec(ctx, `
		insert into bot_decision (org_id, message_id, kind, answer_id, closest, confidence, threshold, text, campaign_id, offered)
		values (@org, @message, @kind, nullif(@answer, 0), @closest, @confidence, @threshold, @text, @campaign, coalesce(@offered::bigint[], '{}'))`,
		postgres.Args{"message": r.id, "kind": reply.Kind, "answer": max(reply.AnswerID, reply.ClosestID), "closest": closest,
			"confidence": reply.Confidence, "threshold": reply.Threshold, "text": r.in.Body, "campaign": r.conversation.CampaignID,
			"offered": reply.Offered})
	if err != nil {
		return fmt.Errorf("keep what the bot thought of text %s: %w", r.in.SID, err)
	}
	return nil
}
