package outreach

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Intake takes texts from people: it stores them, finds the conversation they belong to, does what
// they ask about consent, and lets the response policy decide who answers. All of it is one
// transaction.
type Intake struct {
	db     *postgres.DB
	answer Answerer
	slots  chan struct{} // one for each text that is being taken
}

// NewIntake gives the intake its database and the bot that answers. It uses up to half of the database's
// connections: however many texts come, and wait for each other, pages and senders have theirs.
func NewIntake(db *postgres.DB, answer Answerer) *Intake {
	return &Intake{db: db, answer: answer, slots: make(chan struct{}, max(1, db.MaxConns()/2))}
}

// ErrNoNumber means that the organization does not own the number that was texted.
var ErrNoNumber = errors.New("receive: the organization does not own this number")

// Receive takes one text. The same carrier id again, at once or years later, changes nothing.
func (i *Intake) Receive(ctx context.Context, org account.OrgID, in Inbound) error {
	select {
	case i.slots <- struct{}{}:
		defer func() { <-i.slots }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		err := i.db.OrgByKeys(ctx, org, func(tx *postgres.Tx) error { return i.receive(ctx, tx, in) })
		switch {
		case postgres.Violates(err, "message_sid"):
			return nil // it is stored already
		case postgres.Violates(err, "conversation_campaign") || postgres.Violates(err, "conversation_unsolicited"):
			continue // another text has begun the conversation since: this one is a later one
		}
		return err
	}
}

func (i *Intake) receive(ctx context.Context, tx *postgres.Tx, in Inbound) error {
	r, err := route(ctx, tx, in)
	if err != nil {
		return err
	}
	if err := r.open(ctx, tx); err != nil {
		return err
	}
	if err := r.read(ctx, tx, i.answer); err != nil {
		return err
	}
	if err := i.handle(ctx, tx, r); err != nil {
		return err
	}
	r.save(tx)
	return nil
}

// handle does what the text asks for: consent first (AP4), then the policy.
func (i *Intake) handle(ctx context.Context, tx *postgres.Tx, r *arrival) error {
	intent := sms.Consent(r.in.Body, r.conversation.OptedOut)
	consent := audience.Consent{Phone: r.in.From, MessageID: int64(r.id), Reason: r.in.Body}
	if intent != sms.None {
		if err := r.begin(ctx, tx); err != nil {
			return err
		}
	}
	switch intent {
	case sms.Stop, sms.StopPhrase:
		return r.optOut(ctx, tx, consent, intent == sms.StopPhrase)
	case sms.Start:
		consent.Source = audience.FromKeyword
		_, err := audience.OptIn(ctx, tx, consent)
		return err
	case sms.Help:
		r.say(BySystem, r.help(ctx, tx))
		return nil
	case sms.Unsure:
		consent.Source = audience.FromPhrase
		if _, err := audience.Hold(ctx, tx, consent); err != nil {
			return err
		}
		r.wait(ReasonConsent)
		return nil
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
	r.counts.OptedOut++
	switch {
	case !phrase:
	case r.contact.Language == "es":
		r.say(BySystem, "No le enviaremos más mensajes. Responda START si cambia de idea.")
	default:
		r.say(BySystem, "You will get no more texts from us. Reply START if you change your mind.")
	}
	return nil
}

func (r *arrival) help(ctx context.Context, tx *postgres.Tx) string {
	text, err := postgres.Value[string](ctx, tx, `select help_text from organization where org_id = @org`, nil)
	if err != nil {
		return ""
	}
	return text
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
		r.wait(ReasonAgentMode)
		return nil
	case r.in.Body == "":
		r.wait(ReasonMedia)
		return nil
	}
	if r.asking == nil {
		r.ask(tx, i.answer)
	}
	looping, err := r.looping.Wait(ctx)
	if err != nil {
		return err
	}
	if looping {
		r.wait(ReasonLoopGuard)
		return nil
	}
	reply, err := r.asking.Answer(ctx, tx, r.in.Body)
	if err != nil {
		return fmt.Errorf("ask the bot about text %s: %w", r.in.SID, err)
	}
	r.thought = &reply
	return r.follow(reply)
}
