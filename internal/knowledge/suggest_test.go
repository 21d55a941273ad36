package knowledge

import (
	"testing"

	"parley/internal/account"
	"parley/internal/postgres"
)

// waits marks that a person owes a conversation an answer to what was texted since a text.
func (o *org) waits(since TextID) {
	o.t.Helper()
	o.exec(`
		update conversation c
		set waiting_since = m.created_at, waiting_reason = 'idk', waiting_policy_id = n.policy_id
		from message m, phone_number n
		where c.org_id = @org and m.org_id = @org and n.org_id = @org and m.id = @text and c.id = m.conversation_id and n.id = c.number_id`,
		postgres.Args{"text": since})
}

// answered has an agent answer a conversation.
func (o *org) answered(conversation int64) {
	o.t.Helper()
	o.exec(`
		with answer as (
			insert into message (org_id, contact_id, number_id, conversation_id, author, body, state, segments)
			select @org, contact_id, number_id, id, 'agent', 'Yes.', 'delivered', 1 from conversation where org_id = @org and id = @conversation
		)
		update conversation set waiting_since = null, waiting_reason = null, waiting_policy_id = null where org_id = @org and id = @conversation`,
		postgres.Args{"conversation": conversation})
}

func (o *org) exec(sql string, args postgres.Args) {
	o.t.Helper()
	err := o.db.Org(o.t.Context(), o.id, func(tx *postgres.Tx) error {
		_, err := tx.Exec(o.t.Context(), sql, args)
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *org) suggest(d Desk, conversation int64) Suggested {
	o.t.Helper()
	s, err := d.Suggest(o.t.Context(), conversation)
	if err != nil {
		o.t.Fatal(err)
	}
	return s
}

// teachParking teaches two answers about one thing, so that the bot is unsure between them.
func (o *org) teachParking() (parking AnswerID) {
	o.t.Helper()
	parking, _, _ = o.teachCampus()
	o.teach("Where can I park at night?", "Lot D.", "parking at night\novernight parking\nmay i park until morning")
	return parking
}

func TestSuggestLeavesTheChoiceToAnAgent(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	parking := o.teachParking()
	aid := o.office("Aid")
	agent := o.as(account.Agent, aid)
	v := o.conversation(aid)
	asked := o.textedBy(v, aid, "so where would my old car go")
	if s := o.suggest(agent, v); s.Text != 0 {
		t.Errorf("where nobody waits: %+v", s)
	}
	o.waits(asked)
	s := o.suggest(agent, v)
	if s.Text != asked || !s.Newest || len(s.Answers) == 0 || len(s.Answers) > 3 || s.Answers[0].AnswerID != parking || s.Answers[0].Text != "Lot C is free all day." {
		t.Errorf("got %+v", s)
	}
	if s := o.suggest(o.as(account.Agent), v); s.Text != 0 {
		t.Errorf("to an agent of another office: %+v", s)
	}
	o.textedBy(v, aid, "thanks")
	if s := o.suggest(agent, v); s.Text != asked || s.Newest {
		t.Errorf("after thanks: %+v, want what is suggested for the question", s)
	}
	o.answered(v)
	if s := o.suggest(agent, v); s.Text != 0 {
		t.Errorf("once it is answered: %+v", s)
	}
}

func TestSuggestStaysQuiet(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	o.teachParking()
	aid := o.office("Aid")
	for name, texts := range map[string][]string{
		"no answer has a word of it":   {"qwxz brfk"},
		"small talk":                   {"hi"},
		"somebody may be in danger":    {"so where would my old car go", "i want to kill myself"},
		"danger, and a question since": {"i want to kill myself", "so where would my old car go"},
	} {
		v := o.conversation(aid)
		var first TextID
		for _, text := range texts {
			if id := o.textedBy(v, aid, text); first == 0 {
				first = id
			}
		}
		o.waits(first)
		if s := o.suggest(o.Desk, v); s.Text != 0 || len(s.Answers) > 0 {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

func TestSuggestAfterAWrongAnswer(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	parking := o.teachParking()
	aid := o.office("Aid")
	v := o.conversation(aid)
	text := o.textedBy(v, aid, "can i leave the car there")
	if err := o.Correct(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	s := o.suggest(o.Desk, v)
	for _, m := range s.Answers {
		if m.AnswerID == parking {
			t.Errorf("the wrong answer is suggested again: %+v", s)
		}
	}
	if s.Text != text || len(s.Answers) == 0 {
		t.Errorf("got %+v, want another answer to the text", s)
	}
	o.answered(v)
	if s := o.suggest(o.Desk, v); s.Text != 0 {
		t.Errorf("once it is answered: %+v", s)
	}
}
