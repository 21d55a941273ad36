package page_test

import (
	"time"

	"parley/web/page"
	"parley/web/ui"
)

func reviewQueue() page.ReviewQueue {
	return page.ReviewQueue{
		Shell: shell(), Offices: []ui.Option{{Value: "o1", Label: "Financial Aid"}, {Value: "o2", Label: "Registrar"}}, Texts: 7, Total: 2, Here: "/knowledge/review",
		Paging: ui.Paging{Shown: "2 questions", Next: "/knowledge/review?from=20"}, Errors: ui.Errors{"": "“parking permit” already asks for “Where can I park?”. Keep it in one of the two."},
		Groups: []page.ReviewGroup{
			{ID: "8", Texts: "8,3", Count: 5, People: 5, Question: "my dad moved to mexico last year, which parent do i put", Wordings: []string{"my dad lives in mexico who do i put"}, Known: true, Office: "Financial Aid", Last: ago(18 * time.Minute), Suggested: []page.ReviewMatch{{ID: "9", Title: "Which parent goes on the FAFSA?", Percent: 41}, {ID: "10", Title: "Do my parents need an SSN?", Chosen: 1}}},
			{ID: "7", Texts: "7", Count: 2, People: 1, Question: "is it free", Wrong: 2, Answered: "Is the FAFSA free?", Last: ago(2 * time.Hour)},
		},
	}
}

func reviewPick() page.ReviewPick {
	return page.ReviewPick{Shell: shell(), Texts: "8,3", Question: "is it free", Query: "fafsa", Back: "/knowledge/review?office=o1", Total: 61,
		Answers: []page.PickedAnswer{{ID: "4", Title: "Is the FAFSA free?", Text: "Yes."}, {ID: "9", Title: "Which parent goes on the FAFSA?", Text: "The one who gave more.", Off: true}}}
}

func knowledgeOptions() page.KnowledgeOptions {
	return page.KnowledgeOptions{
		Shell: shell(), ToReview: 7, Threshold: "70", Own: "55", Clarify: true, CrisisText: "A person will read your text.", MayChange: true, MayTeach: true,
		Presets: []page.ThresholdPreset{{Name: "Cautious", Percent: 70, Estimated: true, Answered: 61, Wrong: 3, HandedOver: 36}, {Name: "Eager", Percent: 30}},
		Errors:  ui.Errors{"threshold": "Choose a value from 0 to 100 percent.", "crisis_text": "This text is too long. The longest is 1600 characters."},
	}
}

func answerImport() page.AnswerImport {
	return page.AnswerImport{
		Shell: shell(), MaxSize: "8 MB", Errors: ui.Errors{"file": "This file is empty."},
		Outcome: &page.AnswersImported{Rows: 12, Added: 9, Changed: 1, Unchanged: 1, Rejected: []page.RejectedAnswer{{Row: 5, Title: "Owls?", Reason: "Type the text to send."}}},
	}
}

func starter() page.Starter {
	return page.Starter{
		Shell: shell(), Topics: []ui.Option{{Value: "it", Label: "It", Hint: "9 answers"}}, Languages: []ui.Option{{Value: "en", Label: "English"}},
		Topic: []string{"it"}, Language: []string{"en"}, Site: "marlowe.edu", On: "no", Answers: 162, Errors: ui.Errors{"topic": "Choose at least one topic."},
	}
}

func progress() *page.Progress {
	weeks := []ui.ChartBar{{Label: "Nov 16", Value: 4}, {Label: "Nov 23", Value: 9}}
	return &page.Progress{Contained: 82, Before: 74, Questions: 50, Answered: 41, Wrong: 2, Unknown: 6, Persons: 1,
		Containment: ui.Chart{ID: "containment", Title: "Answered without a person", Column: "Week of", Unit: "Per cent", Bars: weeks},
		Missing:     ui.Chart{ID: "missing", Title: "Not known or wrong", Column: "Week of", Unit: "Texts", Bars: weeks},
		Mixed:       []page.MixedPair{{A: ui.Link{Text: "Which parent goes on the FAFSA?", URL: "/knowledge/answers/9"}, B: ui.Link{Text: "Do my parents need an SSN?", URL: "/knowledge/answers/10"}, Times: 2}}}
}
