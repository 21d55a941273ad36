package page_test

import (
	"time"

	"parley/web/page"
	"parley/web/ui"
)

func saved() page.DraftSaved { return page.DraftSaved{Clock: clock, At: on(11, 23, 10, 36)} }

func start(from string) page.CampaignStart {
	return page.CampaignStart{
		Shell: shell(), From: from, Topics: []string{"Financial aid", "Admissions", "Events"}, Templates: templates(),
		Previous: []page.Previous{{ID: "2", Title: "Verification documents still missing", Launched: on(11, 19, 9, 0), People: 642}, {ID: "9", Title: "FAFSA: last call before December 1", People: 8412}},
	}
}

func startClone() page.CampaignStart {
	p := start("previous")
	p.Chosen = &p.Previous[0]
	p.Title = "Verification documents still missing"
	p.Errors = ui.Errors{"title": "There is a campaign of this title. “Verification documents still missing (2)” is free."}
	return p
}

func startText() page.CampaignStart {
	p := start("library")
	p.Template = &p.Templates[0]
	return p
}

func phone() *ui.Handset {
	return &ui.Handset{Hour: "9:00", Sender: "Marlowe Financial", Number: ui.Phone(aidNumber), When: "Mon, Nov 30, 9:00 AM", Text: []ui.Piece{
		{Text: "Hi "}, {Text: "Marisol", Merged: true}, {Text: ", the FAFSA priority deadline is tomorrow, December 1. File today to stay first in line for grants. Ask "}, {Text: "Ms. Ruiz", Merged: true}, {Text: " or just reply. STOP to opt out."},
	}}
}

func general() page.CampaignGeneral {
	return page.CampaignGeneral{
		Shell: shell(), ID: "9", SavedAt: saved(), Title: "FAFSA: last call before December 1", Office: "o1", Content: "simple",
		Message: "Hi {{first_name}}, the FAFSA priority deadline is tomorrow, December 1. File today to stay first in line for grants. Ask {{advisor}} or just reply. STOP to opt out.",
		Tags:    "fafsa, deadline", List: "l1", Number: "n1", When: "at", Date: "2026-11-30", Time: "09:00", ZoneName: "Mountain time",
		Offices: []ui.Option{{Value: "o1", Label: "Financial Aid"}, {Value: "o2", Label: "Registrar"}},
		Lists:   []ui.Option{{Value: "l1", Label: "FAFSA not filed, Nov 20 (8,412 people)"}},
		Numbers: []ui.Option{{Value: "n1", Label: "(208) 555-0142, reusable, Financial Aid"}},
		Merges:  []page.Merge{{Name: "first_name", Label: "First name"}, {Name: "last_name", Label: "Last name"}, {Name: "advisor", Label: "Advisor"}},
		Preview: phone(), Reader: "Marisol Vega",
	}
}

func generalWrong() page.CampaignGeneral {
	p := general()
	p.Message, p.List, p.Preview, p.SavedAt = "", "", nil, page.DraftSaved{}
	p.Errors = ui.Errors{"message": "Write what people should read.", "list": "Choose who gets the text."}
	return p
}

func policy() page.Policy {
	return page.Policy{
		Mode: "bot", IDK: "agent", Threshold: 70, Inboxes: []string{"o1", "u3"},
		Holding: "Good question. A person from Financial Aid will answer you here, usually within 15 minutes, weekdays 8:00 to 5:00.",
		Choices: []page.InboxChoice{
			{Value: "o1", Name: "Financial Aid office", Note: "6 people: Ann Okafor, Ben Castillo, Priya Raman and 3 more"},
			{Value: "u3", Name: "Ben Castillo", Note: "Personal inbox"}, {Value: "u4", Name: "Priya Raman", Note: "Personal inbox"},
		},
	}
}

func route() page.Route {
	return page.Route{Number: aidNumber, Mode: "bot", IDK: "agent", Threshold: 70, Inboxes: []string{"Financial Aid", "Ben Castillo’s inbox"}, Waiting: 3, Answered: 168, People: 214,
		After: page.AfterArchive{Reusable: true, Mode: "bot", Inboxes: []string{"Financial Aid", "Ben Castillo"}, URL: "/numbers/1"}}
}

