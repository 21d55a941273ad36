package outreach_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/internal/postgres"
)

// titles walks all pages of a list.
func (w *world) titles(a account.Actor, q outreach.CampaignQuery) []string {
	w.t.Helper()
	titles := []string{}
	for {
		page, err := w.desk(a).Campaigns(w.ctx, q)
		w.must(err)
		for _, c := range page.Rows {
			titles = append(titles, c.Title)
		}
		if page.Next == nil {
			return titles
		}
		q.After = *page.Next
	}
}

// shelf makes drafts with tags, a minute apart.
func (w *world) shelf(campaigns map[string][]string) {
	w.t.Helper()
	for _, title := range slices.Sorted(func(yield func(string) bool) {
		for title := range campaigns {
			if !yield(title) {
				return
			}
		}
	}) {
		w.ahead.Add(int64(time.Minute))
		id, err := w.desk(w.manager).Begin(w.ctx, title, w.office)
		w.must(err)
		w.must(w.desk(w.manager).SaveGeneral(w.ctx, id, outreach.General{Title: title, Office: w.office, Tags: campaigns[title]}))
	}
}

func TestCampaigns_EveryWordBeginsAWordOfTheTitleOrATag(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.shelf(map[string][]string{
		"FAFSA: last call":     {"fafsa", "first-year"},
		"FAFSA priority":       {"deadline"},
		"Café for newcomers":   {"welcome", "first-year"},
		"100% off (the books)": nil,
	})
	cases := []struct {
		search string
		tags   []string
		want   []string
	}{
		{"fafsa", nil, []string{"FAFSA priority", "FAFSA: last call"}},
		{"FAF la", nil, []string{"FAFSA: last call"}},
		{"cafe", nil, []string{"Café for newcomers"}},
		{"first-year new", nil, []string{"Café for newcomers"}},
		{"dead", nil, []string{"FAFSA priority"}},
		{"ewcomers", nil, []string{}},
		{"100% the", nil, []string{"100% off (the books)"}},
		{"%_", nil, []string{"Café for newcomers", "FAFSA priority", "FAFSA: last call", "100% off (the books)"}},
		{"", []string{"first-year"}, []string{"FAFSA: last call", "Café for newcomers"}},
		{"", []string{"first-year", "welcome"}, []string{"Café for newcomers"}},
		{"", []string{"first"}, []string{}},
		{"fafsa", []string{"deadline"}, []string{"FAFSA priority"}},
	}
	for _, c := range cases {
		got := w.titles(w.manager, outreach.CampaignQuery{Search: c.search, Tags: c.tags})
		slices.Sort(got)
		slices.Sort(c.want)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%q %v (-want +got):\n%s", c.search, c.tags, diff)
		}
	}
}

