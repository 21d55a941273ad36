package page_test

import (
	"strings"
	"time"

	"parley/web/page"
	"parley/web/ui"
)

// The pages are shown to the tests as a believable university at one moment.
var (
	boise = mustZone("America/Boise")
	now   = time.Date(2026, time.November, 23, 10, 37, 0, 0, boise)
	clock = ui.Clock{Now: now, Zone: boise}
)

func mustZone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return zone
}

func ago(d time.Duration) time.Time { return now.Add(-d) }

func on(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, boise)
}

const (
	aidNumber       = "+12085550142"
	registrarNumber = "+12085550167"
	admissions      = "+12085550110"
)

func shell() ui.Shell {
	return ui.Shell{
		Clock: clock, Organization: "Marlowe University", User: ui.Person{Name: "Dana Whitfield"}, Role: ui.Administrator,
		Waiting: 14, ToReview: 9, Phones: "http://127.0.0.1:8081/", Events: "/events",
		Sending: &ui.Sending{Title: "FAFSA priority deadline", URL: "/campaigns/1", Done: 5033, Total: 8117, FinishesAt: on(11, 23, 11, 37)},
	}
}

func nobody() ui.Shell { return ui.Shell{Clock: clock} }

var everything = page.CampaignMay{Clone: true, Pause: true, Archive: true}

func campaigns() page.Campaigns {
	row := func(id, title, tags string, waiting int, office, number, list string, people int, mode ui.Mode, status ui.Status, updated, launch time.Time) page.CampaignRow {
		r := page.CampaignRow{ID: id, Title: title, Tags: strings.Fields(tags), Waiting: waiting, Office: office, Number: number, List: list, People: people, Mode: mode, Status: status, Updated: updated, Launch: launch, May: everything}
		if status == ui.Draft {
			r.May = page.CampaignMay{Edit: true, Launch: true, Clone: true, Archive: true}
		}
		if status == ui.Sends {
			r.Percent = 62
		}
		return r
	}
	var never time.Time
	return page.Campaigns{
		Shell: shell(), MayCreate: true,
		Counts: page.CampaignCounts{Active: 38, Archived: 412, Draft: 9, Scheduled: 5, Launched: 24, Waiting: 5},
		Tags:   strings.Fields("fafsa deadline first-year transfer admissions housing registration holds seniors"),
		Rows: []page.CampaignRow{
			row("1", "FAFSA priority deadline, December 1", "fafsa deadline 2027–28", 5, "Financial Aid", aidNumber, "FAFSA not filed, Nov 20", 8117, ui.BotMode, ui.Sends, ago(2*time.Minute), on(11, 23, 9, 0)),
			row("2", "Verification documents still missing", "fafsa verification", 3, "Financial Aid", aidNumber, "Verification V1 and V4", 642, ui.BotMode, ui.Active, ago(11*time.Minute), on(11, 19, 9, 0)),
			row("3", "Spring registration opens Monday", "registration first-year", 4, "Registrar", registrarNumber, "First-years, Fall 2026", 2914, ui.BotMode, ui.Active, ago(38*time.Minute), on(11, 16, 9, 0)),
			row("4", "Nursing information session: are you coming?", "admissions yes-no", 0, "Admissions", admissions, "Nursing interest, 2027", 1180, ui.BotMode, ui.Active, ago(time.Hour), on(11, 18, 9, 0)),
			row("5", "Halls close for Thanksgiving, Nov 25", "housing deadline", 2, "Housing", "+12085550153", "Staying past Nov 24", 486, ui.AgentMode, ui.Active, ago(2*time.Hour), on(11, 20, 9, 0)),
			row("6", "Hold on your account: act before Dec 4", "bursar holds", 0, "Bursar", "+12085550188", "Balance over $200", 1327, ui.BotMode, ui.Paused, ago(3*time.Hour), on(11, 17, 9, 0)),
			row("7", "Transfer credit review: one document left", "transfer admissions", 0, "Admissions", admissions, "Transfer admits, Spring", 318, ui.AgentMode, ui.Scheduled, ago(20*time.Hour), on(11, 25, 9, 0)),
			row("8", "Advising check-in, week 13", "first-year advising", 0, "Student Success", "+12085550129", "Under 12 credits", 407, ui.BotMode, ui.Scheduled, ago(22*time.Hour), on(11, 30, 9, 0)),
			row("9", "FAFSA: last call before December 1", "fafsa deadline", 0, "Financial Aid", aidNumber, "FAFSA not filed, Nov 20", 8412, ui.BotMode, ui.Draft, on(11, 20, 9, 0), never),
			row("10", "Work-study jobs for spring", "fafsa jobs", 0, "Financial Aid", "", "", 0, ui.BotMode, ui.Draft, on(11, 18, 9, 0), never),
			row("11", "Order your cap and gown", "seniors", 1, "Registrar", registrarNumber, "December graduates", 892, ui.BotMode, ui.Active, on(11, 17, 9, 0), on(11, 10, 9, 0)),
			row("12", "Spring parking permits go on sale", "parking", 0, "Student Success", "+12085550129", "Fall permit holders", 3408, ui.BotMode, ui.Active, on(11, 16, 9, 0), on(11, 12, 9, 0)),
			row("13", "Flu shots on the Quad, Thursday", "health", 0, "Health Center", "+12085550111", "All students", 11204, ui.BotMode, ui.Active, on(11, 16, 9, 0), on(11, 11, 9, 0)),
		},
		Paging: ui.Paging{Shown: "1 to 25 of 38", Next: "/campaigns?after=abc"},
	}
}

