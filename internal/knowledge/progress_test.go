package knowledge

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestProgressCountsTheQuestionsOfAWeek(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	o.teachCampus()
	aid := o.office("Aid")
	o.texted(aid, "thanks")
	right, wrong := o.texted(aid, "where do i park"), o.texted(aid, "library hours")
	o.texted(aid, "can my llama come")
	o.texted(aid, "let me talk to a human")
	if err := o.Correct(t.Context(), wrong); err != nil || right == wrong {
		t.Fatal(err)
	}
	weeks, err := o.Progress(t.Context(), 8)
	if err != nil || len(weeks) != 8 {
		t.Fatalf("%d weeks, %v", len(weeks), err)
	}
	this := weeks[7]
	if diff := cmp.Diff(Week{From: this.From, Answered: 1, Wrong: 1, Unknown: 1, Persons: 1}, this); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if this.Contained() != 0.25 || this.From.Weekday() != time.Monday || weeks[0].Questions() != 0 {
		t.Errorf("contained %v since %v; %+v", this.Contained(), this.From, weeks[0])
	}
}