func TestCampaigns_SortedAndPaged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var all []string
	campaigns := map[string][]string{}
	for n := range 23 {
		title := fmt.Sprintf("%c campaign", 'a'+n)
		all = append(all, title)
		campaigns[title] = nil
	}
	w.shelf(campaigns)
	launched := []string{"c campaign", "q campaign", "b campaign"}
	for _, title := range launched {
		w.ahead.Add(int64(time.Minute))
		page, err := w.desk(w.manager).Campaigns(w.ctx, outreach.CampaignQuery{Limit: 100})
		w.must(err)
		id := page.Rows[slices.IndexFunc(page.Rows, func(c outreach.Listed) bool { return c.Title == title })].Campaign.ID
		w.must(w.desk(w.manager).SaveGeneral(w.ctx, id, outreach.General{Title: title, Office: w.office, Message: "Hi", List: w.list("ada"), Number: w.number}))
		w.launch(id)
	}
	byUpdate := slices.DeleteFunc(slices.Clone(all), func(s string) bool { return slices.Contains(launched, s) })
	byUpdate = append(byUpdate, launched...)
	slices.Reverse(byUpdate)
	for name, c := range map[string]struct {
		query outreach.CampaignQuery
		want  []string
	}{
		"by update":   {outreach.CampaignQuery{}, byUpdate},
		"by title":    {outreach.CampaignQuery{Sort: outreach.ByTitle}, all},
		"active only": {outreach.CampaignQuery{Status: "active", Sort: outreach.ByTitle}, []string{"b campaign", "c campaign", "q campaign"}},
		"drafts only": {outreach.CampaignQuery{Status: "draft"}, byUpdate[3:]},
		"by launch":   {outreach.CampaignQuery{Status: "active", Sort: outreach.ByLaunch}, []string{"b campaign", "q campaign", "c campaign"}},
		"a word":      {outreach.CampaignQuery{Search: "campaign", Sort: outreach.ByTitle}, all},
	} {
		for _, limit := range []int{1, 4, 23, 100} {
			c.query.Limit = limit
			if diff := cmp.Diff(c.want, w.titles(w.manager, c.query)); diff != "" {
				t.Errorf("%s, %d on a page (-want +got):\n%s", name, limit, diff)
			}
		}
	}
	got := w.titles(w.manager, outreach.CampaignQuery{Sort: outreach.ByLaunch, Limit: 5})
	if len(got) != 23 || !slices.Equal(got[:3], []string{"b campaign", "q campaign", "c campaign"}) {
		t.Errorf("by launch: %q", got)
	}
	counts, err := w.desk(w.manager).CountCampaigns(w.ctx)
	w.must(err)
	if counts != (outreach.CampaignCounts{Draft: 20, Active: 3}) {
		t.Errorf("counted %+v", counts)
	}
}

func TestCampaigns_OfTheActorsOfficesWhereSomebodyWaits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	policy := outreach.PolicyForm{Mode: outreach.AgentMode, IDKType: outreach.IDKAgent}
	for _, title := range []string{"One", "Two", "Three"} {
		w.launch(w.draft(title, "Hi {{first_name}}", policy, "ada", "ben"))
		w.sent("ada")
		w.sent("ben")
		if title != "Two" {
			w.text("ada", "hello")
			w.text("ben", "hello")
		}
	}
	waiting := outreach.CampaignQuery{Waiting: true, Sort: outreach.ByTitle, Limit: 1}
	if got := w.titles(w.manager, waiting); !slices.Equal(got, []string{"One", "Three"}) {
		t.Errorf("somebody waits in %q", got)
	}
	counts, err := w.desk(w.manager).CountCampaigns(w.ctx)
	w.must(err)
	if counts.Waiting != 2 || counts.Active != 3 {
		t.Errorf("counted %+v", counts)
	}
	stranger := w.org.User(t, "Stan", account.Manager, w.org.Office(t, "Housing"))
	if got := w.titles(stranger, outreach.CampaignQuery{}); len(got) > 0 {
		t.Errorf("another office sees %q", got)
	}
	if got := w.titles(stranger, waiting); len(got) > 0 {
		t.Errorf("another office sees %q", got)
	}
}

func TestCampaigns_AreFoundByTheirPresentWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.shelf(map[string][]string{"Zebra day": {"stripes"}, "Open day": nil})
	page, err := w.desk(w.manager).Campaigns(w.ctx, outreach.CampaignQuery{Search: "zebra"})
	w.must(err)
	w.must(w.desk(w.manager).SaveGeneral(w.ctx, page.Rows[0].Campaign.ID, outreach.General{Title: "Llama day", Office: w.office}))
	for search, want := range map[string][]string{"zebra": nil, "stripes": nil, "llama": {"Llama day"}, "day": {"Llama day", "Open day"}} {
		got := w.titles(w.manager, outreach.CampaignQuery{Search: search, Sort: outreach.ByTitle})
		if !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", search, got, want)
		}
	}
	w.in(func(tx *postgres.Tx) error {
		kept, err := postgres.Values[string](w.ctx, tx, `select word from word_campaigns where org_id = @org order by word`, nil)
		if want := []string{"day", "llama", "open"}; err == nil && !slices.Equal(kept, want) {
			t.Errorf("the words %q are kept, want %q", kept, want)
		}
		return err
	})
}

