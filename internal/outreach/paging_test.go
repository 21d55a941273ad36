package outreach_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"parley/internal/outreach"
)

// turning is a list whose pages somebody turns while colleagues work. What does not change comes exactly
// once. What changes moves to the front: it comes at most once, and if it had not come yet, it is on the
// first page when that is read again.
type turning[C any] struct {
	all    []string
	read   func(after *C, limit int) (page []string, next *C)
	change func(name string) // something that moves it to the front
}

// hold turns the pages. Between two of them one changes that has been shown, and one that has not.
func (l turning[C]) hold(t *testing.T, order string) {
	t.Helper()
	shown, changed := map[string]int{}, []string{}
	touch := func(times int) {
		at := slices.IndexFunc(l.all, func(name string) bool { return shown[name] == times && !slices.Contains(changed, name) })
		if at >= 0 {
			l.change(l.all[at])
			changed = append(changed, l.all[at])
		}
	}
	for after, begun := (*C)(nil), false; after != nil || !begun; begun = true {
		page, next := l.read(after, 4)
		for _, name := range page {
			shown[name]++
		}
		touch(1)
		touch(0)
		after = next
	}
	front, _ := l.read(nil, len(changed))
	missed := 0
	for _, name := range l.all {
		moved := slices.Contains(changed, name)
		switch {
		case shown[name] > 1:
			t.Errorf("%s: %s comes %d times", order, name, shown[name])
		case shown[name] == 0 && !moved:
			t.Errorf("%s: %s does not come, and nobody has changed it", order, name)
		case moved && !slices.Contains(front, name):
			t.Errorf("%s: %s was changed and is not on the first page", order, name)
		case shown[name] == 0:
			missed++
		}
	}
	if missed == 0 {
		t.Errorf("%s: nothing was missed, so the test shows nothing: %q changed", order, changed)
	}
}

func TestCampaigns_PagesAreTurnedWhileColleaguesWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := map[string]outreach.CampaignID{}
	list := turning[outreach.CampaignCursor]{change: func(title string) {
		w.ahead.Add(int64(time.Minute))
		w.must(w.desk(w.manager).SaveGeneral(w.ctx, ids[title], outreach.General{Title: title, Office: w.office, Message: "Changed"}))
	}}
	for n := range 20 {
		w.ahead.Add(int64(time.Minute))
		title := fmt.Sprintf("Campaign %02d", n)
		id, err := w.desk(w.manager).Begin(w.ctx, title, w.office)
		w.must(err)
		ids[title], list.all = id, append(list.all, title)
	}
	for order, q := range map[string]outreach.CampaignQuery{"by update": {}, "found by a word, by update": {Search: "campaign"}} {
		list.read = func(after *outreach.CampaignCursor, limit int) (titles []string, next *outreach.CampaignCursor) {
			q.After, q.Limit = outreach.CampaignCursor{}, limit
			if after != nil {
				q.After = *after
			}
			page, err := w.desk(w.manager).Campaigns(w.ctx, q)
			w.must(err)
			for _, c := range page.Rows {
				titles = append(titles, c.Title)
			}
			return titles, page.Next
		}
		list.hold(t, order)
	}
}

func TestActivity_PagesAreTurnedWhilePeopleWrite(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	list := turning[outreach.Cursor]{}
	for n := range 20 {
		list.all = append(list.all, fmt.Sprintf("p%02d", n))
	}
	id := w.draft("Open day", "Hi {{first_name}}", outreach.PolicyForm{Mode: outreach.AgentMode, IDKType: outreach.IDKAgent}, list.all...)
	w.launch(id)
	list.change = func(name string) {
		w.ahead.Add(int64(time.Minute))
		w.text(name, "hello")
	}
	for _, name := range list.all {
		w.sent(name)
		list.change(name)
		w.must(w.desk(w.agent).Reply(w.ctx, w.conversation(name).ID, outreach.Reply{Body: "Hi."}))
	}
	for order, q := range map[string]outreach.ActivityQuery{"newest first": {}, "who replied, newest first": {Filter: outreach.Replied}} {
		list.read = func(after *outreach.Cursor, limit int) (names []string, next *outreach.Cursor) {
			q.Campaign, q.After, q.Limit = id, outreach.Cursor{}, limit
			if after != nil {
				q.After = *after
			}
			page, err := w.desk(w.manager).Activity(w.ctx, q)
			w.must(err)
			for _, v := range page.Rows {
				names = append(names, v.FirstName)
			}
			return names, page.Next
		}
		list.hold(t, order)
	}
}
