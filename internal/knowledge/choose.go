package knowledge

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"parley/internal/account"
	"parley/internal/bot"
	"parley/internal/postgres"
)

// Choose notes that an agent has answered a text with one of the suggested answers. That is a label:
// the text becomes a variant of the answer, with the source FromConversation, and leaves the review
// queue. Every agent may, since the answer itself stays as it is. What makes no good variant is noted
// alone and stays in the queue, the chosen answer first among those suggested there: more than one
// question, one word, a text that asks for a person or tells of danger, or one that another answer
// already has. Choosing twice changes nothing.
func (d Desk) Choose(ctx context.Context, text TextID, id AnswerID) error {
	if err := d.actor.May(account.Answer); err != nil {
		return err
	}
	return d.editAs(ctx, func(e *edit) error {
		words, err := d.label(ctx, e.tx, text, id)
		if err != nil || !teaches(words) {
			return err
		}
		err = e.addVariant(ctx, id, words)
		var rival account.Invalid
		if errors.As(err, &rival) {
			return nil
		}
		if err != nil {
			return err
		}
		return d.settle(ctx, e.tx, []TextID{text})
	})
}

// label keeps the chosen answer with the bot's decision, if the bot was asked, and reads the text.
func (d Desk) label(ctx context.Context, tx *postgres.Tx, text TextID, id AnswerID) (string, error) {
	if _, err := readAnswer(ctx, tx, d.actor, id); err != nil {
		return "", err
	}
	words, err := postgres.Value[string](ctx, tx, `
		select m.body
		from message m
		join conversation c on c.org_id = @org and c.id = m.conversation_id
		where m.org_id = @org and m.id = @text and m.author = 'contact' and (@all or c.office_id = any (@offices::bigint[]))`,
		d.offices(postgres.Args{"text": text}))
	if err != nil {
		return "", fmt.Errorf("read text %d: %w", text, err)
	}
	_, err = tx.Exec(ctx, `update bot_decision set chosen_id = @id where org_id = @org and message_id = @text`,
		postgres.Args{"text": text, "id": id})
	if err != nil {
		return "", fmt.Errorf("keep the answer chosen for text %d: %w", text, err)
	}
	return words, nil
}

// teaches says whether a text makes a good variant without anybody having looked at it.
func teaches(text string) bool {
	words := wording(text)
	return strings.Contains(words, " ") && utf8.RuneCountInString(text) <= maxVariant &&
		len(questionsOf(text)) < 2 && bot.ReadSignals(text) == (bot.Signals{})
}
