package outreach

import (
	"context"
	"errors"
	"fmt"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/knowledge"
	"parley/internal/postgres"
)

// arrival is a text on its way to whoever answers it. What it changes is gathered here and written once,
// when all is decided: it goes to the database in one piece, and the rows that others wait for are held for
// a moment only.
type arrival struct {
	in       Inbound
	number   receiver
	contact  audience.Contact
	campaign *running // the campaign it belongs to, nil for unsolicited
	rule     rule     // what governs the conversation now

	conversation Conversation // what the rules ask of it, but for its place in lists
	was          opened
	begun        bool // the conversation is written
	id           MessageID

	asking  knowledge.Asking        // the bot, if it is its turn; nil if it was not asked yet
	looping *postgres.Pending[bool] // whether the bot has answered too often

	thought *knowledge.Reply
	said    Answer // to a yes or no question, empty if nothing
	replies []outgoing
	raised  Reason // needs attention from now on, empty if not
	counts  counts
}

// receiver is the number that was texted, as far as routing needs it.
type receiver struct {
	ID        NumberID
	Kind      Kind
	OfficeID  account.OfficeID
	Releasing bool
	rule
}

// silent says whether nobody answers and nobody is asked: the text is kept, and what it says about
// consent counts.
func (r *arrival) silent() bool { return r.rule.PolicyID == 0 }

// open finds the conversation and holds its row, so that a person and the bot never answer the same text
// (CV13); one that begins is written at the end. Somebody who still waits in an archived campaign's
// conversation goes on waiting in their thread with the number, so that nobody waits twice.
func (r *arrival) open(ctx context.Context, tx *postgres.Tx) error {
	p := opening{Number: r.number.ID, Contact: r.contact.ID, Office: r.number.OfficeID, Mode: r.rule.Mode, Author: ByContact}
	var waits []wait
	if r.campaign != nil {
		p.Campaign, p.Office = &r.campaign.ID, r.campaign.OfficeID
	} else {
		err := p.hold(ctx, tx)
		if err != nil {
			return err
		}
		if waits, err = leftWaiting(ctx, tx, p); err != nil {
			return err
		}
	}
	if err := r.find(ctx, tx, p, waits); err != nil {
		return err
	}
	if len(waits) > 0 {
		err := handOver(ctx, tx, waits, r.was.ID)
		if err != nil {
			return err
		}
		r.was.HandedOver = true
		r.conversation, err = conversationByID(ctx, tx, r.was.ID)
		return err
	}
	r.conversation = Conversation{ID: r.was.ID, ContactID: p.Contact, Phone: r.contact.Phone, NumberID: p.Number, NumberKind: r.number.Kind,
		CampaignID: p.Campaign, OfficeID: r.was.OfficeID, Mode: r.was.Mode, WaitingSince: r.was.WaitingSince, WaitingReason: r.was.WaitingReason}
	return nil
}

// find is opening.find, but that a conversation begins where none is, at once if waits are to be handed
// over to it.
func (r *arrival) find(ctx context.Context, tx *postgres.Tx, p opening, waits []wait) (err error) {
	if len(waits) > 0 {
		r.begun = true
		r.was, err = p.open(ctx, tx)
		return err
	}
	r.was, err = p.find(ctx, tx)
	switch {
	case errors.Is(err, postgres.ErrNotFound):
		r.was = opened{Fresh: true, OfficeID: p.Office, Mode: p.begins()}
		return nil
	case err != nil:
		return fmt.Errorf("find the conversation of contact %d on number %d: %w", p.Contact, p.Number, err)
	}
	r.begun = true
	return nil
}

// read reads, now that the conversation is held, what the answer may depend on, and names what will be
// written: of two texts of one conversation, the later has the greater id. One that begins is held by
// nobody; of two texts that begin it, one is refused, and taken again.
func (r *arrival) read(ctx context.Context, tx *postgres.Tx, bot Answerer) error {
	type names struct {
		Text         MessageID
		Conversation ConversationID
	}
	naming := postgres.AskRow[names](tx, "name text "+r.in.SID, postgres.Statement{SQL: `
		select nextval('message_id_seq') as text, case when @begins then nextval('conversation_id_seq') else 0 end as conversation`,
		Args: postgres.Args{"begins": !r.begun}})
	if r.isForBot() {
		r.ask(tx, bot)
	}
	consent, err := audience.ConsentOf(ctx, tx, r.in.From)
	if err != nil {
		return err
	}
	r.conversation.OptedOut, r.conversation.Held = consent == audience.OptedOut, consent == audience.Held
	named, err := naming.Wait(ctx)
	if err != nil {
		return err
	}
	r.id = named.Text
	if !r.begun {
		r.conversation.ID = named.Conversation
	}
	return nil
}

// isForBot says whether the bot is to answer, as far as is known before the text has been read.
func (r *arrival) isForBot() bool {
	if r.campaign != nil && r.campaign.ContentType == YesNo {
		return false // unless a colleague has written
	}
	return !r.silent() && !r.conversation.Waiting() && r.conversation.Mode == BotMode && r.in.Body != ""
}

// ask reads ahead what the bot has to know.
func (r *arrival) ask(tx *postgres.Tx, bot Answerer) {
	r.looping = r.askLoop(tx)
	r.asking = bot.Ask(tx, r.conversation.OfficeID, knowledge.Thread{Number: int64(r.number.ID), Contact: int64(r.contact.ID)})
}

