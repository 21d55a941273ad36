package outreach

import (
	"context"
	"fmt"
	"strings"

	"parley/internal/account"
	"parley/internal/knowledge"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Answer is what a person has said to a yes or no question, by the latest of their texts that answered
// it; empty for nothing yet.
type Answer string

// The answers.
const (
	SaidYes   Answer = "yes"
	SaidNo    Answer = "no"
	SaidOther Answer = "other" // neither a yes nor a no
)

// Answering is what becomes of a yes and of a no to a yes or no question. Anything else is other, and
// always needs attention.
type Answering struct {
	YesResponse string // sent to a yes; empty for nothing
	YesEscalate bool   // a yes needs attention
	NoResponse  string
	NoEscalate  bool
}

func (a *Answering) check(v account.Invalid) {
	a.YesResponse, a.NoResponse = strings.TrimSpace(sms.Clean(a.YesResponse)), strings.TrimSpace(sms.Clean(a.NoResponse))
	for field, text := range map[string]string{"yes_response": a.YesResponse, "no_response": a.NoResponse} {
		if _, err := sms.ParseTemplate(text); err != nil {
			v.Add(field, err.Error())
		} else if sms.Count(text).TooLong() {
			v.Add(field, fmt.Sprintf("This text is too long. The longest is %d characters.", sms.MaxBody))
		}
	}
}

// to is what becomes of an answer.
func (a Answering) to(reply sms.Reply) (response string, escalate bool) {
	if reply == sms.Yes {
		return a.YesResponse, a.YesEscalate
	}
	return a.NoResponse, a.NoEscalate
}

// Reasons that a yes or no question gives for needing attention.
const (
	ReasonNotYesOrNo Reason = "not_yes_or_no" // neither a yes nor a no
	ReasonEscalated  Reason = "escalated"     // an answer that the campaign hands to a person
)

// yesNo handles a reply to a yes or no question, whoever answers the campaign otherwise; handled is
// false for every other text. Once a colleague has written, a "yes" answers them and not the campaign,
// and the text is handled as in any conversation.
func (i *Intake) yesNo(ctx context.Context, tx *postgres.Tx, r *arrival) (handled bool, err error) {
	if r.campaign == nil || r.campaign.ContentType != YesNo {
		return false, nil
	}
	taken, err := r.takenOver(ctx, tx)
	if err != nil || taken {
		return false, err
	}
	reply := sms.YesNo(r.in.Body)
	changed := r.rememberAnswer(Answer(reply.String()))
	switch {
	case r.conversation.Waiting():
		return true, nil // a person is owed an answer, and will read this text too
	case reply == sms.Other:
		return true, i.other(ctx, tx, r)
	}
	return true, r.acknowledge(ctx, tx, reply, changed)
}

// takenOver says whether a colleague has written in this conversation.
func (r *arrival) takenOver(ctx context.Context, tx *postgres.Tx) (bool, error) {
	taken, err := postgres.Value[bool](ctx, tx, `
		select exists (select from message
			where org_id = @org and number_id = @number and contact_id = @contact and campaign_id = @campaign and author = 'agent')`,
		postgres.Args{"number": r.number.ID, "contact": r.contact.ID, "campaign": r.campaign.ID})
	if err != nil {
		return false, fmt.Errorf("look who has written in conversation %d: %w", r.conversation.ID, err)
	}
	return taken, nil
}

// rememberAnswer keeps the latest answer and counts people by it; changed says whether it is a new one.
func (r *arrival) rememberAnswer(said Answer) (changed bool) {
	if said == r.was.Answer {
		return false
	}
	r.said = said
	r.counts = r.counts.plus(answered(said, 1)).plus(answered(r.was.Answer, -1))
	return true
}

func answered(answer Answer, n int) counts {
	switch answer {
	case SaidYes:
		return counts{SaidYes: n}
	case SaidNo:
		return counts{SaidNo: n}
	case SaidOther:
		return counts{SaidOther: n}
	}
	return counts{}
}

// acknowledge answers a yes or a no, and hands it to a person where the campaign says so. The same answer
// again is not answered again: two machines that thank each other would never stop.
func (r *arrival) acknowledge(ctx context.Context, tx *postgres.Tx, reply sms.Reply, changed bool) error {
	response, escalate := r.campaign.to(reply)
	if escalate {
		r.wait(ReasonEscalated)
	}
	if !changed || response == "" || r.conversation.OptedOut || r.conversation.Held {
		return nil
	}
	looping, err := r.askLoop(tx).Wait(ctx)
	if err != nil {
		return err
	}
	if looping {
		r.wait(ReasonLoopGuard)
		return nil
	}
	template, err := sms.ParseTemplate(response)
	if err != nil {
		return fmt.Errorf("read the response to %s: %w", reply, err)
	}
	body, _ := template.Render(r.contact.MergeFields(), r.campaign.MergeDefaults)
	r.say(ByBot, body)
	return nil
}

// other needs attention, always. Who may be in danger is told at once where to turn, as by the bot.
func (i *Intake) other(ctx context.Context, tx *postgres.Tx, r *arrival) error {
	if r.in.Body == "" {
		r.wait(ReasonMedia)
		return nil
	}
	reply, err := i.answer.Answer(ctx, tx, knowledge.Question{Office: r.conversation.OfficeID, Text: r.in.Body})
	if err != nil {
		return fmt.Errorf("look whether text %s speaks of danger: %w", r.in.SID, err)
	}
	if reply.Kind == knowledge.Crisis {
		return r.follow(reply)
	}
	r.wait(ReasonNotYesOrNo)
	return nil
}
