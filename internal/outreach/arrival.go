package outreach

import (
	"context"
	"fmt"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/postgres"
)

// arrival is a text on its way to whoever answers it. What it changes of its conversation and of the
// campaign's counts is gathered here and written once, when all is decided: the rows that others wait
// for are held for a moment only.
type arrival struct {
	in        Inbound
	number    receiver
	contact   audience.Contact
	campaign  *running // the campaign it belongs to, nil for unsolicited
	governing *postgres.Pending[Policy]
	policy    Policy // what governs the conversation now; the zero policy is silence
	mode      Mode   // of a conversation that begins

	conversation Conversation // what the rules ask of it, but for its place in lists
	was          opened
	id           MessageID

	raised Reason // needs attention from now on, empty if not
	said   Answer // to a yes or no question, empty if nothing
	last   lastly
	counts counts
}

// receiver is the number that was texted, as far as routing needs it.
type receiver struct {
	ID        NumberID
	Kind      Kind
	OfficeID  account.OfficeID
	PolicyID  *PolicyID
	Mode      Mode // of its policy
	Releasing bool
	Known     bool // the text is stored already
}

// lastly is the newest text of a conversation, as lists show it.
type lastly struct {
	author Author
	body   string
}

// silent says whether nobody answers and nobody is asked: the text is kept, and what it says about
// consent counts.
func (r *arrival) silent() bool { return r.policy.ID == 0 }

// open finds or begins the conversation and holds its row, so that a person and the bot never answer
// the same text (CV13). Somebody who still waits in an archived campaign's conversation goes on
// waiting in their thread with the number, so that nobody waits twice.
func (r *arrival) open(ctx context.Context, tx *postgres.Tx) (err error) {
	p := opening{Number: r.number.ID, Contact: r.contact.ID, Office: r.number.OfficeID, Mode: r.mode, Author: ByContact}
	var waits []wait
	if r.campaign != nil {
		p.Campaign, p.Office = &r.campaign.ID, r.campaign.OfficeID
	} else {
		if err := p.hold(ctx, tx); err != nil {
			return err
		}
		if waits, err = leftWaiting(ctx, tx, p); err != nil {
			return err
		}
	}
	if r.was, err = p.open(ctx, tx); err != nil {
		return err
	}
	if r.governing != nil {
		if r.policy, err = r.governing.Wait(ctx); err != nil {
			return err
		}
	}
	if len(waits) > 0 {
		if err := handOver(ctx, tx, waits, r.was.ID); err != nil {
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

// store writes the text, once its conversation is held: of two texts of one, the later has the greater
// id. It looks whether the person may be texted.
func (r *arrival) store(ctx context.Context, tx *postgres.Tx) error {
	storing := postgres.AskValue[MessageID](tx, "store text "+r.in.SID, postgres.Statement{SQL: `
		insert into message (org_id, contact_id, number_id, campaign_id, conversation_id, author, body, media, state, sid)
		values (@org, @contact, @number, @campaign, @conversation, 'contact', @body, @media, 'received', @sid)
		returning id`,
		Args: postgres.Args{"contact": r.contact.ID, "number": r.number.ID, "campaign": r.conversation.CampaignID,
			"conversation": r.conversation.ID, "body": r.in.Body, "media": r.in.Media, "sid": r.in.SID}})
	consent, err := audience.ConsentOf(ctx, tx, r.in.From)
	if err != nil {
		return err
	}
	r.conversation.OptedOut, r.conversation.Held = consent == audience.OptedOut, consent == audience.Held
	r.last = lastly{ByContact, r.shown()}
	r.id, err = storing.Wait(ctx)
	return err
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

// say queues a text to the person; an empty one is silence. To a late reply nothing is said (AP3).
func (r *arrival) say(tx *postgres.Tx, author Author, body string) {
	if body == "" || r.silent() {
		return
	}
	tx.Later(fmt.Sprintf("queue a text in conversation %d", r.conversation.ID),
		outgoing{conversation: r.conversation, author: author, body: body, inReplyTo: r.id}.statement())
	tx.Publish(QueueTopic)
	r.last = lastly{author, body}
}

// save writes what the text has changed.
func (r *arrival) save(tx *postgres.Tx) {
	tx.Later(fmt.Sprintf("note the text in conversation %d", r.conversation.ID), postgres.Statement{SQL: `
		update conversation
		set replied = true, last_at = app_now(), last_author = @author, preview = @preview,
			answer = coalesce(nullif(@said::text, ''), answer), handed_over = handed_over or @raised::text <> '',
			waiting_since = case when @raised::text = '' then waiting_since else app_now() end,
			waiting_reason = case when @raised::text = '' then waiting_reason else @raised::text end,
			waiting_policy_id = case when @raised::text = '' then waiting_policy_id else @policy end
		where org_id = @org and id = @conversation`,
		Args: postgres.Args{"conversation": r.conversation.ID, "author": r.last.author, "preview": preview(r.last.body),
			"said": r.said, "raised": r.raised, "policy": r.policy.ID}})
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
