package outreach_test

import (
	"fmt"
	"testing"

	"parley/internal/outreach"
)

// TestActivity_PagesShowEverybodyOnce turns the pages of a campaign where some wait and some do not, in
// both orders and under filters.
func TestActivity_PagesShowEverybodyOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var names []string
	for i := range 23 {
		names = append(names, fmt.Sprintf("p%02d", i))
	}
	id := w.draft("Open day", "Hi {{first_name}}", outreach.PolicyForm{Mode: outreach.AgentMode, IDKType: outreach.IDKAgent}, names...)
	w.launch(id)
	for i, name := range names {
		w.sent(name)
		w.ahead.Add(1e9)
		w.text(name, "hello")
		if i%2 == 0 {
			w.must(w.desk(w.agent).Clear(w.ctx, w.conversation(name).ID))
		}
	}
	for _, q := range []outreach.ActivityQuery{
		{Campaign: id}, {Campaign: id, WaitingFirst: true}, {Campaign: id, WaitingFirst: true, Name: "p"},
	} {
		q.Limit = 4
		seen := map[string]int{}
		var order []bool
		for {
			page, err := w.desk(w.manager).Activity(w.ctx, q)
			w.must(err)
			for _, v := range page.Rows {
				seen[v.FirstName]++
				order = append(order, v.Waiting())
			}
			if page.Next == nil {
				break
			}
			q.After = *page.Next
		}
		for _, name := range names {
			if seen[name] != 1 {
				t.Errorf("%+v: %s is shown %d times", q, name, seen[name])
			}
		}
		for i := 1; q.WaitingFirst && i < len(order); i++ {
			if order[i] && !order[i-1] {
				t.Errorf("%+v: row %d waits behind one that does not", q, i)
			}
		}
	}
}