func first(text string) []ui.Piece {
	return []ui.Piece{{Text: "Hi "}, {Text: "First name", Merged: true}, {Text: text}}
}

func templates() []page.Template {
	return []page.Template{
		{ID: "deadline", Title: "Deadline", Topic: "Financial aid", Language: "English", Text: append(first(", the deadline for "), ui.Piece{Text: "what", Merged: true}, ui.Piece{Text: " is "}, ui.Piece{Text: "date", Merged: true}, ui.Piece{Text: ". Questions? Just reply."})},
		{ID: "coming", Title: "Are you coming?", Topic: "Events", Language: "English", YesNo: true, Text: append(first(", will you join us on "), ui.Piece{Text: "date", Merged: true}, ui.Piece{Text: "? Reply YES or NO."})},
		{ID: "missing", Title: "Something is missing", Topic: "Admissions", Language: "Spanish", Text: append(first(", we still need your "), ui.Piece{Text: "document", Merged: true}, ui.Piece{Text: ". Here is how: "}, ui.Piece{Text: "link", Merged: true})},
	}
}

func firstCampaign() page.Campaigns {
	s := ui.Shell{Clock: clock, Organization: "Juniper College", User: ui.Person{Name: "Rosa Delgado"}, Role: ui.Manager, Phones: "http://127.0.0.1:8081/"}
	return page.Campaigns{Shell: s, MayCreate: true, First: &page.FirstSteps{Number: "+12085550100", Simulated: true, Templates: templates(), Library: 48}}
}

func head() page.CampaignHead {
	return page.CampaignHead{
		ID: "1", Title: "FAFSA priority deadline, December 1", Office: "Financial Aid", Status: ui.Sends, Percent: 62, Waiting: 5,
		Number: aidNumber, NumberKind: "reusable", List: "FAFSA not filed, Nov 20", ListURL: "/lists/3", Mode: ui.BotMode,
		Launch: on(11, 23, 9, 0), LaunchedBy: "Dana Whitfield", Conversations: 731, Recipients: 8117, May: everything,
	}
}

func verification() page.CampaignHead {
	h := head()
	h.ID, h.Title, h.Status, h.Waiting = "2", "Verification documents still missing", ui.Active, 3
	h.List, h.Launch, h.Conversations, h.Recipients = "Verification V1 and V4", on(11, 19, 9, 0), 214, 642
	return h
}

func archivedHead() page.CampaignHead {
	h := head()
	h.ID, h.Title, h.Status, h.Waiting, h.Archived = "20", "FAFSA: you are nearly there", ui.Archived, 0, on(11, 23, 8, 0)
	h.List, h.Launch, h.Conversations, h.Recipients = "FAFSA started, Nov 6", on(11, 9, 9, 0), 1942, 8161
	h.May, h.Export = page.CampaignMay{Clone: true}, "/campaigns/20/analytics.csv"
	return h
}

