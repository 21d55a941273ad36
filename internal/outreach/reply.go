package outreach

import (
	"context"
	"fmt"
	"strings"
	"time"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Reply is an agent's answer as the form sends it.
type Reply struct {
	Body string
	Seen MessageID // the newest text on the agent's page
	Key  string    // a UUID made with the form: the same form twice is one text
}

// Reply sends an agent's answer: the conversation needs attention no more and is among the agent's
// Participating (CV6). It is refused when a colleague or the bot has answered since the page was made,
// so that both do not say the same (CV13, CV15); the text is not lost, the form still has it. What the
// person wrote since then goes on waiting. In an archived campaign on a reusable number the answer
// goes out as 1:1 (AR17); on a provisioned one it is refused (AP9).
func (d Desk) Reply(ctx context.Context, id ConversationID, r Reply) error {
	body, err := readBody(r.Body, "Type your answer.")
	if err != nil {
		return err
	}
	return d.change(ctx, id, func(tx *postgres.Tx, c Conversation) error {
		if err := d.mayReply(ctx, tx, c, r.Seen); err != nil {
			return err
		}
		v, err := carryOn(ctx, tx, c)
		if err != nil {
			return err
		}
		unseen, err := unseenSince(ctx, tx, v, r.Seen)
		if err != nil {
			return err
		}
		created, err := queue(ctx, tx, outgoing{conversation: v, author: ByAgent, user: d.actor.User, body: body, formKey: r.Key,
			answers: v.waitedBefore(unseen)})
		if err != nil || !created {
			return err
		}
		if err := involve(ctx, tx, v); err != nil {
			return err
		}
		if err := settleSeen(ctx, tx, v, unseen); err != nil {
			return err
		}
		if err := d.stopTyping(ctx, tx, id); err != nil {
			return err
		}
		announce(tx, v)
		return d.participate(ctx, tx, v)
	})
}

// Filled are texts with their merge fields filled in for the person of a conversation, as the bot would
// send them.
func (d Desk) Filled(ctx context.Context, id ConversationID, texts ...string) (filled []string, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		c, err := d.conversation(ctx, tx, id)
		if err != nil {
			return err
		}
		person, err := audience.Find(ctx, tx, c.Phone)
		if err != nil {
			return fmt.Errorf("read the person of conversation %d: %w", id, err)
		}
		for _, text := range texts {
			template, err := sms.ParseTemplate(text)
			if err != nil {
				return fmt.Errorf("fill in a text for conversation %d: %w", id, err)
			}
			body, _ := template.Render(person.MergeFields(), nil)
			filled = append(filled, body)
		}
		return nil
	})
	return filled, err
}

// readBody cleans a text that a person has typed and refuses what cannot be sent.
func readBody(typed, empty string) (string, error) {
	body := strings.TrimSpace(sms.Clean(typed))
	v := account.Invalid{}
	if body == "" {
		v.Add("body", empty)
	}
	if sms.Count(body).TooLong() {
		v.Add("body", fmt.Sprintf("This is too long. The longest text has %s characters.", count(sms.MaxBody)))
	}
	return body, v.Err()
}

// mayReply says why an answer may not go out.
func (d Desk) mayReply(ctx context.Context, tx *postgres.Tx, c Conversation, seen MessageID) error {
	if err := c.refuseClosed(); err != nil {
		return err
	}
	if c.OptedOut {
		return account.Conflict(d.nameOf(c) + " has opted out and may not be texted.")
	}
	if c.Held {
		return account.Conflict(d.nameOf(c) + " may have asked to opt out. Decide that first.")
	}
	if seen == 0 {
		return nil
	}
	others, err := postgres.Values[string](ctx, tx, `
		select coalesce(u.name, 'The bot')
		from message m
		left join app_user u on u.org_id = @org and u.id = m.user_id
		where m.org_id = @org and m.number_id = @number and m.contact_id = @contact and m.id > @seen
			and (m.author = 'agent' and m.user_id <> @user or m.author = 'bot' and not @waiting)
		order by m.id desc
		limit 1`, postgres.Args{"number": c.NumberID, "contact": c.ContactID, "seen": seen, "user": d.actor.User,
		"waiting": c.Waiting()}) // what the bot says to somebody who waits is no answer
	if err != nil {
		return fmt.Errorf("look for other answers in conversation %d: %w", c.ID, err)
	}
	if len(others) > 0 {
		return account.Conflict(others[0] + " has just answered. Read it, then send yours if it is still needed.")
	}
	return nil
}

// unseenSince is when the first text came, of a conversation that waits, that somebody who had read as
// far as seen does not know; nil: they know all.
func unseenSince(ctx context.Context, tx *postgres.Tx, c Conversation, seen MessageID) (*time.Time, error) {
	if !c.Waiting() || seen == 0 {
		return nil, nil
	}
	unseen, err := postgres.Value[*time.Time](ctx, tx, `
		select min(created_at)
		from message
		where org_id = @org and number_id = @number and contact_id = @contact and id > @seen and author = 'contact'`,
		postgres.Args{"number": c.NumberID, "contact": c.ContactID, "seen": seen})
	if err != nil {
		return nil, fmt.Errorf("look for unread texts in conversation %d: %w", c.ID, err)
	}
	return unseen, nil
}

// waitedBefore is since when the person had waited for an answer to what came before the unseen; nil:
// they had not.
func (c Conversation) waitedBefore(unseen *time.Time) *time.Time {
	if unseen != nil && c.Waiting() && !c.WaitingSince.Before(*unseen) {
		return nil
	}
	return c.WaitingSince
}

// settleSeen settles a conversation that was answered. What came unseen is not answered: it goes on
// waiting, since it came.
func settleSeen(ctx context.Context, tx *postgres.Tx, c Conversation, unseen *time.Time) error {
	if unseen == nil {
		return settle(ctx, tx, c)
	}
	_, err := tx.Exec(ctx, `
		update conversation set waiting_since = @since where org_id = @org and id = @conversation`,
		postgres.Args{"conversation": c.ID, "since": *unseen})
	if err != nil {
		return fmt.Errorf("keep conversation %d waiting: %w", c.ID, err)
	}
	return nil
}

func (d Desk) nameOf(c Conversation) string {
	if c.FirstName != "" {
		return c.FirstName
	}
	return c.Phone.Format(d.actor.OrgCountry)
}

func (d Desk) participate(ctx context.Context, tx *postgres.Tx, c Conversation) error {
	_, err := tx.Exec(ctx, `
		insert into participant (org_id, user_id, conversation_id)
		values (@org, @user, @conversation)
		on conflict (org_id, user_id, conversation_id) do update set last_at = app_now()`,
		postgres.Args{"user": d.actor.User, "conversation": c.ID})
	if err != nil {
		return fmt.Errorf("note who answered conversation %d: %w", c.ID, err)
	}
	return nil
}
