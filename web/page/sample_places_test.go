package page_test

import (
	"time"

	"parley/web/page"
	"parley/web/ui"
)

func contactRows() []page.ContactRow {
	yes := page.Consent{MayBeTexted: true}
	return []page.ContactRow{
		{Contact: ui.Person{Name: "Marisol Vega"}, URL: "/contacts/7", Phone: "+12085550173", Language: "English", Consent: yes, Lists: []string{"FAFSA not filed, Nov 20", "First-years"}, Added: on(11, 20, 8, 0)},
		{Contact: ui.Person{Name: "Deshawn Carter"}, URL: "/contacts/8", Phone: "+12085550138", Language: "English", Consent: yes, Lists: []string{"Verification V1 and V4"}, Added: on(8, 20, 8, 0)},
		{Contact: ui.Person{Name: "Ruth O’Dell"}, URL: "/contacts/9", Phone: "+12085550181", Language: "English", Consent: page.Consent{Why: "by text STOP, Nov 3"}, Added: on(8, 20, 8, 0)},
		{URL: "/contacts/10", Phone: "+19865550119", Consent: page.Consent{Held: true}, Added: on(11, 23, 8, 0)},
	}
}

func contacts() page.Contacts {
	return page.Contacts{Shell: shell(), People: 12408, Lists: 31, Rows: contactRows(), MayImport: true, Paging: ui.Paging{Shown: "1 to 4 of 12,408", Next: "/contacts?after=x"}}
}

func contactLists() page.Contacts {
	p := contacts()
	p.ShowLists = true
	p.ListRows = []page.ListRow{{Name: "FAFSA not filed, Nov 20", URL: "/lists/3", People: 8412, Source: "fafsa_1120.csv", Made: on(11, 20, 8, 0), MadeBy: "Dana Whitfield", UsedBy: 2}}
	return p
}

func noContacts() page.Contacts { return page.Contacts{Shell: shell(), MayImport: true} }

func contactList() page.ContactList {
	return page.ContactList{
		Shell: shell(), Name: "FAFSA not filed, Nov 20", People: 8412, Source: "fafsa_1120.csv", Made: on(11, 20, 8, 0), MadeBy: "Dana Whitfield",
		UsedBy: []ui.Link{{Text: "FAFSA priority deadline, December 1", URL: "/campaigns/1"}}, Fields: []string{"advisor", "program"}, Rows: contactRows(), Paging: ui.Paging{Shown: "1 to 4 of 8,412"},
	}
}

func contact() page.Contact {
	return page.Contact{
		Shell: shell(), Card: *card(), Lists: []ui.Link{{Text: "Verification V1 and V4", URL: "/lists/4"}},
		Ledger: []page.Happening{{Who: "Deshawn Carter", What: "opted in again by text", Detail: "“START”", At: on(11, 4, 9, 0)}, {Who: "Deshawn Carter", What: "opted out by text", Detail: "“STOP”", At: on(11, 3, 9, 0)}},
	}
}

func importFile() page.ImportFile {
	return page.ImportFile{Shell: shell(), MaxSize: "200 MB", Recent: []ui.Link{{Text: "fafsa_1120.csv, 8,640 rows, Nov 20", URL: "/imports/1"}}, Errors: ui.Errors{"file": "This is a PDF file. Choose a CSV or an Excel file."}}
}

func importColumns() page.ImportColumns {
	targets := []ui.Option{{Value: "phone", Label: "Phone number"}, {Value: "first_name", Label: "First name"}, {Value: "last_name", Label: "Last name"}, {Value: "zip", Label: "ZIP, sets the time zone"}, {Value: "new:advisor", Label: "New field: advisor"}, {Value: "", Label: "Leave out"}}
	return page.ImportColumns{
		Shell: shell(), ID: "5", File: "admits_2027.csv, 8,640 rows", Reading: "Comma, Windows-1252, first row has the names.", Targets: targets,
		Columns: []page.ImportColumn{
			{Name: "Cell Phone", Samples: []string{"208.555.0173", "(208) 555-0138", "1-208-555-0181"}, Target: "phone", Remembered: true},
			{Name: "Pref First", Samples: []string{"Marisol", "Deshawn", "Ruth"}, Target: "first_name", Remembered: true},
			{Name: "Surname", Samples: []string{"Vega", "Carter", "O’Dell"}, Target: "last_name", Remembered: true},
			{Name: "Home ZIP", Samples: []string{"83702", "97401", "83642"}, Target: "zip", Remembered: true},
			{Name: "Advisor", Samples: []string{"Ms. Ruiz", "", "Dr. Okonkwo"}, Target: "new:advisor", Empty: 214},
			{Name: "Notes2", Samples: []string{"", "", "“see file”"}},
		},
	}
}