func conversation() page.Conversation {
	return page.Conversation{
		Clock: clock, ID: "c1", Contact: ui.Person{Name: "Marisol Vega"}, Phone: "+12085550173", ContactURL: "/contacts/7",
		About: []string{"first-year", "speaks English"}, Mode: ui.BotMode, Waiting: true, Since: ago(18 * time.Minute), Reason: "The bot did not know the answer.",
		Suggested: &page.Suggested{About: "7", Asked: "which parent do i put", Answers: []page.Suggestion{
			{ID: "9", Title: "Which parent goes on the FAFSA?", URL: "/knowledge/answers/9", Text: "Put the parent who gave you more support, Marisol.", Percent: 41},
			{ID: "10", Title: "Do my parents need an SSN?", URL: "/knowledge/answers/10", Text: "No. A parent without one can still get an FSA ID.", Percent: 12}}},
		MaySwitch: true, Back: "/campaigns/1?sort=newest", Composer: &page.Composer{As: "Dana", Waiting: 13, Next: ui.Link{Text: "Yuki Tanaka", URL: "/campaigns/1?conversation=c2"}},
		Messages: []ui.Message{
			{ID: "1", From: ui.FromContact, Name: "Marisol Vega", Text: "is the office open friday", At: on(11, 19, 10, 20)},
			{ID: "2", From: ui.FromAgent, Name: "Ann Okafor", Text: "Yes, 8:00 to 5:00 in Harlan Hall 110. Bring your award letter.", At: on(11, 19, 10, 24), Delivery: ui.Failed, Reason: "the phone was off. Sent again 11:02 AM."},
			{ID: "3", From: ui.FromContact, Name: "Marisol Vega", Text: "ok thx", At: on(11, 19, 11, 5)},
			{ID: "3b", From: ui.FromTest, Text: "Hi Marisol, the FAFSA priority deadline is tomorrow.", At: on(11, 20, 11, 5), Delivery: ui.Delivered},
			{ID: "4", From: ui.FromCampaign, Text: "Hi Marisol, the FAFSA priority deadline is Tuesday, December 1. Filing by then keeps you first in line for grants. Questions? Just reply.", At: on(11, 23, 9, 31), Delivery: ui.Delivered},
			{ID: "5", From: ui.FromContact, Name: "Marisol Vega", Text: "does it cost anything", At: on(11, 23, 10, 15)},
			{ID: "6", From: ui.FromBot, Text: "No, the FAFSA is free. Fill it in at studentaid.gov and use school code 001624 for Marlowe.", At: on(11, 23, 10, 15), Delivery: ui.Delivered, Sure: 94, Source: ui.Link{Text: "Is the FAFSA free?", URL: "/knowledge/answers/4"},
				Judged: ui.Judged{Text: "5", Wrong: true, By: "Ann Okafor", WrongURL: "/conversations/c1/wrong", RightURL: "/conversations/c1/right", Back: "/inbox"}},
			{ID: "7", From: ui.FromContact, Name: "Marisol Vega", Text: "ok so my dad moved to Mexico last year, which parent do i put", At: on(11, 23, 10, 19)},
			{ID: "8", From: ui.FromEvent, Text: "The bot was 41% sure and needs 70%.", At: on(11, 23, 10, 19), Sure: 41, Source: ui.Link{Text: "Which parent goes on the FAFSA?", URL: "/knowledge/answers/9"}},
		},
	}
}

