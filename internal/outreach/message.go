package outreach

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Author says who wrote a text.
type Author string

// The authors of texts.
const (
	ByContact  Author = "contact"
	ByCampaign Author = "campaign"
	ByBot      Author = "bot"
	ByAgent    Author = "agent"
	// BySystem are texts about consent itself: help, and the confirmation of an opt-out that was asked
	// for in plain words. They go to opted-out people too.
	BySystem Author = "system"
)

// outgoing is a text to be queued in a conversation.
type outgoing struct {
	conversation Conversation
	author       Author
	user         account.UserID
	body         string
	inReplyTo    MessageID
	zone         string     // the person's time zones, whose quiet hours hold; empty for answers, which know none
	formKey      string     // empty, or the UUID of the form that sent it
	answers      *time.Time // since when the person had waited for it; nil: they did not
}

// statement writes a text that is to be sent now, unless its form has been sent before. It goes before
// those of campaigns.
func (o outgoing) statement() postgres.Statement {
	c := o.conversation
	return postgres.Statement{SQL: `
		insert into message (org_id, contact_id, number_id, campaign_id, conversation_id, author, user_id, body, segments,
			state, priority, due_at, zone, in_reply_to, form_key, waiting_since)
		values (@org, @contact, @number, @campaign, @conversation, @author, nullif(@user, 0), @body, @segments,
			'queued', 0, app_now(), @zone, nullif(@reply_to, 0), nullif(@form, '')::uuid, @waiting_since)
		on conflict (org_id, form_key) where form_key is not null do nothing`,
		Args: postgres.Args{"contact": c.ContactID, "number": c.NumberID, "campaign": c.CampaignID, "conversation": c.ID,
			"author": o.author, "user": o.user, "body": o.body, "segments": sms.Count(o.body).Segments,
			"zone": o.zone, "reply_to": o.inReplyTo, "form": o.formKey, "waiting_since": o.answers}}
}

// queue writes a text that is to be sent; created is false if the same form has been sent before.
func queue(ctx context.Context, tx *postgres.Tx, o outgoing) (created bool, err error) {
	c, s := o.conversation, o.statement()
	touched, err := tx.Exec(ctx, s.SQL, s.Args)
	if err != nil {
		return false, fmt.Errorf("queue a text in conversation %d: %w", c.ID, err)
	}
	if touched == 0 {
		return false, nil
	}
	tx.Publish(QueueTopic)
	return true, lastText(ctx, tx, c.ID, o.author, o.body)
}

// lastText notes the newest text of a conversation for the lists, also for those who take part in it.
func lastText(ctx context.Context, tx *postgres.Tx, id ConversationID, author Author, body string) error {
	_, err := tx.Exec(ctx, `
		with taking_part as (
			update participant set last_at = app_now() where org_id = @org and conversation_id = @conversation
		)
		update conversation
		set last_at = app_now(), last_author = @author, preview = @preview
		where org_id = @org and id = @conversation`,
		postgres.Args{"conversation": id, "author": author, "preview": preview(body)})
	if err != nil {
		return fmt.Errorf("note the last text of conversation %d: %w", id, err)
	}
	return nil
}

// previewLength is what fits into a row of a list, with room to spare.
const previewLength = 120

func preview(body string) string {
	runes := []rune(strings.Join(strings.Fields(body), " "))
	if len(runes) > previewLength {
		return string(runes[:previewLength]) + "…"
	}
	return string(runes)
}

// Text is one text of a transcript.
type Text struct {
	ID             MessageID
	Author         Author
	UserName       string // the agent
	CampaignTitle  string
	Body           string
	Media          []Media
	State          string // as message.state
	Reason         string
	ErrorCode      int
	CreatedAt      time.Time
	DecisionKind   string  // what the bot thought: of this text if it is inbound, for this text if it is the bot's
	Confidence     float64 // of that, 0 to 1
	Threshold      float64
	AnswerID       int64 // 0: none, or it was removed since
	ClosestToTitle string
	InReplyTo      MessageID // the text that the bot answers, 0: none
	Corrected      bool      // an agent has said that the bot's answer is none
	CorrectedBy    string    // their name
	Reviewed       bool      // somebody who teaches the bot has looked at it
}

// Happening is something that people did to a conversation, shown between its texts.
type Happening struct {
	At     time.Time
	Actor  string
	Verb   string
	Became string
}

// Transcript is a conversation with every text between the person and the number, oldest first: also
// those of other campaigns, since that is what the person sees.
type Transcript struct {
	Conversation Conversation
	Texts        []Text
	Happenings   []Happening
	More         bool // older texts exist
}

// transcriptPage is how many texts a page of a transcript holds.
const transcriptPage = 100

// Transcript reads the newest texts before the given one; 0 means the newest.
func (d Desk) Transcript(ctx context.Context, id ConversationID, before MessageID) (t Transcript, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		if t.Conversation, err = d.conversation(ctx, tx, id); err != nil {
			return err
		}
		if t.Texts, err = texting(ctx, tx, t.Conversation, before); err != nil {
			return err
		}
		if t.More = len(t.Texts) > transcriptPage; t.More {
			t.Texts = t.Texts[1:]
		}
		t.Happenings, err = postgres.Rows[Happening](ctx, tx, `
			select at, actor, verb, coalesce(became #>> '{}', '') as became
			from audit
			where org_id = @org and subject = 'conversation' and subject_id = @conversation
			order by id desc
			limit 100`, postgres.Args{"conversation": id})
		return err
	})
	return t, err
}

func texting(ctx context.Context, tx *postgres.Tx, c Conversation, before MessageID) ([]Text, error) {
	texts, err := postgres.Rows[Text](ctx, tx, `
			select m.id, m.author, coalesce(u.name, '') as user_name, coalesce(k.title, '') as campaign_title, m.body,
				m.media, m.state, m.reason, coalesce(m.error_code, 0) as error_code, m.created_at,
				coalesce(b.kind, '') as decision_kind, coalesce(b.confidence, 0)::float8 as confidence,
				coalesce(b.threshold, 0)::float8 as threshold, coalesce(a.id, 0) as answer_id,
				coalesce(b.closest, '') as closest_to_title, coalesce(m.in_reply_to, 0) as in_reply_to,
				b.corrected_at is not null as corrected, coalesce(w.name, '') as corrected_by, b.reviewed_at is not null as reviewed
			from message m
			left join app_user u on u.org_id = @org and u.id = m.user_id
			left join campaign k on k.org_id = @org and k.id = m.campaign_id
			left join bot_decision b on b.org_id = @org
				and b.message_id = case m.author when 'bot' then m.in_reply_to else m.id end
			left join answer a on a.org_id = @org and a.id = b.answer_id
			left join app_user w on w.org_id = @org and w.id = b.corrected_by
			where m.org_id = @org and m.number_id = @number and m.contact_id = @contact
				and (@before = 0 or m.id < @before)
				and m.state not in ('skipped', 'cancelled')
			order by m.id desc
			limit @limit`,
		postgres.Args{"number": c.NumberID, "contact": c.ContactID, "before": before, "limit": transcriptPage + 1})
	if err != nil {
		return nil, fmt.Errorf("read the texts of conversation %d: %w", c.ID, err)
	}
	slices.Reverse(texts)
	return texts, nil
}
