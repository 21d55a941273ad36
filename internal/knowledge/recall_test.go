package knowledge

import (
	"testing"

	"parley/internal/postgres"
)

func TestRecallKnowsWhatWasSaid(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	_, _, books := o.teachCampus()
	aid := o.office("Aid")
	c := o.conversation(aid)
	thread := o.thread(c)
	recall := func() (last AnswerID) {
		err := o.db.Org(t.Context(), o.id, func(tx *postgres.Tx) error {
			s, err := recalled(t.Context(), askRecall(tx, thread))
			last = s.Last
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return last
	}
	if recall() != 0 {
		t.Error("something is recalled of nothing")
	}
	o.textedBy(c, aid, "library hours")
	o.textedBy(c, aid, "thanks")
	if recall() != books {
		t.Errorf("recalls %d, want %d", recall(), books)
	}
	o.textedBy(c, aid, "and on weekends?")
	if recall() != 0 {
		t.Error("an IDK was an answer")
	}
	if q := o.review(ReviewFilter{Near: books}); q.Texts != 1 {
		t.Errorf("the follow-up is not reviewed beside its answer: %+v", q)
	}
}