func advancedDraft() page.CampaignAdvanced {
	p := page.CampaignAdvanced{Shell: shell(), ID: "9", Title: "FAFSA: last call before December 1", SavedAt: saved(), Policy: policy(), ArchiveDays: "7", Route: route()}
	p.Policy.YesNo = &page.YesNo{YesResponse: "Great, see you there.", NoEscalate: true}
	p.Errors = ui.Errors{"archive_days": "Type a number from 1 to 180.", "inbox": "Choose at least one inbox."}
	return p
}

func advanced() page.CampaignAdvanced {
	h := verification()
	p := page.CampaignAdvanced{Shell: shell(), ID: "2", Title: h.Title, Head: &h, Policy: policy(), ArchiveDays: "14", ArchivesAt: on(12, 3, 9, 0), Route: route()}
	p.Policy.ModeFixed = "The campaign type is fixed after launch. Conversations can switch mode one by one."
	return p
}

func review() page.CampaignReview {
	return page.CampaignReview{
		Shell: shell(), ID: "9", Title: "FAFSA: last call before December 1", SavedAt: saved(), Fingerprint: "b3a1", MayLaunch: true, TestURL: "/campaigns/9/test?person=1", LaunchAt: on(11, 30, 9, 0),
		Sum: page.Sum{InList: 8412, Less: []page.SumPart{{Count: 187, Why: "opted out"}, {Count: 12, Why: "same number twice"}, {Count: 96, Why: "landlines"}}},
		Checks: []page.Check{
			{Level: page.Block, Title: "{{advisor}} is empty for 214 people.", Text: "Choose what they should read.", Empty: &page.EmptyField{Field: "advisor", Label: "advisor", People: 214, Choice: "text", Error: "Type the words to use when there is no advisor."}},
			{Level: page.Look, Title: "1,306 people get 2 texts.", Text: "Their name and their advisor’s are long. 9,423 texts in all.", Longest: []page.LongText{
				{Contact: ui.Person{Name: "Maximiliane Oberhollenzer"}, Phone: "+12085550117", Text: "Hi Maximiliane, the FAFSA priority deadline is tomorrow. Ask Mr. Featherstonehaugh-Cholmondeley or just reply.", Texts: 2, Characters: 171},
				{Phone: "+12085550118", Text: "Hi there, the FAFSA priority deadline is tomorrow.", Texts: 2, Characters: 163}}},
			{Level: page.Look, Title: "Same list as today’s campaign.", Text: "“FAFSA not filed, Nov 20”, 8,412 people, not changed since.", Confirm: "Yes, I mean the same people"},
			{Level: page.Fine, Title: "The number is ready.", Text: "(208) 555-0142 sends 1 text a second."},
			{Level: page.Fine, Title: "Opted-out people are left out.", Text: "187 of them, the last one today at 9:58 AM."},
			{Level: page.Fine, Title: "Quiet hours are kept.", Text: "Mon 9:00 to about 11:37 AM. 1,120 people in Pacific time start at 9:00 there."},
			{Level: page.Fine, Title: "Somebody is there to answer.", Text: "The bot first, then 6 people in Financial Aid."},
			{Level: page.Fine, Title: "Within your plan.", Text: "41,250 of 100,000 texts used this month; 50,673 after this."},
		},
		Preview: &page.Previewed{Phone: *phone(), Position: 1, Next: "/campaigns/9/review?person=2", Details: []page.Detail{{Label: "To", Value: "Marisol Vega, first-year"}, {Label: "Length", Value: "1 text, 154 of 160 characters"}, {Label: "Answers", Value: "Bot, then Financial Aid"}, {Label: "Archive", Value: "7 days after launch"}}},
	}
}

func reviewStale() page.CampaignReview {
	p := review()
	p.Checks, p.LaunchAt = p.Checks[3:], time.Time{}
	p.Changed = []page.Difference{{What: "People", Was: "8,117", Now: "8,109"}, {What: "Message", Was: "…deadline is Tuesday", Now: "…deadline is tomorrow"}}
	return p
}

