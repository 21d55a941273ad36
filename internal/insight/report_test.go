package insight_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parley/internal/account"
	"parley/internal/dispatch"
	"parley/internal/insight"
	"parley/internal/outreach"
)

func TestCountsAreSummedOverSlotsAndEachRecipientIsInOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	campaign := w.addCampaign(launch{title: "Open day", at: at("2026-11-09 09:00")})
	columns := "queued, inflight, accepted, sent, delivered, undelivered, failed, skipped, cancelled, unknown, unresolved"
	w.count(campaign, 0, columns, "1, 2, 3, 4, 50, 6, 7, 8, 9, 10, 11")
	w.count(campaign, 5, columns, "1, 1, 1, 1, 150, 1, 1, 1, 1, 1, 1")
	w.count(campaign, 6, "replied, opted_out, bot_answers, idks", "40, 3, 30, 10")

	report, err := w.desk().Campaign(t.Context(), campaign)
	if err != nil {
		t.Fatal(err)
	}
	want := insight.Counts{Delivered: 200, Failed: 15, OnTheWay: 14, Unknown: 23, LeftOut: 19, Responded: 40, OptedOut: 3, Answered: 30, IDKs: 10}
	if diff := cmp.Diff(want, report.Counts); diff != "" {
		t.Error("counts (-want +got):\n" + diff)
	}
	if got := report.Texted(); got != 252 {
		t.Errorf("texted %d people, want 200 + 15 + 14 + 23 = 252", got)
	}
	if got := report.Asked(); got != 40 {
		t.Errorf("the bot was asked %d times, want 40", got)
	}
}

func TestResponsesAreCountedByTheClocksOfTheOrganization(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	campaign := w.addCampaign(launch{title: "Open day", at: at("2026-10-30 09:00")})
	other := w.addCampaign(launch{title: "Another", at: at("2026-10-30 09:00")})
	for _, began := range []time.Time{
		at("2026-10-30 23:59"),                        // Friday
		at("2026-11-01 00:30"),                        // Sunday, in the night in which the hour from 1:00 comes twice
		time.Date(2026, 11, 1, 7, 15, 0, 0, time.UTC), // 1:15 the first time
		time.Date(2026, 11, 1, 8, 15, 0, 0, time.UTC), // 1:15 the second time
		at("2026-11-02 09:10"),                        // Monday
	} {
		w.addConversation(talk{campaign: campaign, began: began})
	}
	w.addConversation(talk{campaign: other, began: at("2026-10-31 12:00")})
	w.addConversation(talk{began: at("2026-10-31 12:00")})

	report, err := w.desk().Campaign(t.Context(), campaign)
	if err != nil {
		t.Fatal(err)
	}
	hours := [24]int{0: 1, 1: 2, 9: 1, 23: 1}
	if diff := cmp.Diff(hours, report.Responses.ByHour()); diff != "" {
		t.Error("by hour (-want +got):\n" + diff)
	}
	weekdays := [7]int{time.Friday: 1, time.Sunday: 3, time.Monday: 1}
	if diff := cmp.Diff(weekdays, report.Responses.ByWeekday()); diff != "" {
		t.Error("by weekday (-want +got):\n" + diff)
	}
	day := func(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, time.UTC) }
	dates := []insight.DayResponses{{day(10, 30), 1}, {day(10, 31), 0}, {day(11, 1), 3}, {day(11, 2), 1}}
	if diff := cmp.Diff(dates, report.Responses.ByDate()); diff != "" {
		t.Error("by date, the day without any included (-want +got):\n" + diff)
	}
}

func TestContainmentIsOfThoseWhoRespondedToTheBot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	launched := at("2026-11-09 09:00")
	bot := w.addCampaign(launch{title: "Bot", at: launched})
	other := w.addCampaign(launch{title: "Another bot", at: launched})
	agents := w.addCampaign(launch{title: "Agents", mode: outreach.AgentMode, at: launched})
	w.count(bot, 1, "replied, handed_over", "4, 2")
	w.count(bot, 2, "replied, handed_over", "3, 1")
	w.count(other, 1, "replied", "10")
	w.count(agents, 1, "replied, handed_over", "2, 2")

	report, err := w.desk().Organization(t.Context(), insight.Query{})
	if err != nil {
		t.Fatal(err)
	}
	if report.BotResponded != 17 || report.Contained != 14 {
		t.Errorf("contained %d of %d, want 14 of 17", report.Contained, report.BotResponded)
	}
}

func TestFailuresByReasonAddUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	campaign := w.addCampaign(launch{title: "Open day", at: at("2026-11-09 09:00")})
	for _, s := range []said{
		{state: "failed", reason: "landline", code: 21614}, {state: "undelivered", reason: "landline", code: 30006},
		{state: "undelivered", reason: "phone_off"}, {state: "undelivered"},
		{state: "delivered"}, {state: "skipped", reason: "opted_out"}, {state: "unknown"},
	} {
		s.campaign, s.contact, s.author, s.at = campaign, w.addContact("Ada", "L"), outreach.ByCampaign, at("2026-11-09 09:01")
		w.addText(s)
	}
	reply := w.addConversation(talk{campaign: campaign, began: at("2026-11-09 09:02")})
	w.addText(said{conversation: reply, author: outreach.ByAgent, state: "failed", reason: "spam", at: at("2026-11-09 09:03")})

	report, err := w.desk().Campaign(t.Context(), campaign)
	if err != nil {
		t.Fatal(err)
	}
	want := []insight.Failure{{dispatch.ReasonLandline, 2}, {dispatch.ReasonNoReason, 1}, {dispatch.ReasonPhoneOff, 1}}
	if diff := cmp.Diff(want, report.Failures); diff != "" {
		t.Error("failures (-want +got):\n" + diff)
	}
}