func rows(url func(id string) string) []page.ConversationRow {
	waiting := func(id, name, preview string, minutes int, mode ui.Mode, reason string) page.ConversationRow {
		return page.ConversationRow{ID: id, URL: url(id), Contact: ui.Person{Name: name}, Preview: preview, Waiting: true, Since: ago(time.Duration(minutes) * time.Minute), At: ago(time.Duration(minutes) * time.Minute), Mode: mode, Reason: reason}
	}
	quiet := func(id, name, preview string, at time.Time, agent string) page.ConversationRow {
		return page.ConversationRow{ID: id, URL: url(id), Contact: ui.Person{Name: name}, Preview: preview, At: at, Mode: ui.BotMode, Agent: agent}
	}
	list := []page.ConversationRow{
		waiting("c1", "Marisol Vega", "ok so my dad moved to Mexico last year, which parent do i put", 18, ui.BotMode, "Bot did not know"),
		waiting("c2", "Yuki Tanaka", "it says my SSN doesnt match", 16, ui.AgentMode, "New text"),
		waiting("c3", "Brooke Lindqvist", "my school code is wrong and i already sent it", 14, ui.BotMode, "Bot did not know"),
		waiting("c4", "José Ibáñez", "¿Puedo llenarla en español?", 11, ui.BotMode, "Bot did not know"),
		waiting("c5", "Caleb Whitehorse", "can somebody call me about this", 3, ui.BotMode, "Asked for a person"),
		quiet("c6", "Aaliyah Brooks", "Bot: No, the FAFSA is free. Fill it in at studentaid.gov", on(11, 23, 10, 35), ""),
		quiet("c7", "Marcus Lindgren", "thank you so much!", on(11, 23, 10, 34), "Ann Okafor"),
		quiet("c8", "Mariam Haddad", "Bot: Our school code is 001624.", on(11, 23, 10, 31), ""),
		quiet("c9", "Noor Haddad", "Bot: The priority deadline is December 1.", on(11, 22, 10, 31), ""),
	}
	list[3].Language = "Spanish"
	return list
}

func activity() page.Activity {
	open := conversation()
	filter := page.ConversationFilter{}
	list := rows(func(id string) string { return filter.Open(id).URL("1") })
	list[0].Current = true
	return page.Activity{
		Shell: shell(), Campaign: head(), Filter: filter, Counts: page.ConversationCounts{Attention: 5, Failed: 61, OptedOut: 18}, Open: &open,
		List: page.ConversationList{Clock: clock, URL: filter.URL("1"), Event: ui.EventCampaign("1"), Heading: "731 conversations", Aside: ui.Link{Text: "Needs attention first", URL: "/campaigns/1?sort=newest"}, Rows: list, Next: filter.After("1", "c9")},
	}
}

// activityYesNo asks a yes or no question.
func activityYesNo() page.Activity {
	p := activity()
	p.YesNo, p.Counts = true, page.ConversationCounts{Attention: 5, SaidYes: 411, SaidNo: 96, SaidOther: 14}
	p.List.Rows[1].Answer, p.List.Rows[5].Answer = "Said something else", "Said yes"
	return p
}

func activityOpen() page.Activity {
	p := activity()
	p.Filter = p.Filter.Open("c1")
	return p
}

func card() *page.ContactCard {
	return &page.ContactCard{
		URL: "/contacts/8", Contact: ui.Person{Name: "Deshawn Carter"}, Phone: "+12085550138", Consent: page.Consent{MayBeTexted: true},
		Details:  []page.Detail{{Label: "Student ID", Value: "…4471"}, {Label: "Program", Value: "Civil Engineering"}, {Label: "Class", Value: "Sophomore"}, {Label: "Language", Value: "English"}, {Label: "Local time", Value: "10:37 AM, Boise"}},
		Notes:    []page.ContactNote{{Text: "Prefers calls after 1 PM. Works mornings.", By: "Priya Raman", At: on(10, 14, 9, 0)}},
		NotesURL: "/contacts/8/notes", HasMore: 11,
		History: []page.HistoryItem{
			{Title: "Verification documents still missing", URL: "/inbox?conversation=d1", At: on(11, 23, 9, 2), Outcome: "replied, waiting"},
			{Title: "FAFSA: you are nearly there", URL: "/inbox?conversation=d2", At: on(11, 9, 9, 2), Outcome: "answered by the bot"},
			{Title: "1:1 with Ann Okafor", URL: "/inbox?conversation=d3", OneToOne: true, At: on(10, 14, 9, 2), Outcome: "6 texts"},
			{Title: "Welcome week for sophomores", URL: "/inbox?conversation=d4", At: on(8, 21, 9, 2), Outcome: "delivered, no reply"},
		},
	}
}