func sent() page.CampaignSent {
	h := verification()
	return page.CampaignSent{
		Shell: shell(), Campaign: h, Content: "Simple message", ContentNote: "620 people got 1 text, 22 got 2. 664 texts in all.", Tags: []string{"fafsa", "verification"},
		Message:     append(first(", we still need your signed Verification Worksheet to release spring aid. Upload it at "), ui.Piece{Text: "Upload link", Merged: true}, ui.Piece{Text: " by December 4."}),
		MessageNote: "Upload link was empty for 6 people; they read “marlowe.edu/docs”.", ListNote: "655 people, imported Nov 18. 642 were texted, 9 had opted out, 4 are landlines.",
		NumberNote: "Reusable, kept by Financial Aid", LaunchNote: "Finished 9:11 AM", Preview: phone(), Reader: "Deshawn Carter", Another: "/campaigns/2/general?person=2",
		Happened: []page.Happening{{Who: "Dana Whitfield", What: "launched the campaign", At: on(11, 19, 9, 0)}, {What: "finished sending: 631 delivered, 11 failed", At: on(11, 19, 9, 11)}, {Who: "Priya Raman", What: "added the inbox Ben Castillo", At: on(11, 20, 14, 14)}},
	}
}

func recipients() page.CampaignContacts {
	person := func(name, phone string, state ui.Delivery, reason string) page.Recipient {
		return page.Recipient{Contact: ui.Person{Name: name}, URL: "/campaigns/1?conversation=c1", Phone: phone, State: state, Reason: reason, At: on(11, 23, 9, 31)}
	}
	return page.CampaignContacts{
		Shell: shell(), Campaign: head(), Paging: ui.Paging{Shown: "1 to 6 of 8,117", Next: "/campaigns/1/contacts?after=x", Previous: "/campaigns/1/contacts"},
		Counts: []page.RecipientCount{{State: "waiting", Label: "Waiting", Count: 3084}, {State: "sent", Label: "Sent", Count: 411}, {State: "delivered", Label: "Delivered", Count: 4561}, {State: "failed", Label: "Failed", Count: 61}},
		Rows: []page.Recipient{
			person("Marisol Vega", "+12085550173", ui.Delivered, ""), person("Deshawn Carter", "+12085550138", ui.Sent, ""), person("Ruth O’Dell", "+12085550181", ui.Failed, "it is a landline"),
			person("Yuki Tanaka", "+12085550144", ui.Queued, ""), person("Brooke Lindqvist", "+12085550145", ui.Skipped, "opted out before it was sent"), person("José Ibáñez", "+12085550146", ui.Unknown, "the phone company did not say"),
		},
	}
}

// recipientsYesNo are those of a yes or no question.
func recipientsYesNo() page.CampaignContacts {
	p := recipients()
	p.YesNo, p.Rows[0].Answer, p.Rows[1].Answer = true, "Said yes", "Said something else"
	return p
}

func numbersOf(responses int) page.Numbers {
	hours := []int{9, 4, 3, 3, 3, 3, 12, 38, 74, 286, 231, 164, 142, 128, 117, 108, 131, 149, 121, 88, 61, 38, 22, 12}
	byHour := ui.Chart{ID: "by-hour", Title: "Responses by hour of day", Takeaway: "Busiest at 9 AM, Mountain time", Column: "Hour", Unit: "Responses", Every: 3}
	for hour, value := range hours {
		byHour.Bars = append(byHour.Bars, ui.ChartBar{Label: time.Date(0, 1, 1, hour, 0, 0, 0, time.UTC).Format("3 PM"), Value: value})
	}
	byWeekday := ui.Chart{ID: "by-weekday", Title: "Responses by weekday", Takeaway: "Launched on a Monday", Column: "Weekday", Unit: "Responses"}
	for i, value := range []int{728, 490, 296, 196, 136, 56, 40} {
		day := time.Weekday((i + 1) % 7)
		byWeekday.Bars = append(byWeekday.Bars, ui.ChartBar{Label: day.String()[:3], Long: day.String(), Value: value})
	}
	byDate := ui.Chart{ID: "by-date", Title: "Responses by date", Takeaway: ui.Plural(responses, "person", "people"), Column: "Date", Unit: "Responses"}
	for i, value := range []int{611, 402, 233, 148, 96, 31, 24, 118, 89, 63, 47, 40, 26, 14} {
		day := on(11, 9+i, 12, 0)
		byDate.Bars = append(byDate.Bars, ui.ChartBar{Label: day.Format("Jan 2"), Long: day.Format("Monday, January 2"), Value: value})
	}
	return page.Numbers{
		Figures: []ui.Figure{
			{Label: "Delivered", Value: "8,013", Aside: "98.2%", Definition: "of 8,161 people texted; 148 failed"},
			{Label: "Responded", Value: "1,942", Definition: "people who texted back, counted once"},
			{Label: "Response rate", Value: "24.2%", Definition: "people responded ÷ people delivered to"},
			{Label: "Opted out", Value: "41", Aside: "0.5%", Definition: "asked for no more texts, in this campaign"},
			{Label: "The bot did not know (IDK rate)", Value: "11.8%", Definition: "309 of 2,615 questions it was asked"},
			{Label: "Answered without a person", Value: "78.4%", Definition: "1,522 of the 1,942 people who responded"},
			{Label: "Median time to an agent’s answer", Value: "6 min 20 s", Definition: "half of 512 answers came faster, half slower"},
			{Label: "Sending", Value: "Done", Icon: "fine", Definition: "Nov 9, 9:00 to 11:29 AM, 1 text a second"},
		},
		ByHour: byHour, ByWeekday: byWeekday, ByDate: byDate, FailuresURL: "/campaigns/20/contacts?state=failed",
		Failures: []ui.Meter{{Label: "Landline, cannot get texts", Count: 71}, {Label: "Phone off or out of reach", Count: 38}, {Label: "Number is not in use", Count: 24}, {Label: "Refused as spam by the phone company", Count: 9}, {Label: "Opted out at the phone company", Count: 6}},
	}
}

