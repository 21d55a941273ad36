package knowledge

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/account"
	"parley/internal/postgres"
)

var texters atomic.Int64

// texted stores a text of a new person to an office with what the bot thinks of it, as an arriving
// text does, and names it.
func (o *org) texted(office account.OfficeID, text string) TextID {
	o.t.Helper()
	return o.textedBy(o.conversation(office), office, text)
}

func (o *org) conversation(office account.OfficeID) int64 {
	o.t.Helper()
	n := texters.Add(1)
	var id int64
	err := o.db.Org(o.t.Context(), o.id, func(tx *postgres.Tx) (err error) {
		id, err = postgres.Value[int64](o.t.Context(), tx, `
			with policy as (
				insert into response_policy (org_id) values (@org) returning id
			), number as (
				insert into phone_number (org_id, phone, kind, office_id, policy_id)
				select @org, @number, 'reusable', @office, id from policy
				returning id
			), person as (
				insert into contact (org_id, phone) values (@org, @phone) returning id
			)
			insert into conversation (org_id, contact_id, number_id, office_id, mode, last_author)
			select @org, person.id, number.id, @office, 'bot', 'contact' from number, person
			returning id`, postgres.Args{"office": office, "number": fmt.Sprintf("+1208556%04d", n), "phone": fmt.Sprintf("+1541555%04d", n)})
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return id
}

func (o *org) thread(conversation int64) (thread Thread) {
	o.t.Helper()
	err := o.db.Org(o.t.Context(), o.id, func(tx *postgres.Tx) (err error) {
		thread, err = postgres.Row[Thread](o.t.Context(), tx, `
			select number_id as number, contact_id as contact from conversation where org_id = @org and id = @conversation`,
			postgres.Args{"conversation": conversation})
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return thread
}

func (o *org) textedBy(conversation int64, office account.OfficeID, text string) TextID {
	o.t.Helper()
	var id TextID
	thread := o.thread(conversation)
	err := o.db.Org(o.t.Context(), o.id, func(tx *postgres.Tx) (err error) {
		r, err := o.library.Ask(tx, office, thread).Answer(o.t.Context(), tx, text)
		if err != nil {
			return err
		}
		id, err = postgres.Value[TextID](o.t.Context(), tx, `
			with arrived as (
				insert into message (org_id, contact_id, number_id, conversation_id, author, body, state)
				select @org, contact_id, number_id, id, 'contact', @text, 'received'
				from conversation
				where org_id = @org and id = @conversation
				returning id
			)
			insert into bot_decision (org_id, message_id, kind, answer_id, confidence, threshold, text, office_id, offered)
			select @org, id, @kind, nullif(@answer, 0), @confidence, @threshold, @text, @office, coalesce(@offered::bigint[], '{}') from arrived
			returning message_id`, postgres.Args{"conversation": conversation, "text": text, "kind": r.Kind, "office": office,
			"answer": max(r.AnswerID, r.ClosestID), "confidence": r.Confidence, "threshold": r.Threshold, "offered": r.Offered})
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return id
}

func (o *org) review(f ReviewFilter) Queue {
	o.t.Helper()
	q, err := o.Review(o.t.Context(), f)
	if err != nil {
		o.t.Fatal(err)
	}
	return q
}

func (o *org) toReview(d Desk) int {
	o.t.Helper()
	n, err := d.CountToReview(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return n
}

func TestWhatTheBotDidNotKnowIsTaughtWithOneClick(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	parking, _, _ := o.teachCampus()
	aid := o.office("Aid")
	first, second := o.texted(aid, "can my llama come to campus"), o.texted(aid, "Can my llama come to CAMPUS?")
	o.texted(aid, "do you sell umbrellas")
	o.texted(aid, "where do i park")
	if n := o.toReview(o.Desk); n != 3 {
		t.Errorf("%d to review, want 3", n)
	}
	q := o.review(ReviewFilter{})
	if q.Texts != 3 || q.Total != 2 || q.Groups[0].People != 2 || q.Groups[0].Question != "Can my llama come to CAMPUS?" || q.Groups[0].Known {
		t.Fatalf("got %+v", q)
	}
	if diff := cmp.Diff([]TextID{second, first}, q.Groups[0].Texts); diff != "" {
		t.Errorf("texts: %s", diff)
	}
	if len(q.Groups[0].Suggested) == 0 || len(q.Groups[0].Suggested) > 3 {
		t.Errorf("suggested %+v", q.Groups[0].Suggested)
	}
	err := o.Teach(t.Context(), Lesson{Texts: q.Groups[0].Texts, Question: q.Groups[0].Question, Answer: parking})
	if err != nil {
		t.Fatal(err)
	}
	if r := o.ask("can my llama come to campus"); r.AnswerID != parking {
		t.Errorf("the next person gets %+v", r)
	}
	if v := o.answer(parking).Variants; v[len(v)-1] != (Variant{"Can my llama come to CAMPUS?", FromConversation}) {
		t.Errorf("variants %+v", v)
	}
	if q := o.review(ReviewFilter{}); q.Texts != 1 || q.Groups[0].Question != "do you sell umbrellas" {
		t.Errorf("left: %+v", q)
	}
	if err := o.Dismiss(t.Context(), o.review(ReviewFilter{}).Groups[0].Texts); err != nil {
		t.Fatal(err)
	}
	if n := o.toReview(o.Desk); n != 0 {
		t.Errorf("%d to review after all was done", n)
	}
}

func TestANewAnswerSettlesItsTexts(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	aid := o.office("Aid")
	llama := o.texted(aid, "can my llama come to campus")
	o.save(Draft{Title: "Can my llama come?", Text: "Yes.", Enabled: true, Variants: "can my llama come to campus", Settles: []TextID{llama}})
	if n := o.toReview(o.Desk); n != 0 {
		t.Errorf("%d to review", n)
	}
}

func TestTheQueueIsForThoseWhoTeachTheOffice(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	aid, housing := o.office("Aid"), o.office("Housing")
	o.texted(aid, "can my llama come")
	theirs := o.texted(housing, "do you sell umbrellas")
	manager := o.as(account.Manager, aid)
	q, err := manager.Review(t.Context(), ReviewFilter{})
	if err != nil || q.Texts != 1 || o.toReview(manager) != 1 {
		t.Errorf("a manager of Aid: %+v, %v", q, err)
	}
	if err := manager.Dismiss(t.Context(), []TextID{theirs}); err != nil || o.toReview(o.Desk) != 2 {
		t.Errorf("a manager of Aid dismissed Housing's text: %v", err)
	}
	agent := o.as(account.Agent, aid)
	if _, err := agent.Review(t.Context(), ReviewFilter{}); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("an agent reviews: %v", err)
	}
	for name, err := range map[string]error{
		"teach":   agent.Teach(t.Context(), Lesson{Question: "x", Answer: 1}),
		"dismiss": agent.Dismiss(t.Context(), []TextID{theirs}),
		"clarify": o.as(account.Manager).SetClarify(t.Context(), true),
	} {
		if !errors.Is(err, account.ErrForbidden) {
			t.Errorf("%s: %v, want forbidden", name, err)
		}
	}
	if n := o.toReview(agent); n != 0 {
		t.Errorf("an agent has %d to review", n)
	}
	if q := o.review(ReviewFilter{Office: housing}); q.Texts != 1 {
		t.Errorf("of Housing: %+v", q)
	}
}