// shown is the text as a list shows it, or what came instead of words.
func (r *arrival) shown() string {
	if r.in.Body == "" && len(r.in.Media) > 0 {
		return "Sent a picture or file"
	}
	return r.in.Body
}

// wait raises needs attention in the inboxes of the policy. What waits already keeps its reason and
// its since-when; to a late reply nobody is called (AP3).
func (r *arrival) wait(reason Reason) {
	if r.silent() || r.raised != "" || r.conversation.Waiting() {
		return
	}
	r.raised = reason
	r.counts.Waiting++
	if !r.was.HandedOver {
		r.counts.HandedOver++
	}
}

// say has a text sent to the person; an empty one is silence. To a late reply nothing is said (AP3).
func (r *arrival) say(author Author, body string) {
	if body == "" || r.silent() {
		return
	}
	r.replies = append(r.replies, outgoing{conversation: r.conversation, author: author, body: body, inReplyTo: r.id})
}

// begin writes a conversation that begins before what changes the person's consent, so that locks are
// taken in one order: conversation, person, texts.
func (r *arrival) begin(ctx context.Context, tx *postgres.Tx) error {
	if r.begun {
		return nil
	}
	r.begun = true
	s := r.beginning()
	if _, err := tx.Exec(ctx, s.SQL, s.Args); err != nil {
		return fmt.Errorf("begin conversation %d: %w", r.conversation.ID, err)
	}
	return nil
}

// save writes what the text has changed.
func (r *arrival) save(tx *postgres.Tx) {
	note := r.beginning
	if r.begun {
		note = r.change
	}
	tx.Later(fmt.Sprintf("note the text in conversation %d", r.conversation.ID), note())
	tx.Later("store text "+r.in.SID, r.text())
	if r.thought != nil {
		tx.Later("keep what the bot thought of text "+r.in.SID, r.decision())
	}
	for _, o := range r.replies {
		tx.Later(fmt.Sprintf("queue a text in conversation %d", r.conversation.ID), o.statement())
		tx.Publish(QueueTopic)
	}
	if r.was.HandedOver {
		tx.Later(fmt.Sprintf("tell who takes part in conversation %d", r.conversation.ID), postgres.Statement{SQL: `
			update participant set last_at = app_now() where org_id = @org and conversation_id = @conversation`,
			Args: postgres.Args{"conversation": r.conversation.ID}})
	}
	if r.was.Fresh {
		r.counts.Conversations++
	}
	if !r.was.Replied {
		r.counts.Replied++
	}
	// The counts come first, as where a STOP has moved texts between them: their slots are shared by
	// transactions, which would wait for each other in a ring.
	tally(tx, r.conversation.CampaignID, r.counts)
	if !r.was.Replied {
		countResponse(tx, r.conversation.CampaignID)
	}
	announce(tx, r.conversation)
}

// text writes the text.
func (r *arrival) text() postgres.Statement {
	return postgres.Statement{SQL: `
		insert into message (org_id, id, contact_id, number_id, campaign_id, conversation_id, author, body, media, state, sid)
		values (@org, @id, @contact, @number, @campaign, @conversation, 'contact', @body, @media, 'received', @sid)`,
		Args: postgres.Args{"id": r.id, "contact": r.contact.ID, "number": r.number.ID, "campaign": r.conversation.CampaignID,
			"conversation": r.conversation.ID, "body": r.in.Body, "media": r.in.Media, "sid": r.in.SID}}
}

// beginning writes the conversation as the text leaves it.
func (r *arrival) beginning() postgres.Statement {
	c, args := r.conversation, r.state()
	args["contact"], args["number"], args["campaign"], args["office"], args["mode"] = c.ContactID, c.NumberID, c.CampaignID, c.OfficeID, c.Mode
	return postgres.Statement{SQL: `
		insert into conversation (org_id, id, contact_id, number_id, campaign_id, office_id, mode, last_author, preview, replied,
			answer, handed_over, waiting_since, waiting_reason, waiting_policy_id)
		values (@org, @conversation, @contact, @number, @campaign, @office, @mode, @author, @preview, true,
			nullif(@said::text, ''), @raised::text <> '', case when @raised::text <> '' then app_now() end, nullif(@raised::text, ''),
			case when @raised::text <> '' then @policy::bigint end)`, Args: args}
}

// change writes what the text changes of a conversation that had begun.
func (r *arrival) change() postgres.Statement {
	return postgres.Statement{SQL: `
		update conversation
		set replied = true, last_at = app_now(), last_author = @author, preview = @preview,
			answer = coalesce(nullif(@said::text, ''), answer), handed_over = handed_over or @raised::text <> '',
			waiting_since = case when @raised::text = '' then waiting_since else app_now() end,
			waiting_reason = case when @raised::text = '' then waiting_reason else @raised::text end,
			waiting_policy_id = case when @raised::text = '' then waiting_policy_id else @policy end
		where org_id = @org and id = @conversation`, Args: r.state()}
}

// state are the arguments of what a text changes: its newest text is the last reply, if there is one.
func (r *arrival) state() postgres.Args {
	author, body := ByContact, r.shown()
	if n := len(r.replies); n > 0 {
		author, body = r.replies[n-1].author, r.replies[n-1].body
	}
	return postgres.Args{"conversation": r.conversation.ID, "author": author, "preview": preview(body),
		"said": r.said, "raised": r.raised, "policy": r.rule.PolicyID}
}