func campaignAnalytics() page.CampaignAnalytics {
	return page.CampaignAnalytics{Shell: shell(), Campaign: archivedHead(), Numbers: numbersOf(1942)}
}

// campaignPlan is what Analytics says before the launch.
func campaignPlan() page.CampaignPlan {
	h := head()
	h.Status, h.LaunchedBy, h.Launch, h.Waiting, h.Conversations, h.Recipients = ui.Scheduled, "", on(11, 25, 9, 0), 0, 0, 0
	h.May = page.CampaignMay{Reschedule: true, Clone: true, Template: true, Archive: true}
	return page.CampaignPlan{Shell: shell(), Campaign: h, Title: "No figures yet", Text: "They begin with the launch, Wed, Nov 25, 9:00 AM, and grow while people answer.",
		Plan: []page.Detail{{Label: "Launches", Value: "Wed, Nov 25, 9:00 AM"}, {Label: "Contact list", Value: "FAFSA not filed, Nov 20, 8,117 people"}, {Label: "Archive", Value: "7 days after launch"}},
		Next: ui.Link{Text: "Go on with the draft", URL: "/campaigns/1/general"}}
}

// testText tries a draft on a phone of somebody who wants no texts.
func testText() page.TestText {
	return page.TestText{Shell: shell(), ID: "9", Title: "FAFSA: last call before December 1", Phone: "(208) 555-0199", Person: 1, Reader: "Marisol Vega", Preview: phone(),
		Hours: "9:00 am and 8:00 pm", Key: "0a1b", Errors: ui.Errors{"phone": "This person has opted out and may not be texted."}}
}

func analytics() page.OrganizationAnalytics {
	return page.OrganizationAnalytics{
		Shell: shell(), From: "2026-11-01", To: "2026-11-23", Offices: []ui.Option{{Value: "o1", Label: "Financial Aid"}}, Numbers: numbersOf(1942), Export: "/analytics.csv",
		Campaigns: []page.MeasuredCampaign{{Title: "FAFSA: you are nearly there", URL: "/campaigns/20/analytics", Launched: on(11, 9, 9, 0), Texted: 8161, Delivered: 8013, Responded: 1942, OptedOut: 41}},
	}
}

func archive() page.StopArchive {
	return page.StopArchive{
		Shell: shell(), ID: "1", Title: "FAFSA priority deadline, December 1", Number: aidNumber, AsOf: now, NotTexted: 3084, Texted: 5033, Waiting: 5, Reusable: true,
		MoveTo:    []page.MovedTo{{Name: "Financial Aid office", Office: true}, {Name: "Ben Castillo"}},
		MoveNotes: []string{"2 of them leave Ann Okafor’s personal inbox. She still sees them in Financial Aid."}, Participating: 61, Colleagues: 4, AfterMode: ui.BotMode,
	}
}

func archiveProvisioned() page.StopArchive {
	p := archive()
	p.Reusable, p.MoveTo, p.MoveNotes = false, nil, nil
	p.Errors = ui.Errors{"understood": "Tick this to go on."}
	return p
}
