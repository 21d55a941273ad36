package insight_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/account"
	"parley/internal/insight"
	"parley/internal/outreach"
	"parley/internal/postgres"
)

// lines are the lines of a file behind its byte order mark.
func lines(t *testing.T, file string) []string {
	t.Helper()
	rest, marked := strings.CutPrefix(file, "\uFEFF")
	if !marked {
		t.Errorf("the file begins with %q, want a byte order mark", file[:min(len(file), 3)])
	}
	return strings.Split(strings.TrimSuffix(rest, "\n"), "\n")
}

func TestTheFileOfTranscripts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	campaign := w.addCampaign(launch{title: "=Open day", at: at("2026-11-01 09:00")})
	ada := w.addContact("Ada", "Lovelace, Countess")
	asked := w.addConversation(talk{campaign: campaign, contact: ada, began: at("2026-11-01 10:00"), last: at("2026-11-01 10:05")})
	later := w.addConversation(talk{contact: ada, began: at("2026-07-01 10:00"), last: at("2026-11-02 08:00")})
	for _, s := range []said{
		{campaign: campaign, contact: ada, author: outreach.ByCampaign, body: "Hi Ada", at: at("2026-11-01 09:00")},
		{conversation: asked, author: outreach.ByContact, body: `=HYPERLINK("http://x")`, at: at("2026-11-01 10:00")},
		{conversation: asked, author: outreach.ByBot, body: "Lot C.", at: at("2026-11-01 10:00")},
		{conversation: asked, author: outreach.ByAgent, body: "two\nlines", state: "undelivered", reason: "phone_off", at: at("2026-11-01 10:05")},
		{conversation: asked, author: outreach.ByAgent, body: "never sent", state: "skipped", at: at("2026-11-01 10:06")},
		{conversation: later, author: outreach.ByContact, body: "", at: at("2026-07-01 10:00")},
	} {
		w.addText(s)
	}
	w.exec(`update conversation set answer = 'other' where org_id = @org and id = @asked`, postgres.Args{"asked": asked})
	w.exec(`update message set media = '[{"url": "u"}, {"url": "v"}]' where org_id = @org and body = ''`, nil)

	var file strings.Builder
	if err := w.desk().WriteTranscripts(t.Context(), insight.TranscriptQuery{}, &file); err != nil {
		t.Fatal(err)
	}
	who := `+12085550002,Ada,"Lovelace, Countess",+12085560001,Aid`
	want := []string{
		"Conversation,Phone number,First name,Last name,Our number,Office,Campaign,Time (America/Denver),Written by,Agent,Text,Attachments,Delivery,Why,Answer to yes or no",
		fmt.Sprintf(`%d,%s,,2026-07-01 10:00:00,contact,,,2,,,`, later, who),
		fmt.Sprintf(`%d,%s,'=Open day,2026-11-01 09:00:00,campaign,,Hi Ada,,Delivered,,Other`, asked, who),
		fmt.Sprintf(`%d,%s,'=Open day,2026-11-01 10:00:00,contact,,"'=HYPERLINK(""http://x"")",,,,Other`, asked, who),
		fmt.Sprintf(`%d,%s,'=Open day,2026-11-01 10:00:00,bot,,Lot C.,,Delivered,,Other`, asked, who),
		fmt.Sprintf(`%d,%s,'=Open day,2026-11-01 10:05:00,agent,Ann,"two`, asked, who),
		`lines",,Not delivered,Not delivered: the phone was off.,Other`,
	}
	if diff := cmp.Diff(want, lines(t, file.String())); diff != "" {
		t.Error("(-want +got):\n" + diff)
	}
}