func rejected() []page.RejectedRow {
	return []page.RejectedRow{
		{Row: 212, Person: "Noor Haddad", Value: "208-555-17", Why: "The number has 8 digits. A US number has 10."},
		{Row: 1408, Person: "Eli Sandoval", Value: "n/a", Why: "This is a word, not a phone number."},
		{Row: 1977, Person: "Grace Whitman", Value: "", Why: "There is no phone number in this row."},
		{Row: 3051, Person: "Piotr Zieliński", Value: "+48 22 555 01", Why: "Too short for a number in Poland."},
	}
}

var outcomes = page.ImportCounts{New: 7902, Updated: 486, Unchanged: 153, Duplicate: 61, Rejected: 38}

func importCheck() page.ImportCheck {
	return page.ImportCheck{Shell: shell(), ID: "5", File: "admits_2027.csv, 8,640 rows", Counts: outcomes, OptedOut: 19, Rejected: rejected()}
}

func importProgress(state page.ImportState) page.ImportProgress {
	return page.ImportProgress{Shell: shell(), ID: "5", File: "admits_2027.csv, 8,640 rows", State: state, Done: 5400, Total: 8640, Counts: outcomes, Rejected: rejected(), List: "admits_2027", ListURL: "/lists/9", Failure: "The file was cut off in row 5,401. Upload it again."}
}

func tried() page.Tried {
	return page.Tried{Question: "my dad moved to mexico which parent do i put", Threshold: 70, Outcome: page.WouldAnswer, Says: "Put the parent who pays more.", Before: &page.TriedBefore{Percent: 41}, Matches: []page.Match{
		{Title: "Which parent goes on the FAFSA?", URL: "/knowledge/answers/9", Percent: 86, Closest: "do i put my mom or my dad"},
		{Title: "Do my parents need an SSN?", URL: "/knowledge/answers/10", Percent: 52}, {Title: "Can I file without my parents?", URL: "/knowledge/answers/11", Percent: 38},
	}}
}

func knowledge() page.Knowledge {
	return page.Knowledge{
		Shell: shell(), Answers: 40, Offices: []ui.Option{{Value: "o1", Label: "Financial Aid"}, {Value: "o2", Label: "Registrar"}}, Tried: tried(), MayChange: true,
		ToReview: 7, Here: "state=on", Languages: []ui.Option{{Value: "en", Label: "English"}}, Progress: progress(),
		Rows: []page.AnswerRow{
			{ID: "4", Dates: "Until Dec 1, 2026", Title: "Is the FAFSA free?", URL: "/knowledge/answers/4", Text: "No, the FAFSA is free. Fill it in at studentaid.gov and use school code 001624 for Marlowe.", Language: "English", Office: "Financial Aid", Variants: 9, Strength: 5, Given: 212},
			{ID: "9", Outside: true, Title: "Which parent goes on the FAFSA?", URL: "/knowledge/answers/9", Text: "Put the parent who gave you more financial support in the last 12 months, even if they live abroad.", Language: "English", Office: "Financial Aid", Variants: 7, Strength: 4, Given: 41},
			{ID: "12", Title: "¿Cuándo es la fecha límite?", URL: "/knowledge/answers/12", Text: "La fecha prioritaria es el 1 de diciembre.", Language: "Spanish", Variants: 3, Strength: 2, Off: true},
		},
		Paging: ui.Paging{Shown: "1 to 3 of 40", Next: "/knowledge?after=x"},
	}
}

func answer() page.Answer {
	return page.Answer{
		Shell: shell(), ID: "9", Title: "Which parent goes on the FAFSA?", Text: "Put the parent who gave you more financial support in the last 12 months, even if they live abroad. A parent without an SSN can still get an FSA ID at studentaid.gov.",
		Language: "en", Office: "o1", On: true, Languages: []ui.Option{{Value: "en", Label: "English"}, {Value: "es", Label: "Spanish"}}, Offices: []ui.Option{{Value: "o1", Label: "Financial Aid"}},
		Variants: "Which parent goes on the FAFSA?\nmy parents are divorced who do i list\ndo i put my mom or my dad\nwhich parents info do they want\nmom and dad live apart, whose taxes",
		Given:    41, Since: on(8, 1, 0, 0), MayChange: true, Tried: tried(), ValidFrom: "2026-08-01", Settles: "4,5", Belong: reviewQueue().Groups,
		Versions: []page.AnswerVersion{{Revision: "7", At: on(11, 2, 9, 0), Who: "Dana Whitfield", What: "Answer", Now: true}, {Revision: "3", At: on(11, 1, 9, 0), Who: "Dana Whitfield", What: "Added"}},
		Strength: &page.AnswerStrength{Level: 4, Findings: []page.Finding{{Good: true, Text: "Found 37 of the 41 times it was the right answer"}, {Good: true, Text: "7 ways to ask it, in different words"}, {Text: "Mixed up twice with", More: ui.Link{Text: "Do my parents need an SSN?", URL: "/knowledge/answers/10"}}}},
		Lately:   []page.GivenAnswer{{At: on(11, 23, 9, 52), Question: "whose taxes do i use my mom or dads", Sure: 91}, {At: on(11, 22, 16, 12), Question: "i live w my aunt do i put her", Sure: 72, Rejected: true}, {At: on(11, 21, 11, 40), Question: "parents divorced, 50/50", Sure: 88}},
	}
}

