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

// arrival is a text on its way to whoever answers it.
type arrival struct {
	in           Inbound
	number       Number
	contact      audience.Contact
	campaign     *Campaign // the active campaign it belongs to, nil for unsolicited
	policy       Policy    // what governs the conversation now
	conversation Conversation
	id           MessageID
	fresh        bool // the conversation begins with this text
	first        bool // the person's first text in this conversation
}

// route finds where a text belongs: the active campaign that texted this person last from this number
// (AR14, AR15), else the person's thread with the number (AR9).
func route(ctx context.Context, tx *postgres.Tx, in Inbound) (*arrival, error) {
	r := &arrival{in: in}
	var err error
	r.number, err = postgres.Row[Number](ctx, tx, numberSQL+` and n.phone = @phone`, postgres.Args{"phone": in.To})
	if errors.Is(err, postgres.ErrNotFound) {
		return nil, ErrNoNumber
	}
	if err != nil {
		return nil, fmt.Errorf("find the number of text %s: %w", in.SID, err)
	}
	if r.contact, err = audience.Meet(ctx, tx, in.From); err != nil {
		return nil, err
	}
	if r.campaign, err = lastCampaign(ctx, tx, r.number.ID, r.contact.ID); err != nil {
		return nil, err
	}
	return r, r.findPolicy(ctx, tx)
}

// lastCampaign is the active campaign that texted the person last from the number, held so that it
// cannot be archived before this text is in its place.
func lastCampaign(ctx context.Context, tx *postgres.Tx, number NumberID, contact audience.ContactID) (*Campaign, error) {
	ids, err := postgres.Values[CampaignID](ctx, tx, `
		select c.id
		from campaign c
		where c.org_id = @org and c.state in ('sending', 'active') and c.id = (
			select m.campaign_id
			from message m
			join campaign k on k.org_id = @org and k.id = m.campaign_id and k.state in ('sending', 'active')
			where m.org_id = @org and m.number_id = @number and m.contact_id = @contact and m.author = 'campaign'
				and m.state not in ('queued', 'skipped', 'cancelled')
			order by m.id desc
			limit 1)
		for share`, postgres.Args{"number": number, "contact": contact})
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	c, err := postgres.Row[Campaign](ctx, tx, campaignSQL+` and c.id = @campaign`, postgres.Args{"campaign": ids[0]})
	if err != nil {
		return nil, fmt.Errorf("read campaign %d: %w", ids[0], err)
	}
	return &c, nil
}