// Campaigns share words: whoever saves theirs waits for a colleague who saves the same, never in a ring.
func TestCampaigns_SavedAtOnceAreAllFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	words := []string{"apple", "pear", "plum", "fig", "quince"}
	var saving errgroup.Group
	for n := range 8 {
		id, err := w.desk(w.manager).Begin(w.ctx, fmt.Sprintf("Campaign %d", n), w.office)
		w.must(err)
		saving.Go(func() error {
			for i := range 2 * len(words) {
				title := fmt.Sprintf("%s %s of %d", words[(n+i)%len(words)], words[(3*n+2*i+1)%len(words)], n)
				if err := w.desk(w.manager).SaveGeneral(w.ctx, id, outreach.General{Title: title, Office: w.office}); err != nil {
					return err
				}
			}
			return w.desk(w.manager).SaveGeneral(w.ctx, id, outreach.General{Title: fmt.Sprintf("Fruit of %d", n), Office: w.office})
		})
	}
	w.must(saving.Wait())
	if got := w.titles(w.manager, outreach.CampaignQuery{Search: "fruit of"}); len(got) != 8 {
		t.Errorf("found %q", got)
	}
	for _, word := range words {
		if got := w.titles(w.manager, outreach.CampaignQuery{Search: word}); len(got) > 0 {
			t.Errorf("%q still finds %q", word, got)
		}
	}
	w.promises()
}

// TestCampaigns_OfTwoOfficesAreInOneOrder looks for one in six of campaigns, of which one office has the first
// and another the last: what the other has there is no reason to pass over the rest of the first.
func TestCampaigns_OfTwoOfficesAreInOneOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	other := w.org.Office(t, "Housing")
	actor := w.org.User(t, "Dee", account.Manager, w.office, other)
	director := w.desk(actor)
	var want []string
	for n := range 48 {
		title, office := fmt.Sprintf("%02d", n), w.office
		if n%6 == 5 {
			title += " red"
			want = append(want, title)
		}
		if n >= 36 {
			office = other
		}
		id, err := director.Begin(w.ctx, title, office)
		w.must(err)
		w.must(director.SaveGeneral(w.ctx, id, outreach.General{Title: title, Office: office}))
	}
	for _, limit := range []int{1, 2, 3, 8} {
		got := w.titles(actor, outreach.CampaignQuery{Search: "red", Sort: outreach.ByTitle, Limit: limit})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d on a page (-want +got):\n%s", limit, diff)
		}
	}
}

// TestCampaigns_FrequentWords takes the ways of words that too many campaigns have to be sorted: of one, of
// two that the latest campaigns share, of two that half of the latest share, so that more of them are looked
// at, and of two that none of the latest has together. Ids span two blocks.
func TestCampaigns_FrequentWords(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.draft("Source", "Hi", askBot, "ada")
	w.in(func(tx *postgres.Tx) error {
		_, err := tx.Exec(w.ctx, `
			with policies as (
				insert into response_policy (org_id) select @org from generate_series(1, 7000) returning id
			), numbered as (
				select id, row_number() over (order by id) as n from policies
			), made as (
				insert into campaign (org_id, title, title_key, office_id, policy_id)
				select @org, t.title, t.title, c.office_id, p.id
				from numbered p
				join campaign c on c.org_id = @org and c.id = @campaign
				cross join lateral (select concat_ws(' ', 'all', p.n, case when p.n <= 4800 then 'early' end,
					case when p.n > 4700 then 'late' end, case when p.n % 2 = 0 then 'even' end) as title) t
				returning id, title_key
			), worded as (
				insert into campaign_word (org_id, campaign_id, word)
				select @org, id, word from made, unnest(string_to_array(title_key, ' ')) word
				returning campaign_id, word
			)
			insert into word_campaigns (org_id, word, block, campaigns)
			select @org, word, campaign_id / 4096, bit_or(set_bit(repeat('0', 4096)::bit(4096), (campaign_id % 4096)::int, 1))
			from worded
			group by 2, 3`, postgres.Args{"campaign": id})
		return err
	})
	for search, want := range map[string]int{"all": 7000, "all late": 2300, "early all": 4800, "early late": 100, "late early al": 100,
		"all even": 3500, "even early": 2400,
		"a al all e ev eve even l la lat late": 1150, "a al all e ev eve even l la lat late x": 0, "late lat la l a al all 4 47 479 4799": 1} {
		got := w.titles(w.manager, outreach.CampaignQuery{Search: search, Limit: 700})
		if len(got) != want || len(slices.Compact(slices.Sorted(slices.Values(got)))) != want {
			t.Errorf("%q finds %d campaigns, want %d", search, len(got), want)
		}
	}
}