func numberRows() []page.NumberRow {
	return []page.NumberRow{
		{ID: "1", Phone: aidNumber, Name: "Aid, main", Reusable: true, Office: "Financial Aid", State: page.NumberInUse, UsedBy: ui.Link{Text: "FAFSA priority deadline, December 1", URL: "/campaigns/1"}, PerSec: "1 text a second", Waiting: 2},
		{ID: "2", Phone: registrarNumber, Reusable: true, Office: "Registrar", State: page.NumberActive, PerSec: "1 text a second"},
		{ID: "3", Phone: admissions, Office: "Admissions", State: page.NumberCooling, PerSec: "3 texts a second"},
		{ID: "4", Phone: "+12085550199", Office: "Admissions", State: page.NumberPending, PerSec: "1 text a second"},
	}
}

func phoneNumber() page.PhoneNumber {
	p := policy()
	return page.PhoneNumber{
		Shell: shell(), Number: numberRows()[0], Name: "Aid, main", Office: "o1", Offices: []ui.Option{{Value: "o1", Label: "Financial Aid"}}, Policy: &p, Fallback: "Financial Aid office",
		History: []page.Happening{{Who: "Dana Whitfield", What: "set the mode to bot", At: on(11, 2, 9, 0)}}, Errors: ui.Errors{"inbox": "Choose an inbox: in agent mode every text waits for a person."},
	}
}

func transcripts() page.Transcripts {
	return page.Transcripts{
		Shell: shell(), Offices: []ui.Option{{Value: "o1", Label: "Financial Aid"}}, Campaigns: []ui.Option{{Value: "1", Label: "FAFSA priority deadline, December 1"}}, Export: "/transcripts.csv",
		Rows: []page.TranscriptRow{
			{Contact: ui.Person{Name: "Marisol Vega"}, URL: "/campaigns/1?conversation=c1", Preview: "ok so my dad moved to Mexico last year", Campaign: ui.Link{Text: "FAFSA priority deadline, December 1", URL: "/campaigns/1"}, Office: "Financial Aid", Mode: ui.BotMode, Texts: 7, Waiting: true, Since: ago(18 * time.Minute), At: ago(18 * time.Minute)},
			{Phone: "+19865550119", URL: "/inbox?conversation=d9", Preview: "Hi is this the financial aid office?", Office: "Financial Aid", Mode: ui.AgentMode, Texts: 1, At: ago(15 * time.Minute)},
		},
		Paging: ui.Paging{Shown: "1 to 2 of 2"},
	}
}

func settings(tab page.SettingsTab) page.Settings {
	return page.Settings{
		Shell: shell(), Tab: tab, Name: "Marlowe University", Zone: "America/Boise", Zones: []ui.Option{{Value: "America/Boise", Label: "Mountain time, Boise"}}, From: "09:00", To: "20:00",
		Help:    "Marlowe University. Call (208) 555-0140 weekdays 8:00 to 5:00. Reply STOP to get no more texts.",
		Users:   []page.UserRow{{Name: "Dana Whitfield", Email: "dana@marlowe.example", Role: ui.Administrator, AllOffices: true, LastSeen: now}, {Name: "Ann Okafor", Email: "ann@marlowe.example", Role: ui.Agent, Offices: []string{"Financial Aid"}, Off: true}},
		NewUser: page.NewUser{Role: "agent", Choices: []ui.Option{{Value: "o1", Label: "Financial Aid"}, {Value: "o2", Label: "Registrar"}}, Offices: []string{"o1"}},
		Offices: []page.OfficeRow{{Name: "Financial Aid", Users: 6, Campaigns: 4, Numbers: 1}}, Audit: sent().Happened, Paging: ui.Paging{Shown: "1 to 3 of 3"},
	}
}

func signIn() page.SignIn {
	return page.SignIn{Shell: nobody(), Email: "ann.okafor@marlowe.edu", Remember: true}
}

func signInWrong() page.SignIn {
	p := signIn()
	p.Errors = ui.Errors{"": "This e-mail and password do not belong together."}
	return p
}

func signInChoose() page.SignIn {
	return page.SignIn{Shell: nobody(), Email: "ann@example.edu", Organizations: []ui.Option{{Value: "1", Label: "Marlowe University"}, {Value: "2", Label: "Juniper College"}}}
}

func lost() page.Error {
	return page.Error{Shell: shell(), Title: "There is no such campaign", Text: "It may belong to another organization, or the address is not complete.", Back: ui.Link{Text: "Go to Campaigns", URL: "/campaigns"}}
}

func broken() page.Error {
	return page.Error{Shell: nobody(), Title: "Something went wrong", Text: "It is not your fault. What you typed before is kept.", RequestID: "9f3c21ab", Back: ui.Link{Text: "Try again", URL: "/"}}
}
