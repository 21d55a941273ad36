package knowledge

import (
	"errors"
	"testing"

	"parley/internal/account"
)

func TestAWrongAnswerIsReviewed(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	parking, _, _ := o.teachCampus()
	aid := o.office("Aid")
	text := o.texted(aid, "where do i park")
	agent := o.as(account.Agent, aid)
	for range 2 {
		if err := agent.Correct(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	q := o.review(ReviewFilter{})
	if q.Texts != 1 || q.Groups[0].Wrong != 1 || q.Groups[0].Near != parking || q.Groups[0].Known {
		t.Fatalf("got %+v", q)
	}
	for _, m := range q.Groups[0].Suggested {
		if m.AnswerID == parking {
			t.Error("the wrong answer is suggested")
		}
	}
	if uses, _, err := o.Lately(t.Context(), parking); err != nil || len(uses) != 1 || !uses[0].Wrong {
		t.Errorf("lately %+v, %v", uses, err)
	}
	if err := o.as(account.Agent).Correct(t.Context(), text); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("an agent of no office: %v, want not found", err)
	}
	if err := agent.Correct(t.Context(), o.texted(aid, "can my llama come")); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("an IDK is corrected: %v, want not found", err)
	}
}

func TestACorrectionIsWithdrawn(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	parking, _, _ := o.teachCampus()
	aid := o.office("Aid")
	agent := o.as(account.Agent, aid)
	text := o.texted(aid, "where do i park")
	if err := agent.Withdraw(t.Context(), text); err != nil || len(o.audited("withdraw")) != 0 {
		t.Errorf("what nobody has corrected: %v", err)
	}
	if err := agent.Correct(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := agent.Withdraw(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	if n := o.toReview(o.Desk); n != 0 {
		t.Errorf("%d to review", n)
	}
	if uses, _, err := o.Lately(t.Context(), parking); err != nil || uses[0].Wrong {
		t.Errorf("lately %+v, %v", uses, err)
	}
	if correct, withdraw := o.audited("correct"), o.audited("withdraw"); len(correct) != 1 || len(withdraw) != 1 || withdraw[0] != int64(text) {
		t.Errorf("in the audit: corrected %v, withdrawn %v", correct, withdraw)
	}
	if err := agent.Correct(t.Context(), text); err != nil {
		t.Fatal(err)
	}
	if err := o.Dismiss(t.Context(), []TextID{text}); err != nil {
		t.Fatal(err)
	}
	var late account.Conflict
	if err := agent.Withdraw(t.Context(), text); !errors.As(err, &late) {
		t.Errorf("once it is reviewed: %v, want a conflict", err)
	}
	if err := o.as(account.Agent).Withdraw(t.Context(), text); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("an agent of no office: %v, want not found", err)
	}
}
