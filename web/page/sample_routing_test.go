package page_test

import (
	"parley/web/page"
	"parley/web/ui"
)

func oneToOne() page.OneToOne {
	return page.OneToOne{Shell: shell(), Numbers: []ui.Option{{Value: "1", Label: "(208) 555-0142, Financial Aid"}}, Phone: "12", Text: "Your book is here.",
		Key: "00112233445566778899aabbccddeeff", Hours: "9:00 am and 8:00 pm", Errors: ui.Errors{"phone": "Type a phone number, for example (208) 555-0142."}}
}

func oneToOneKnown() page.OneToOne {
	p := oneToOne()
	p.Contact, p.Person, p.Phone = "7", "Marisol Vega", "+12085550173"
	p.Errors = ui.Errors{"phone": "This person has opted out and may not be texted."}
	return p
}

func user() page.User {
	return page.User{Shell: shell(), ID: "4", Name: "Ann Okafor", Email: "ann.okafor@marlowe.example", Role: string(ui.Agent), Offices: []string{"1"},
		Choices: []ui.Option{{Value: "1", Label: "Financial Aid"}, {Value: "2", Label: "Registrar"}}}
}

func userOff() page.User {
	u := user()
	u.Off = true
	return u
}

func strays() page.Settings {
	return page.Settings{Shell: shell(), Tab: page.SettingsStrays,
		Strays: []page.StrayText{{Sender: "+12085550123", Recipient: "+12085550999", Text: "Is this the library?", At: on(11, 24, 9, 0)}}, Paging: ui.Paging{Shown: "1 text"}}
}

func failedWebhooks() page.Settings {
	return page.Settings{Shell: shell(), Tab: page.SettingsFailed,
		Failed: []page.FailedWebhook{{ID: "3", What: "Text from (208) 555-0123 to (208) 555-0142", Text: "hi", Error: "ask the bot: away", Tries: 4, At: on(11, 24, 9, 0), NextAt: on(11, 24, 9, 20)}},
		Paging: ui.Paging{Shown: "1 webhook"}}
}

func release() page.ReleaseNumber {
	return page.ReleaseNumber{Shell: shell(), ID: "1", Phone: "+12085550142", Waiting: 2, Errors: ui.Errors{"understood": "2 people wait for an answer and will get none. Tick the box if you mean it."}}
}

func releaseInUse() page.ReleaseNumber {
	return page.ReleaseNumber{Shell: shell(), ID: "1", Phone: "+12085550142", UsedBy: ui.Link{Text: "FAFSA priority deadline, December 1", URL: "/campaigns/1"}}
}