func TestThePeriodIsOfTheLaunchInTheOrganizationsZone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.addCampaign(launch{title: "Draft"})
	w.addCampaign(launch{title: "The evening before", at: at("2026-10-31 23:59")})
	w.addCampaign(launch{title: "First minute", at: at("2026-11-01 00:00")})
	w.addCampaign(launch{title: "Last minute", at: at("2026-11-30 23:59")})
	w.addCampaign(launch{title: "The morning after", at: at("2026-12-01 00:00")})

	for _, test := range []struct {
		from, to string
		want     []string
	}{
		{"2026-11-01", "2026-11-30", []string{"Last minute", "First minute"}},
		{"2026-11-30", "2026-11-30", []string{"Last minute"}},
		{"", "2026-10-31", []string{"The evening before"}},
		{"2026-11-30", "", []string{"The morning after", "Last minute"}},
		{"", "", []string{"The morning after", "Last minute", "First minute", "The evening before"}},
		{"2027-01-01", "2027-01-31", nil},
	} {
		period, err := insight.ParsePeriod(test.from, test.to)
		if err != nil {
			t.Fatal(err)
		}
		report, err := w.desk().Organization(t.Context(), insight.Query{Period: period})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, titles(report)); diff != "" {
			t.Errorf("from %q to %q (-want +got):\n%s", test.from, test.to, diff)
		}
	}
}

func titles(r insight.Report) (titles []string) {
	for _, c := range r.Campaigns {
		titles = append(titles, c.Title)
	}
	return titles
}

func TestPeopleSeeTheFiguresOfTheirOfficesOnly(t *testing.T) {
	t.Parallel()
	w, stranger := newWorld(t), newWorld(t)
	health := w.addOffice("Health")
	aid := w.addCampaign(launch{title: "Aid", at: at("2026-11-09 09:00")})
	flu := w.addCampaign(launch{title: "Flu", office: health, at: at("2026-11-10 09:00")})
	w.count(aid, 1, "delivered, replied", "10, 5")
	w.count(flu, 1, "delivered, replied", "100, 50")
	manager, agent := w.user(account.Manager, health), w.user(account.Agent, health)

	for _, test := range []struct {
		who   string
		desk  insight.Desk
		query insight.Query
		want  []string
	}{
		{"administrator", w.desk(), insight.Query{}, []string{"Flu", "Aid"}},
		{"administrator, one office", w.desk(), insight.Query{Office: w.office}, []string{"Aid"}},
		{"manager", manager, insight.Query{}, []string{"Flu"}},
		{"manager, a strange office", manager, insight.Query{Office: w.office}, nil},
		{"administrator of another organization", stranger.desk(), insight.Query{}, nil},
		{"another organization, by office", stranger.desk(), insight.Query{Office: health}, nil},
	} {
		report, err := test.desk.Organization(t.Context(), test.query)
		if err != nil {
			t.Fatalf("%s: %v", test.who, err)
		}
		if diff := cmp.Diff(test.want, titles(report), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.who, diff)
		}
	}
	if _, err := agent.Organization(t.Context(), insight.Query{}); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("an agent reads the organization's figures: %v, want ErrForbidden", err)
	}
	if _, err := agent.Campaign(t.Context(), flu); err != nil {
		t.Errorf("an agent reads the figures of their office's campaign: %v", err)
	}
	for who, desk := range map[string]insight.Desk{"manager": manager, "stranger": stranger.desk()} {
		var file strings.Builder
		if _, err := desk.Campaign(t.Context(), aid); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("%s reads a campaign of another office: %v, want ErrNotFound", who, err)
		}
		if err := desk.WriteCampaign(t.Context(), aid, &file); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("%s downloads its figures: %v, want ErrNotFound", who, err)
		}
		if err := desk.WriteRecipients(t.Context(), aid, nil, &file); !errors.Is(err, account.ErrNotFound) {
			t.Errorf("%s downloads its recipients: %v, want ErrNotFound", who, err)
		}
		if file.Len() > 0 {
			t.Errorf("%s was given %q, want nothing", who, file.String())
		}
	}
}

func TestCampaignsToChooseFrom(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	health := w.addOffice("Health")
	w.addCampaign(launch{title: "Draft"})
	aid := w.addCampaign(launch{title: "Aid", at: at("2026-11-09 09:00")})
	flu := w.addCampaign(launch{title: "Flu", office: health, at: at("2026-11-10 09:00")})

	all, err := w.desk().Launched(t.Context(), aid)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]insight.Titled{{flu, "Flu"}, {aid, "Aid"}}, all); diff != "" {
		t.Error("an administrator, with one chosen (-want +got):\n" + diff)
	}
	own, err := w.user(account.Agent, health).Launched(t.Context(), aid)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]insight.Titled{{flu, "Flu"}}, own); diff != "" {
		t.Error("an agent, with one of another office chosen (-want +got):\n" + diff)
	}
}
