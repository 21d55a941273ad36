package outreach

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/knowledge"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Intake takes texts from people: it stores them, finds the conversation they belong to, does what
// they ask about consent, and lets the response policy decide who answers. All of it is one
// transaction.
type Intake struct {
	db     *postgres.DB
	answer Answerer
}

// NewIntake gives the intake its database and the bot that answers.
func NewIntake(db *postgres.DB, answer Answerer) *Intake {
	return &Intake{db: db, answer: answer}
}

// ErrNoNumber means that the organization does not own the number that was texted.
var ErrNoNumber = errors.New("receive: the organization does not own this number")

// errKnown ends the transaction of a text that is stored already.
var errKnown = errors.New("this text is stored already")

// Receive takes one text. The same carrier id again, at once or years later, changes nothing.
func (i *Intake) Receive(ctx context.Context, org account.OrgID, in Inbound) error {
	err := i.db.Org(ctx, org, func(tx *postgres.Tx) error { return i.receive(ctx, tx, in) })
	if errors.Is(err, errKnown) || postgres.Violates(err, "message_sid") {
		return nil
	}
	return err
}

func (i *Intake) receive(ctx context.Context, tx *postgres.Tx, in Inbound) error {
	known, err := postgres.Value[bool](ctx, tx, `
		select exists (select from message where org_id = @org and sid = @sid)`, postgres.Args{"sid": in.SID})
	if err != nil {
		return fmt.Errorf("look for text %s: %w", in.SID, err)
	}
	if known {
		return errKnown
	}
	r, err := route(ctx, tx, in)
	if err != nil {
		return err
	}
	if err := r.store(ctx, tx); err != nil {
		return err
	}
	if err := i.handle(ctx, tx, r); err != nil {
		return err
	}
	announce(tx, r.conversation)
	return nil
}

// store opens the conversation if need be, holds it, and writes the text.
func (r *arrival) store(ctx context.Context, tx *postgres.Tx) (err error) {
	if err := r.open(ctx, tx); err != nil {
		return err
	}
	r.id, err = postgres.Value[MessageID](ctx, tx, `
		insert into message (org_id, contact_id, number_id, campaign_id, conversation_id, author, body, media, state, sid)
		values (@org, @contact, @number, @campaign, @conversation, 'contact', @body, @media, 'received', @sid)
		returning id`,
		postgres.Args{"contact": r.contact.ID, "number": r.number.ID, "campaign": r.conversation.CampaignID,
			"conversation": r.conversation.ID, "body": r.in.Body, "media": r.in.Media, "sid": r.in.SID})
	if err != nil {
		return fmt.Errorf("store text %s: %w", r.in.SID, err)
	}
	return lastText(ctx, tx, r.conversation.ID, ByContact, r.shown())
}

// shown is the text as a list shows it, or what came instead of words.
func (r *arrival) shown() string {
	if r.in.Body == "" && len(r.in.Media) > 0 {
		return "Sent a picture or file"
	}
	return r.in.Body
}

// handle does what the text asks for: consent first (AP4), then the policy.
func (i *Intake) handle(ctx context.Context, tx *postgres.Tx, r *arrival) error {
	intent := sms.Consent(r.in.Body, r.conversation.OptedOut)
	consent := audience.Consent{Phone: r.in.From, MessageID: int64(r.id), Reason: r.in.Body}
	switch intent {
	case sms.Stop, sms.StopPhrase:
		return r.optOut(ctx, tx, consent, intent == sms.StopPhrase)
	case sms.Start:
		consent.Source = audience.FromKeyword
		_, err := audience.OptIn(ctx, tx, consent)
		return err
	case sms.Help:
		return r.say(ctx, tx, BySystem, r.help(ctx, tx))
	case sms.Unsure:
		consent.Source = audience.FromPhrase
		if _, err := audience.Hold(ctx, tx, consent); err != nil {
			return err
		}
		return r.wait(ctx, tx, ReasonConsent)
	}
	if r.silent() {
		return nil
	}
	return i.converse(ctx, tx, r)
}

// optOut stores the opt-out in the transaction of the text that asked for it. The carrier confirms
// its own keywords; what was asked for in plain words we confirm, once.
func (r *arrival) optOut(ctx context.Context, tx *postgres.Tx, c audience.Consent, phrase bool) error {
	c.Source = audience.FromKeyword
	if phrase {
		c.Source = audience.FromPhrase
	}
	changed, err := audience.OptOut(ctx, tx, c)
	if err != nil || !changed {
		return err
	}
	if err := tally(ctx, tx, r.conversation.CampaignID, counts{OptedOut: 1}); err != nil {
		return err
	}
	if !phrase {
		return nil
	}
	if r.contact.Language == "es" {
		return r.say(ctx, tx, BySystem, "No le enviaremos más mensajes. Responda START si cambia de idea.")
	}
	return r.say(ctx, tx, BySystem, "You will get no more texts from us. Reply START if you change your mind.")
}

func (r *arrival) help(ctx context.Context, tx *postgres.Tx) string {
	text, err := postgres.Value[string](ctx, tx, `select help_text from organization where org_id = @org`, nil)
	if err != nil {
		return ""
	}
	return text
}

// say queues a text to the person; an empty one is silence. To a late reply nothing is said (AP3).
func (r *arrival) say(ctx context.Context, tx *postgres.Tx, author Author, body string) error {
	if body == "" || r.silent() {
		return nil
	}
	_, err := queue(ctx, tx, outgoing{conversation: r.conversation, author: author, body: body, inReplyTo: r.id})
	return err
}

// converse lets the policy decide who answers.
func (i *Intake) converse(ctx context.Context, tx *postgres.Tx, r *arrival) error {
	if handled, err := i.yesNo(ctx, tx, r); handled || err != nil {
		return err
	}
	switch {
	case r.conversation.Waiting():
		return nil // a person is owed an answer; the bot stays out until they have it (AR6)
	case r.conversation.Mode == AgentMode:
		return r.wait(ctx, tx, ReasonAgentMode)
	case r.in.Body == "":
		return r.wait(ctx, tx, ReasonMedia)
	}
	looping, err := r.looping(ctx, tx)
	if err != nil {
		return err
	}
	if looping {
		return r.wait(ctx, tx, ReasonLoopGuard)
	}
	last, asked, err := knowledge.Recall(ctx, tx, int64(r.conversation.ID))
	if err != nil {
		return err
	}
	reply, err := i.answer.Answer(ctx, tx, knowledge.Question{Office: r.conversation.OfficeID, Text: r.in.Body, Last: last, Asked: asked})
	if err != nil {
		return fmt.Errorf("ask the bot about text %s: %w", r.in.SID, err)
	}
	if err := r.remember(ctx, tx, reply); err != nil {
		return err
	}
	return r.follow(ctx, tx, reply)
}
