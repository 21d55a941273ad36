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

// Choice is an answer that an agent has given to a text.
type Choice struct {
	Text   TextID
	Answer AnswerID
	Edited bool // in other words than its own
}

// Choose notes that an agent has answered a text with one of the suggested answers. That is a label:
// the text becomes a variant of the answer, with the source FromConversation, and leaves the review
// queue. Every agent may, since the answer itself stays as it is. What makes no good variant is noted
// alone and stays in the queue, the chosen answer first among those suggested there: an answer that had
// to be edited, more than one question, one word, a text that asks for a person or tells of danger, or
// one that another answer already has. The first choice for a text stands: choosing again changes nothing.
//
// It does not wait for the bot to learn, since the agent has other people to answer.
func (d Desk) Choose(ctx context.Context, c Choice) error {
	if err := d.actor.May(account.Answer); err != nil {
		return err
	}
	_, err := d.editAs(ctx, func(e *edit) error {
		words, err := d.label(ctx, e.tx, c)
		if err != nil || c.Edited || !teaches(words) {
			return err
		}
		err = e.addVariant(ctx, c.Answer, words)
		var rival account.Invalid
		if errors.As(err, &rival) {
			return nil
		}
		if err != nil {
			return err
		}
		return d.settle(ctx, e.tx, []TextID{c.Text})
	})
	return err
}

// label keeps the chosen answer with the bot's decision, if the bot was asked, and reads the text; of one
// for which another answer was chosen before, nothing.
func (d Desk) label(ctx context.Context, tx *postgres.Tx, c Choice) (string, error) {
	if _, err := readAnswer(ctx, tx, d.actor, c.Answer); err != nil {
		return "", err
	}
	type labelled struct {
		Body   string
		Known  bool // the bot was asked
		Chosen AnswerID
	}
	t, err := postgres.Row[labelled](ctx, tx, `
		select m.body, b.message_id is not null as known, coalesce(b.chosen_id, 0) as chosen
		from message m
		join conversation c on c.org_id = @org and c.id = m.conversation_id
		left join bot_decision b on b.org_id = @org and b.message_id = m.id
		where m.org_id = @org and m.id = @text and m.author = 'contact' and (@all or c.office_id = any (@offices::bigint[]))`,
		d.offices(postgres.Args{"text": c.Text}))
	if err != nil {
		return "", fmt.Errorf("read text %d: %w", c.Text, err)
	}
	switch {
	case t.Chosen != 0 && t.Chosen != c.Answer:
		return "", nil
	case t.Chosen != 0 || !t.Known:
		return t.Body, nil
	}
	_, err = tx.Exec(ctx, `update bot_decision set chosen_id = @id where org_id = @org and message_id = @text`,
		postgres.Args{"text": c.Text, "id": c.Answer})
	if err != nil {
		return "", fmt.Errorf("keep the answer chosen for text %d: %w", c.Text, err)
	}
	return t.Body, d.actor.Record(ctx, tx, account.Change{Verb: "choose", Subject: "message", SubjectID: int64(c.Text), Became: c.Answer})
}

// teaches says whether a text makes a good variant without anybody having looked at it.
func teaches(text string) bool {
	words := wording(text)
	return strings.Contains(words, " ") && utf8.RuneCountInString(text) <= maxVariant &&
		len(questionsOf(text)) < 2 && bot.ReadSignals(text) == (bot.Signals{})
}
