package outreach

import (
	"context"
	"fmt"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
)

// typingFor is how long somebody counts as writing after they last typed; pages tell every few seconds.
const typingFor = 8 * time.Second

// ReplyingTopic is the topic of events about who is writing an answer in a conversation.
func ReplyingTopic(id ConversationID) string { return fmt.Sprintf("replying:%d", id) }

// Typing notes that the actor is writing an answer, for the colleagues who have the conversation open
// (CV15). It stops by itself.
func (d Desk) Typing(ctx context.Context, id ConversationID) error {
	if err := d.actor.May(account.Answer); err != nil {
		return err
	}
	return d.org(ctx, func(tx *postgres.Tx) error {
		if _, err := d.conversation(ctx, tx, id); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `
			insert into replying (org_id, conversation_id, user_id, until)
			values (@org, @conversation, @user, app_now() + make_interval(secs => @secs))
			on conflict (org_id, conversation_id, user_id) do update set until = excluded.until`,
			postgres.Args{"conversation": id, "user": d.actor.User, "secs": typingFor.Seconds()})
		if err != nil {
			return fmt.Errorf("note who replies in conversation %d: %w", id, err)
		}
		tx.Publish(ReplyingTopic(id))
		return nil
	})
}

// WhoReplies are the names of the colleagues who are writing an answer now.
func (d Desk) WhoReplies(ctx context.Context, id ConversationID) (names []string, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		if _, err := d.conversation(ctx, tx, id); err != nil {
			return err
		}
		names, err = postgres.Values[string](ctx, tx, `
			select u.name
			from replying r
			join app_user u on u.org_id = @org and u.id = r.user_id
			where r.org_id = @org and r.conversation_id = @conversation and r.user_id <> @user and r.until > app_now()
			order by u.name`, postgres.Args{"conversation": id, "user": d.actor.User})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read who replies in conversation %d: %w", id, err)
	}
	return names, nil
}

// WhoRepliesIn are the names of the colleagues who are writing an answer now in any of these
// conversations, which are ones that the actor has been shown. Most have no entry.
func (d Desk) WhoRepliesIn(ctx context.Context, ids []ConversationID) (who map[ConversationID][]string, err error) {
	type writer struct {
		ConversationID ConversationID
		Name           string
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		writers, err := postgres.Rows[writer](ctx, tx, `
			select r.conversation_id, u.name
			from replying r
			join app_user u on u.org_id = @org and u.id = r.user_id
			where r.org_id = @org and r.conversation_id = any (@ids::bigint[]) and r.user_id <> @user and r.until > app_now()
			order by u.name`, postgres.Args{"ids": ids, "user": d.actor.User})
		who = map[ConversationID][]string{}
		for _, w := range writers {
			who[w.ConversationID] = append(who[w.ConversationID], w.Name)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read who replies in %d conversations: %w", len(ids), err)
	}
	return who, nil
}

// stopTyping ends what Typing noted, once the answer is sent.
func (d Desk) stopTyping(ctx context.Context, tx *postgres.Tx, id ConversationID) error {
	_, err := tx.Exec(ctx, `
		delete from replying
		where org_id = @org and conversation_id = @conversation and (user_id = @user or until < app_now())`,
		postgres.Args{"conversation": id, "user": d.actor.User})
	if err != nil {
		return fmt.Errorf("note who replied in conversation %d: %w", id, err)
	}
	tx.Publish(ReplyingTopic(id))
	return nil
}