func TestTheFileOfTranscriptsIsNarrowedAsTheListIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	health := w.addOffice("Health")
	campaign := w.addCampaign(launch{title: "Open day", at: at("2026-11-01 09:00")})
	began := at("2026-11-01 10:00")
	for _, c := range []talk{{campaign: campaign, began: began, waiting: true}, {campaign: campaign, began: began}, {office: health, began: began}} {
		w.addText(said{conversation: w.addConversation(c), author: outreach.ByContact, body: "hello", at: began})
	}
	for _, test := range []struct {
		name  string
		desk  insight.Desk
		query insight.TranscriptQuery
		want  int
	}{
		{"all", w.desk(), insight.TranscriptQuery{}, 3},
		{"of a campaign", w.desk(), insight.TranscriptQuery{Campaign: campaign}, 2},
		{"unread of a campaign", w.desk(), insight.TranscriptQuery{Campaign: campaign, Unread: true}, 1},
		{"behind a place in the list, which does not matter", w.desk(), insight.TranscriptQuery{After: outreach.Cursor{At: at("2020-01-01 00:00"), ID: 1}}, 3},
		{"of a manager's office", w.user(account.Manager, health), insight.TranscriptQuery{}, 1},
		{"of another office", w.user(account.Agent, health), insight.TranscriptQuery{Campaign: campaign}, 0},
	} {
		var file strings.Builder
		if err := test.desk.WriteTranscripts(t.Context(), test.query, &file); err != nil {
			t.Fatal(err)
		}
		if got := len(lines(t, file.String())) - 1; got != test.want {
			t.Errorf("%s: %d texts, want %d", test.name, got, test.want)
		}
	}
}

func TestTheFileOfRecipients(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	campaign := w.addCampaign(launch{title: "Open day", at: at("2026-11-09 09:00")})
	other := w.addCampaign(launch{title: "Other", at: at("2026-11-09 09:00")})
	for _, s := range []said{
		{state: "delivered", at: at("2026-11-09 09:01")},
		{state: "failed", reason: "landline", code: 21614, at: at("2026-11-09 09:02")},
		{state: "queued", at: at("2026-11-09 09:00")},
		{state: "skipped", reason: "opted_out", at: at("2026-11-09 09:00")},
		{state: "unresolved", at: at("2026-11-09 09:00")},
	} {
		s.campaign, s.contact, s.author = campaign, w.addContact("Ada", s.state), outreach.ByCampaign
		w.addText(s)
		if s.state == "delivered" {
			said := w.addConversation(talk{campaign: campaign, contact: s.contact, began: at("2026-11-09 10:00")})
			w.exec(`update conversation set answer = 'yes' where org_id = @org and id = @said`, postgres.Args{"said": said})
		}
	}
	w.addText(said{campaign: other, contact: w.addContact("Ben", ""), author: outreach.ByCampaign, at: at("2026-11-09 09:00")})

	heading := "Phone number,First name,Last name,Text,Why,Carrier's error code,Settled (America/Denver),Answer to yes or no"
	landline := "+12085550003,Ada,failed,Not delivered,This is a landline; it cannot get texts.,21614,2026-11-09 09:02:00,"
	skipped := "+12085550005,Ada,skipped,Not sent,Not sent: they opted out.,,2026-11-09 09:00:00,"
	for _, test := range []struct {
		states []string
		want   []string
	}{
		{nil, []string{heading, "+12085550002,Ada,delivered,Delivered,,,2026-11-09 09:01:00,Yes", landline,
			"+12085550004,Ada,queued,Waiting to be sent,,,,", skipped, "+12085550006,Ada,unresolved,Outcome unknown,,,,"}},
		{[]string{"failed", "undelivered", "skipped"}, []string{heading, landline, skipped}},
	} {
		var file strings.Builder
		if err := w.desk().WriteRecipients(t.Context(), campaign, test.states, &file); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, lines(t, file.String())); diff != "" {
			t.Errorf("states %v (-want +got):\n%s", test.states, diff)
		}
	}
}

