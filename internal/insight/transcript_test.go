package insight_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parley/internal/account"
	"parley/internal/insight"
	"parley/internal/outreach"
)

func (w *world) period(from, to string) insight.Period {
	w.t.Helper()
	p, err := insight.ParsePeriod(from, to)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func found(page outreach.Page[insight.Transcript]) (ids []outreach.ConversationID) {
	for _, row := range page.Rows {
		ids = append(ids, row.ID)
	}
	return ids
}

func TestTranscriptsAreNarrowed(t *testing.T) {
	t.Parallel()
	w, stranger := newWorld(t), newWorld(t)
	health := w.addOffice("Health")
	campaign := w.addCampaign(launch{title: "Open day", at: at("2026-11-01 09:00")})
	began := at("2026-11-01 09:00")
	first := w.addConversation(talk{campaign: campaign, began: began, last: at("2026-11-02 00:00")})
	waits := w.addConversation(talk{campaign: campaign, began: began, last: at("2026-11-02 23:59"), mode: outreach.AgentMode, waiting: true})
	flu := w.addConversation(talk{office: health, began: began, last: at("2026-11-03 00:00"), mode: outreach.AgentMode})
	direct := w.addConversation(talk{began: began, last: at("2026-11-04 12:00"), waiting: true})
	stranger.addConversation(talk{began: began})
	manager, newcomer := w.user(account.Manager, health), w.user(account.Agent)

	type ids = []outreach.ConversationID
	for _, test := range []struct {
		name  string
		desk  insight.Desk
		query insight.TranscriptQuery
		want  ids
	}{
		{"all, the latest text first", w.desk(), insight.TranscriptQuery{}, ids{direct, flu, waits, first}},
		{"a day, by the organization's clocks", w.desk(), insight.TranscriptQuery{Period: w.period("2026-11-02", "2026-11-02")}, ids{waits, first}},
		{"from a day on", w.desk(), insight.TranscriptQuery{Period: w.period("2026-11-03", "")}, ids{direct, flu}},
		{"until a day", w.desk(), insight.TranscriptQuery{Period: w.period("", "2026-11-03")}, ids{flu, waits, first}},
		{"an office", w.desk(), insight.TranscriptQuery{Office: health}, ids{flu}},
		{"a campaign", w.desk(), insight.TranscriptQuery{Campaign: campaign}, ids{waits, first}},
		{"a mode", w.desk(), insight.TranscriptQuery{Mode: outreach.AgentMode}, ids{flu, waits}},
		{"unread", w.desk(), insight.TranscriptQuery{Unread: true}, ids{direct, waits}},
		{"a campaign, all filters", w.desk(), insight.TranscriptQuery{Campaign: campaign, Office: w.office, Mode: outreach.AgentMode, Unread: true,
			Period: w.period("2026-11-02", "2026-11-02")}, ids{waits}},
		{"a campaign in a strange office", w.desk(), insight.TranscriptQuery{Campaign: campaign, Office: health}, nil},
		{"an office, all filters", w.desk(), insight.TranscriptQuery{Office: w.office, Mode: outreach.BotMode, Unread: true,
			Period: w.period("2026-11-04", "2026-11-04")}, ids{direct}},
		{"a manager of one office", manager, insight.TranscriptQuery{}, ids{flu}},
		{"a manager asks for another office", manager, insight.TranscriptQuery{Office: w.office}, nil},
		{"a manager asks for another office's campaign", manager, insight.TranscriptQuery{Campaign: campaign}, nil},
		{"a person of no office", newcomer, insight.TranscriptQuery{}, nil},
		{"another organization asks for the campaign", stranger.desk(), insight.TranscriptQuery{Campaign: campaign}, nil},
		{"another organization asks for the office", stranger.desk(), insight.TranscriptQuery{Office: health}, nil},
	} {
		page, err := test.desk.Transcripts(t.Context(), test.query)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		if diff := cmp.Diff(test.want, found(page), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestPagesOfTranscriptsAreTheWholeListOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	health := w.addOffice("Health")
	campaign := w.addCampaign(launch{title: "Open day", at: at("2026-11-01 09:00")})
	for i := range 23 {
		c := talk{began: at("2026-11-01 09:00"), last: at("2026-11-02 09:00").Add(time.Duration(i/5) * time.Hour)} // five at a time
		switch i % 4 {
		case 0:
			c.office = health
		case 1:
			c.mode = outreach.AgentMode
		case 2:
			c.campaign = campaign
		}
		w.addConversation(c)
	}
	for name, q := range map[string]insight.TranscriptQuery{"of offices": {}, "of a campaign": {Campaign: campaign}, "of a period": {Period: w.period("", "2026-11-02")}} {
		q.Limit = 100
		whole, err := w.desk().Transcripts(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		if whole.Next != nil {
			t.Errorf("%s: another page follows the last", name)
		}
		var paged []outreach.ConversationID
		q.Limit = 3
		for pages := 0; ; pages++ {
			page, err := w.desk().Transcripts(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			paged = append(paged, found(page)...)
			if page.Next == nil || pages > len(whole.Rows) {
				break
			}
			q.After = *page.Next
		}
		if diff := cmp.Diff(found(whole), paged); diff != "" {
			t.Errorf("%s (-whole +paged):\n%s", name, diff)
		}
	}
}

func TestATranscriptInTheListSaysWhoAndWhatAndHowMuch(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	campaign := w.addCampaign(launch{title: "Open day", at: at("2026-11-01 09:00")})
	other := w.addCampaign(launch{title: "Another", at: at("2026-10-01 09:00")})
	ada := w.addContact("Ada", "Lovelace")
	began := at("2026-11-01 10:00")
	conversation := w.addConversation(talk{campaign: campaign, contact: ada, began: began, waiting: true})
	elsewhere := w.addConversation(talk{campaign: other, contact: ada, began: at("2026-10-01 10:00")})
	for _, s := range []said{
		{campaign: campaign, contact: ada, author: outreach.ByCampaign, at: at("2026-11-01 09:00")},
		{campaign: other, contact: ada, author: outreach.ByCampaign, at: at("2026-10-01 09:00")},
		{conversation: elsewhere, author: outreach.ByContact, at: at("2026-10-01 10:00")},
		{conversation: conversation, author: outreach.ByContact, at: began},
		{conversation: conversation, author: outreach.ByBot, at: began},
		{conversation: conversation, author: outreach.ByAgent, state: "cancelled", at: began},
	} {
		w.addText(s)
	}
	page, err := w.desk().Transcripts(t.Context(), insight.TranscriptQuery{Campaign: campaign})
	if err != nil {
		t.Fatal(err)
	}
	want := []insight.Transcript{{ID: conversation, FirstName: "Ada", LastName: "Lovelace", Phone: "+12085550002", CampaignID: &campaign,
		CampaignTitle: "Open day", OfficeName: "Aid", Mode: outreach.BotMode, WaitingSince: &began, LastAt: began,
		LastAuthor: outreach.ByContact, Preview: "where do i park", Texts: 3}}
	if diff := cmp.Diff(want, page.Rows); diff != "" {
		t.Error("the campaign's text, the question and the bot's answer (-want +got):\n" + diff)
	}
}