func deshawn() *page.Conversation {
	return &page.Conversation{
		Clock: clock, ID: "d1", Contact: ui.Person{Name: "Deshawn Carter"}, Phone: "+12085550138", ContactURL: "/contacts/8", About: []string{"Verification documents still missing"},
		Mode: ui.BotMode, Waiting: true, Since: ago(32 * time.Minute), Reason: "Asked for a person.", Claimed: "Ann Okafor", MaySwitch: true, Back: "/inbox",
		Composer: &page.Composer{As: "Ann", Replying: []string{"Ben Castillo"}, Waiting: 13, Next: ui.Link{Text: "Marisol Vega", URL: "/inbox?conversation=c1"}},
		Messages: []ui.Message{
			{ID: "1", From: ui.FromCampaign, Name: "Verification documents still missing", Text: "Hi Deshawn, we still need your signed Verification Worksheet to release spring aid. Upload it at marlowe.edu/docs by December 4.", At: on(11, 23, 9, 2), Delivery: ui.Delivered},
			{ID: "2", From: ui.FromContact, Name: "Deshawn Carter", Text: "i uploaded it last week", At: on(11, 23, 9, 40)},
			{ID: "3", From: ui.FromBot, Text: "Thanks. Uploads take 3 to 5 business days to show in your portal.", At: on(11, 23, 9, 40), Sure: 88, Source: ui.Link{Text: "When will my upload show?", URL: "/knowledge/answers/5"}, Delivery: ui.Delivered},
			{ID: "4", From: ui.FromContact, Name: "Deshawn Carter", Text: "Can somebody call me? I got a letter about my loan", At: on(11, 23, 10, 5)},
			{ID: "5", From: ui.FromNote, Name: "Priya Raman", Text: "Worksheet is in, unsigned on page 2. Loan letter is the exit notice, not a bill.", At: on(11, 23, 10, 21)},
		},
	}
}

func inbox() page.Inbox {
	s := shell()
	s.User, s.Role, s.Sending = ui.Person{Name: "Ann Okafor"}, ui.Agent, nil
	filter := page.InboxFilter{}
	list := rows(func(id string) string { return filter.Open(id).URL() })[:5]
	for i := range list {
		list[i].Inbox = "Financial Aid"
	}
	list[1].Inbox = "Mine"
	list[0].Replying = []string{"Ben Castillo"}
	firstRow := page.ConversationRow{ID: "d1", URL: filter.Open("d1").URL(), Contact: ui.Person{Name: "Deshawn Carter"}, Preview: "Can somebody call me? I got a letter about my loan", Waiting: true, Since: ago(32 * time.Minute), Mode: ui.BotMode, Inbox: "Financial Aid", Reason: "Asked for a person", Current: true}
	unknown := page.ConversationRow{ID: "d9", URL: filter.Open("d9").URL(), Phone: "+19865550119", Preview: "Hi is this the financial aid office?", Waiting: true, Since: ago(15 * time.Minute), Mode: ui.AgentMode, Inbox: "Financial Aid", Reason: "Unknown number", OneToOne: true}
	return page.Inbox{
		Shell: s, Filter: filter, Attention: 14, Participating: 27, Inboxes: []ui.Option{{Value: "u1", Label: "Mine"}, {Value: "o1", Label: "Financial Aid"}},
		List: page.ConversationList{Clock: clock, URL: filter.URL(), Event: ui.EventInbox, Heading: "Longest wait first", Aside: ui.Link{Text: "Median wait 8 min"}, Rows: append([]page.ConversationRow{firstRow, list[0], list[1], unknown}, list[2:]...)},
		Open: deshawn(), Card: card(),
	}
}

func inboxOpen() page.Inbox {
	p := inbox()
	p.Filter = p.Filter.Open("d1")
	return p
}

func inboxEmpty() page.Inbox {
	p := inbox()
	p.Attention, p.Open, p.Card, p.List.Rows = 0, nil, nil, nil
	p.List.Empty = page.EmptyList{Icon: "inbox", Title: "Nobody waits", Text: "Whoever needs a person's answer appears here, the longest wait first."}
	return p
}