func TestAFileLongerThanAPieceIsWhole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	campaign := w.addCampaign(launch{title: "Open day", at: at("2026-11-09 09:00")})
	w.exec(`
		with person as (
			insert into contact (org_id, phone) select @org, '+1208777' || (1000 + n) from generate_series(1, 1001) n
			returning id
		)
		insert into message (org_id, contact_id, number_id, campaign_id, author, body, state)
		select @org, id, @number, @campaign, 'campaign', 'Hi', 'delivered' from person`, postgres.Args{"number": w.number, "campaign": campaign})
	w.exec(`
		with begun as (
			insert into conversation (org_id, contact_id, number_id, campaign_id, office_id, mode, last_author, replied)
			select @org, id, @number, @campaign, @office, 'bot', 'contact', true from contact where org_id = @org
			returning id, contact_id
		)
		insert into message (org_id, contact_id, number_id, campaign_id, conversation_id, author, body, state)
		select @org, contact_id, @number, @campaign, id, 'contact', 'Hello', 'received' from begun`,
		postgres.Args{"number": w.number, "campaign": campaign, "office": w.office})

	var recipients, texts strings.Builder
	if err := w.desk().WriteRecipients(t.Context(), campaign, nil, &recipients); err != nil {
		t.Fatal(err)
	}
	if err := w.desk().WriteTranscripts(t.Context(), insight.TranscriptQuery{}, &texts); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]struct {
		text string
		want int
	}{"recipients": {recipients.String(), 1002}, "transcripts": {texts.String(), 2003}} {
		all := lines(t, file.text)
		once := map[string]bool{}
		for _, line := range all {
			once[line] = true
		}
		if len(all) != file.want || len(once) != file.want {
			t.Errorf("%s: %d lines, %d of them different; want %d", name, len(all), len(once), file.want)
		}
	}
}

func TestTheFilesOfFigures(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	campaign := w.addCampaign(launch{title: "=Open day", at: at("2026-11-09 09:00")})
	w.count(campaign, 1, "delivered, failed, replied, opted_out, bot_answers, idks, handed_over", "8, 2, 2, 1, 3, 1, 1")
	w.addConversation(talk{campaign: campaign, began: at("2026-11-09 09:30")})
	waits := w.addConversation(talk{campaign: campaign, began: at("2026-11-10 09:30")})
	w.addText(said{conversation: waits, author: outreach.ByContact, at: at("2026-11-10 09:30")})
	w.addText(said{conversation: waits, author: outreach.ByAgent, at: at("2026-11-10 09:32"), waited: 2 * time.Minute})

	var one, all strings.Builder
	if err := w.desk().WriteCampaign(t.Context(), campaign, &one); err != nil {
		t.Fatal(err)
	}
	if err := w.desk().WriteOrganization(t.Context(), insight.Query{}, &all); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[*strings.Builder][]string{
		&one: {
			"Group,Figure,Value,Definition",
			"Texts,Delivered,8,", "Texts,People texted,10,", `Responses,"Response rate, %",25.00,`, `Responses,"Opt-out rate, %",10.00,`,
			`Who answered,"IDK rate, %",25.00,`, `Who answered,"Bot containment, %",50.00,`, `Who answered,"Median time to an agent's answer, s",120.0,`,
			"Responses by hour of day (America/Denver),09:00,2,", "Responses by hour of day (America/Denver),23:00,0,",
			"Responses by weekday (America/Denver),Monday,1,", "Responses by date (America/Denver),2026-11-10,1,",
		},
		&all: {
			"Campaign,Office,Launched (America/Denver),Group,Figure,Value,Definition",
			"All campaigns,,,Texts,Delivered,8,", "'=Open day,Aid,2026-11-09 09:00:00,Texts,Delivered,8,",
		},
	} {
		written := strings.Join(lines(t, file.String()), "\n")
		for _, line := range want {
			if !strings.Contains("\n"+written, "\n"+line) {
				t.Errorf("no line begins %q in:\n%s", line, written)
			}
		}
	}
}

func TestADeadDownloadEndsTheFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	campaign := w.addCampaign(launch{title: "Open day", at: at("2026-11-09 09:00")})
	gone := errors.New("gone")
	if err := w.desk().WriteRecipients(t.Context(), campaign, nil, broken{gone}); !errors.Is(err, gone) {
		t.Errorf("recipients: %v, want %v", err, gone)
	}
	if err := w.desk().WriteTranscripts(t.Context(), insight.TranscriptQuery{}, broken{gone}); !errors.Is(err, gone) {
		t.Errorf("transcripts: %v, want %v", err, gone)
	}
	if err := w.desk().WriteCampaign(t.Context(), campaign, broken{gone}); !errors.Is(err, gone) {
		t.Errorf("figures: %v, want %v", err, gone)
	}
}

type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }
