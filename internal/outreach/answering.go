package outreach

import (
	"fmt"

	"parley/internal/knowledge"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// follow does what the bot's reply comes to under the policy.
func (r *arrival) follow(reply knowledge.Reply) error {
	switch {
	case reply.Kind == knowledge.Crisis:
		r.wait(ReasonCrisis)
		return r.answer(reply.Text, counts{})
	case reply.Kind == knowledge.AskedForPerson:
		r.waitHolding(ReasonAskedForPerson)
		return nil
	case reply.Kind == knowledge.Unknown && r.rule.IDKType == IDKCustom:
		return r.answer(r.rule.CustomResponse, counts{IDKs: 1})
	case reply.Kind == knowledge.Unknown:
		r.counts.IDKs++
		r.waitHolding(ReasonIDK)
		return nil
	case reply.Kind == knowledge.Clarify:
		return r.answer(reply.Text, counts{})
	default:
		return r.answer(reply.Text, counts{BotAnswers: 1})
	}
}

// answer sends what the bot says, and counts it. To somebody who has opted out it says nothing: a person
// decides.
func (r *arrival) answer(text string, c counts) error {
	if r.conversation.OptedOut || r.conversation.Held {
		r.wait(ReasonIDK)
		return nil
	}
	template, err := sms.ParseTemplate(text)
	if err != nil {
		return fmt.Errorf("read the bot's text: %w", err)
	}
	body, _ := template.Render(r.contact.MergeFields(), nil)
	r.say(ByBot, body)
	r.counts = r.counts.plus(c)
	return nil
}

// waitHolding raises needs attention and tells the person so, where the policy has words for it.
func (r *arrival) waitHolding(reason Reason) {
	r.wait(reason)
	if !r.conversation.OptedOut {
		r.say(ByBot, r.rule.HoldingText)
	}
}

// The loop guard: two machines that answer each other stop here, and a person looks; product.md
// section 5.
const (
	loopPerMinute = 5
	loopPerDay    = 20
)

// askLoop asks whether the bot has answered this conversation too often to answer again.
func (r *arrival) askLoop(tx *postgres.Tx) *postgres.Pending[bool] {
	return postgres.AskValue[bool](tx, fmt.Sprintf("count the bot's answers in conversation %d", r.conversation.ID), postgres.Statement{SQL: `
		select count(*) filter (where m.created_at > app_now() - interval '60 seconds') >= @minute or count(*) >= @day
		from (
			select created_at
			from message
			where org_id = @org and number_id = @number and contact_id = @contact
				and author = 'bot' and created_at > app_now() - interval '1 day'
			order by id desc
			limit @day
		) m`, Args: postgres.Args{"number": r.number.ID, "contact": r.contact.ID, "minute": loopPerMinute, "day": loopPerDay}})
}

// decision writes what the bot thought, for the transcript and for those who teach it.
func (r *arrival) decision() postgres.Statement {
	reply := r.thought
	closest := reply.Closest
	if reply.Kind == knowledge.Answered {
		closest = reply.Title
	}
	return postgres.Statement{SQL: `
		insert into bot_decision (org_id, message_id, kind, answer_id, closest, confidence, threshold, text, campaign_id, office_id, offered)
		values (@org, @message, @kind, nullif(@answer, 0), @closest, @confidence, @threshold, @text, @campaign, @office, coalesce(@offered::bigint[], '{}'))`,
		Args: postgres.Args{"message": r.id, "kind": reply.Kind, "answer": max(reply.AnswerID, reply.ClosestID), "closest": closest,
			"confidence": reply.Confidence, "threshold": reply.Threshold, "text": r.in.Body, "campaign": r.conversation.CampaignID,
			"office": r.conversation.OfficeID, "offered": reply.Offered}}
}
