package knowledge

import (
	"errors"
	"testing"

	"parley/internal/account"
)

func TestAnAgentsChoiceIsALabel(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	parking, fafsa, _ := o.teachCampus()
	aid := o.office("Aid")
	agent := o.as(account.Agent, aid)
	llama := o.texted(aid, "can my llama come to campus")
	if err := agent.Choose(t.Context(), Choice{Text: llama, Answer: parking}); err != nil {
		t.Fatal(err)
	}
	o.awaitLearning()
	if r := o.ask("can my llama come to campus"); r.AnswerID != parking || o.toReview(o.Desk) != 0 {
		t.Errorf("the next person gets %+v", r)
	}
	if err := agent.Choose(t.Context(), Choice{Text: llama, Answer: fafsa}); err != nil || len(o.answer(fafsa).Variants) != 6 {
		t.Errorf("chosen again, another: %v, %+v", err, o.answer(fafsa).Variants)
	}
	two := o.texted(aid, "where is my llama? and who feeds it?")
	if err := agent.Choose(t.Context(), Choice{Text: two, Answer: fafsa}); err != nil {
		t.Fatal(err)
	}
	if err := agent.Choose(t.Context(), Choice{Text: two, Answer: parking}); err != nil {
		t.Fatal(err)
	}
	q := o.review(ReviewFilter{})
	if q.Texts != 1 || len(q.Groups[0].Suggested) == 0 || q.Groups[0].Suggested[0].AnswerID != fafsa {
		t.Errorf("two questions are no variant: %+v", q)
	}
	if len(o.answer(fafsa).Variants) != 6 {
		t.Errorf("they became one: %+v", o.answer(fafsa).Variants)
	}
	if err := agent.Choose(t.Context(), Choice{Text: o.texted(aid, "where do i park"), Answer: fafsa}); err != nil {
		t.Errorf("a text that another answer has: %v", err)
	}
	if err := o.as(account.Agent).Choose(t.Context(), Choice{Text: llama, Answer: parking}); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("an agent of no office: %v, want not found", err)
	}
}

func TestAnEditedAnswerIsNotedAlone(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	parking, fafsa, _ := o.teachCampus()
	aid := o.office("Aid")
	agent := o.as(account.Agent, aid)
	llama := o.texted(aid, "can my llama come to campus")
	for range 2 {
		if err := agent.Choose(t.Context(), Choice{Text: llama, Answer: parking, Edited: true}); err != nil {
			t.Fatal(err)
		}
	}
	if err := agent.Choose(t.Context(), Choice{Text: llama, Answer: fafsa}); err != nil || len(o.answer(fafsa).Variants) != 6 {
		t.Errorf("a second choice: %v, %+v", err, o.answer(fafsa).Variants)
	}
	q := o.review(ReviewFilter{})
	if q.Texts != 1 || len(q.Groups[0].Suggested) == 0 || q.Groups[0].Suggested[0].AnswerID != parking || q.Groups[0].Suggested[0].Chosen != 1 {
		t.Errorf("got %+v, want it in the queue with the agent's choice first", q)
	}
	if n := len(o.answer(parking).Variants); n != 6 {
		t.Errorf("%d variants: it became one", n)
	}
	if chosen := o.audited("choose"); len(chosen) != 1 || chosen[0] != int64(llama) {
		t.Errorf("in the audit: %v, want one choice", chosen)
	}
}