// findPolicy reads the policy that governs: the campaign's while it is active, else the number's. A
// provisioned number has none of its own and falls back to an agent of its office.
func (r *arrival) findPolicy(ctx context.Context, tx *postgres.Tx) (err error) {
	switch {
	case r.campaign != nil:
		r.policy, err = policy(ctx, tx, r.campaign.PolicyID)
	case r.number.PolicyID != nil:
		r.policy, err = policy(ctx, tx, *r.number.PolicyID)
	}
	return err
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

// open finds or begins the conversation and holds its row, so that a person and the bot never answer
// the same text (CV13).
func (r *arrival) open(ctx context.Context, tx *postgres.Tx) error {
	id, err := r.openID(ctx, tx)
	if err != nil {
		return fmt.Errorf("open the conversation of text %s: %w", r.in.SID, err)
	}
	r.conversation, err = postgres.Row[Conversation](ctx, tx, conversationSQL+` and v.id = @conversation`, postgres.Args{"conversation": id})
	if err != nil {
		return fmt.Errorf("read conversation %d: %w", id, err)
	}
	return r.countArrival(ctx, tx)
}

// openID is the conversation the text belongs to. Somebody who still waits since a campaign that was
// archived goes on in that conversation, so that nobody waits twice.
func (r *arrival) openID(ctx context.Context, tx *postgres.Tx) (ConversationID, error) {
	if r.campaign == nil {
		waiting, err := postgres.Values[ConversationID](ctx, tx, `
			select id from conversation
			where org_id = @org and number_id = @number and contact_id = @contact and waiting_since is not null
			order by waiting_since
			limit 1
			for update`, postgres.Args{"number": r.number.ID, "contact": r.contact.ID})
		if err != nil || len(waiting) > 0 {
			return append(waiting, 0)[0], err
		}
	}
	type opened struct {
		ID      ConversationID
		Fresh   bool
		Replied bool
	}
	args := postgres.Args{"contact": r.contact.ID, "number": r.number.ID, "campaign": nil, "office": r.number.OfficeID, "mode": AgentMode}
	conflict := `(org_id, number_id, contact_id) where campaign_id is null`
	if r.policy.Mode != "" {
		args["mode"] = r.policy.Mode
	}
	if r.campaign != nil {
		args["campaign"], args["office"] = r.campaign.ID, r.campaign.OfficeID
		conflict = `(org_id, campaign_id, contact_id) where campaign_id is not null`
	}
	o, err := postgres.Row[opened](ctx, tx, `
		insert into conversation (org_id, contact_id, number_id, campaign_id, office_id, mode, last_author)
		values (@org, @contact, @number, @campaign, @office, @mode, 'contact')
		on conflict `+conflict+` do update set replied = conversation.replied
		returning id, xmax = 0 as fresh, replied`, args)
	r.fresh, r.first = o.Fresh, err == nil && !o.Replied
	return o.ID, err
}

func (r *arrival) countArrival(ctx context.Context, tx *postgres.Tx) error {
	if r.first {
		_, err := tx.Exec(ctx, `
			update conversation set replied = true where org_id = @org and id = @conversation`,
			postgres.Args{"conversation": r.conversation.ID})
		if err != nil {
			return fmt.Errorf("note the reply in conversation %d: %w", r.conversation.ID, err)
		}
	}
	c := counts{}
	if r.fresh {
		c.Conversations = 1
	}
	if r.first {
		c.Replied = 1
	}
	return tally(ctx, tx, r.conversation.CampaignID, c)
}

// handle does what the text asks for: consent first, then the policy.
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

// say queues a text to the person; an empty one is silence.
func (r *arrival) say(ctx context.Context, tx *postgres.Tx, author Author, body string) error {
	if body == "" {
		return nil
	}
	_, err := queue(ctx, tx, outgoing{conversation: r.conversation, author: author, body: body, inReplyTo: r.id})
	return err
}

// converse lets the policy decide who answers.
func (i *Intake) converse(ctx context.Context, tx *postgres.Tx, r *arrival) error {
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
	reply, err := i.answer.Answer(ctx, tx, knowledge.Question{Office: r.conversation.OfficeID, Text: r.in.Body})
	if err != nil {
		return fmt.Errorf("ask the bot about text %s: %w", r.in.SID, err)
	}
	if err := r.remember(ctx, tx, reply); err != nil {
		return err
	}
	return r.follow(ctx, tx, reply)
}

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
	policy := r.policy.ID
	if policy == 0 {
		return nil // an archived campaign's provisioned number: kept, no queue (AP3)
	}
	touched, err := tx.Exec(ctx, `
		update conversation
		set waiting_since = app_now(), waiting_reason = @reason, waiting_policy_id = @policy
		where org_id = @org and id = @conversation and waiting_since is null`,
		postgres.Args{"conversation": r.conversation.ID, "reason": reason, "policy": policy})
	if err != nil {
		return fmt.Errorf("raise needs attention in conversation %d: %w", r.conversation.ID, err)
	}
	return tally(ctx, tx, r.conversation.CampaignID, counts{Waiting: int(touched)})
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
		insert into bot_decision (org_id, message_id, kind, answer_id, closest, confidence, threshold, text, campaign_id)
		values (@org, @message, @kind, nullif(@answer, 0), @closest, @confidence, @threshold, @text, @campaign)`,
		postgres.Args{"message": r.id, "kind": reply.Kind, "answer": max(reply.AnswerID, reply.ClosestID), "closest": closest,
			"confidence": reply.Confidence, "threshold": reply.Threshold, "text": r.in.Body, "campaign": r.conversation.CampaignID})
	if err != nil {
		return fmt.Errorf("keep what the bot thought of text %s: %w", r.in.SID, err)
	}
	return nil
}
