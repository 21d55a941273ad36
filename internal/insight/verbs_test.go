package insight_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/insight"
	"parley/internal/knowledge"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
	"parley/internal/sms"
)

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex // guards now
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

// parking is a bot that knows one thing.
type parking struct{}

func (parking) Answer(_ context.Context, _ *postgres.Tx, q knowledge.Question) (knowledge.Reply, error) {
	if q.Text == "where do i park" {
		return knowledge.Reply{Kind: knowledge.Answered, Title: "Parking", Text: "Lot C.", Confidence: 0.9, Threshold: 0.7}, nil
	}
	return knowledge.Reply{Kind: knowledge.Unknown, Confidence: 0.2, Threshold: 0.7}, nil
}

func (parking) Ask(*postgres.Tx, account.OfficeID, knowledge.Thread) knowledge.Asking {
	return parked{}
}

// parked is a text that is put to parking.
type parked struct{}

func (parked) Answer(ctx context.Context, tx *postgres.Tx, text string) (knowledge.Reply, error) {
	return parking{}.Answer(ctx, tx, knowledge.Question{Text: text})
}

// TestTheFiguresFollowTheVerbs: what launching, texting back and answering leave in the tables is what
// the figures are read from.
func TestTheFiguresFollowTheVerbs(t *testing.T) {
	t.Parallel()
	now := &clock{now: at("2026-11-09 09:00")}
	w := newWorldIn(t, pgtest.Open(t, postgres.WithClock(now.read)))
	ctx, desk, intake := t.Context(), outreach.NewDesk(w.db, w.admin), outreach.NewIntake(w.db, parking{})
	people, campaign := w.launchByVerb(desk, 5)

	texts := 0
	say := func(when string, person int, body string) {
		t.Helper()
		now.set(at(when))
		texts++
		in := outreach.Inbound{SID: fmt.Sprintf("SM%032d", texts), From: people[person], To: sms.Phone("+12085560001"), Body: body}
		if err := intake.Receive(ctx, w.org, in); err != nil {
			t.Fatal(err)
		}
	}
	say("2026-11-09 10:00", 0, "where do i park")
	say("2026-11-09 23:30", 1, "where do i park")
	say("2026-11-10 08:00", 1, "can my llama come")
	say("2026-11-10 08:02", 1, "hello?")
	say("2026-11-10 10:59", 2, "STOP")
	say("2026-11-10 10:59", 3, "is there lunch")
	say("2026-11-10 12:00", 4, "is it far")

	with := func(person int) outreach.ConversationID {
		return id[outreach.ConversationID](w, `
		select v.id from conversation v join contact c on c.org_id = @org and c.id = v.contact_id
		where v.org_id = @org and c.phone = @phone`, postgres.Args{"phone": people[person]})
	}
	now.set(at("2026-11-10 13:00"))
	for _, body := range []string{"Only with an umbrella.", "And shoes."} {
		if err := desk.Reply(ctx, with(1), outreach.Reply{Body: body}); err != nil {
			t.Fatal(err)
		}
	}
	if err := desk.Clear(ctx, with(4)); err != nil {
		t.Fatal(err)
	}

	report, err := w.desk().Campaign(ctx, campaign)
	if err != nil {
		t.Fatal(err)
	}
	day := func(day int) time.Time { return time.Date(2026, 11, day, 0, 0, 0, 0, time.UTC) }
	want := insight.Counts{Delivered: 5, Responded: 5, OptedOut: 1, Answered: 2, IDKs: 3, HandedOver: 3}
	if diff := cmp.Diff(want, report.Counts); diff != "" {
		t.Error("counts (-want +got):\n" + diff)
	}
	if report.BotResponded != 5 || report.Contained != 2 {
		t.Errorf("contained %d of %d, want 2 of 5: an agent wrote to one, one waits, and one was cleared", report.Contained, report.BotResponded)
	}
	if report.Answers != 1 || report.MedianAnswer != 5*time.Hour {
		t.Errorf("%d answers, median %v; want 1 after 5h from the llama on", report.Answers, report.MedianAnswer)
	}
	if diff := cmp.Diff([]insight.DayResponses{{day(9), 2}, {day(10), 3}}, report.Responses.ByDate()); diff != "" {
		t.Error("by date (-want +got):\n" + diff)
	}
	broken, err := outreach.Check(ctx, w.db)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range broken {
		if strings.Contains(v.Detail, fmt.Sprintf("organization %d,", w.org)) {
			t.Error(v)
		}
	}
}

// launchByVerb launches a campaign to n people through the wizard's verbs and says that all texts arrived.
func (w *world) launchByVerb(desk outreach.Desk, n int) ([]sms.Phone, outreach.CampaignID) {
	w.t.Helper()
	ctx := w.t.Context()
	list := id[audience.ListID](w, `insert into contact_list (org_id, name) values (@org, 'Invited') returning id`, nil)
	for range n {
		w.addContact("Ada", "Lovelace")
	}
	w.exec(`insert into contact_list_member (org_id, list_id, contact_id) select @org, @list, id from contact where org_id = @org`, postgres.Args{"list": list})
	campaign, err := desk.Begin(ctx, "Open day", w.office)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := desk.SaveGeneral(ctx, campaign, outreach.General{Title: "Open day", Office: w.office, Message: "Coming?", List: list, Number: w.number}); err != nil {
		w.t.Fatal(err)
	}
	review, err := desk.Review(ctx, campaign)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := desk.Launch(ctx, campaign, review.Fingerprint); err != nil {
		w.t.Fatal(err)
	}
	w.exec(`update message set state = 'delivered' where org_id = @org and campaign_id = @campaign`, postgres.Args{"campaign": campaign})
	w.exec(`call move_counts(@org, array_fill(@campaign::bigint, array[@n::int]), array_fill('queued'::text, array[@n::int]), array_fill('delivered'::text, array[@n::int]))`,
		postgres.Args{"campaign": campaign, "n": n})
	var phones []sms.Phone
	w.in(func(ctx context.Context, tx *postgres.Tx) (err error) {
		phones, err = postgres.Values[sms.Phone](ctx, tx, `select phone from contact where org_id = @org order by id`, nil)
		return err
	})
	return phones, campaign
}