func TestCampaigns_CountedUpToABound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.draft("Source", "Hi", askBot, "ada")
	w.in(func(tx *postgres.Tx) error {
		_, err := tx.Exec(w.ctx, `
			with policies as (insert into response_policy (org_id) select @org from generate_series(1, @n::int) returning id)
			insert into campaign (org_id, title, title_key, office_id, policy_id)
			select @org, 'No. ' || p.id, 'no. ' || p.id, c.office_id, p.id
			from policies p, campaign c where c.org_id = @org and c.id = @campaign`, postgres.Args{"campaign": id, "n": outreach.MostCounted + 10})
		return err
	})
	counts, err := w.desk(w.manager).CountCampaigns(w.ctx)
	w.must(err)
	if counts != (outreach.CampaignCounts{Draft: outreach.MostCounted}) {
		t.Errorf("counted %+v", counts)
	}
}

func TestCalendar_ScheduledAndLaunched(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.launch(w.draft("Now", "Hi", askBot, "ada"))
	w.scheduled("Tomorrow", 24*time.Hour, "ada")
	w.scheduled("In a while", 40*24*time.Hour, "ada")
	w.draft("Draft", "Hi", askBot, "ada")
	gone := w.scheduled("Gone", 24*time.Hour, "ada")
	w.must(w.desk(w.manager).Archive(w.ctx, gone, false))
	now := w.now()
	planned, err := w.desk(w.manager).Calendar(w.ctx, now.Add(-time.Hour), now.Add(30*24*time.Hour))
	w.must(err)
	var got []string
	for _, p := range planned {
		got = append(got, p.Title+" "+string(p.State))
	}
	if !slices.Equal(got, []string{"Now sending", "Tomorrow scheduled"}) {
		t.Errorf("the calendar has %q", got)
	}
}

// TestTags_OfTheAreaThatIsShown: a tag that is offered finds something.
func TestTags_OfTheAreaThatIsShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.shelf(map[string][]string{"Aid": {"fafsa", "deadline"}, "Housing": {"deadline"}, "Old": {"welcome"}})
	page, err := w.desk(w.manager).Campaigns(w.ctx, outreach.CampaignQuery{Search: "old"})
	w.must(err)
	w.must(w.desk(w.manager).Archive(w.ctx, page.Rows[0].Campaign.ID, false))
	for area, want := range map[outreach.Area][]string{"": {"deadline", "fafsa"}, outreach.ArchivedArea: {"welcome"}} {
		tags, err := w.desk(w.manager).Tags(w.ctx, area)
		w.must(err)
		if diff := cmp.Diff(want, tags); diff != "" {
			t.Errorf("%q (-want +got):\n%s", area, diff)
		}
	}
}

// TestSendingNow_NotWhatIsPaused: what is paused sends nothing now.
func TestSendingNow_NotWhatIsPaused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.draft("Open day", "Hi", askBot, "ada", "ben")
	w.launch(id)
	sending := func(want int) {
		t.Helper()
		now, err := w.desk(w.manager).SendingNow(w.ctx)
		w.must(err)
		if len(now) != want {
			t.Errorf("%d campaigns send now, want %d", len(now), want)
		}
	}
	sending(1)
	w.must(w.desk(w.manager).Pause(w.ctx, id))
	sending(0)
	w.must(w.desk(w.manager).Resume(w.ctx, id))
	sending(1)
}
