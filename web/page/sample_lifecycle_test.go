package page_test

import (
	"time"

	"parley/web/page"
	"parley/web/ui"
)

// november has a busy day, one with a launch to come, and days that can be added to.
func november() page.Calendar {
	p := page.Calendar{Shell: shell(), Month: on(11, 1, 0, 0), Previous: "/calendar?month=2026-10", Next: "/calendar?month=2026-12", Today: "/calendar", Cut: true, MayCreate: true}
	for day := on(11, 1, 0, 0); day.Before(on(12, 6, 0, 0)); day = day.AddDate(0, 0, 7) {
		week := make([]page.CalendarDay, 7)
		for i := range week {
			date := day.AddDate(0, 0, i)
			week[i] = page.CalendarDay{Date: date, Outside: date.Month() != time.November}
			if date.After(on(11, 23, 0, 0)) {
				week[i].Add = "/campaigns/new?date=" + date.Format(time.DateOnly)
			}
		}
		p.Weeks = append(p.Weeks, week)
	}
	today := &p.Weeks[3][1]
	today.Today = true
	for _, status := range []ui.Status{ui.Archived, ui.Active, ui.Sends, ui.Scheduled, ui.Paused} {
		today.Campaigns = append(today.Campaigns, page.CalendarEntry{ID: "2", Title: "FAFSA priority deadline, December 1", Office: "Financial Aid", Status: status, At: on(11, 23, 9, 0)})
	}
	return p
}

func changeTime() page.CampaignSchedule {
	return page.CampaignSchedule{Shell: shell(), ID: "7", Title: "Advising check-in", At: on(11, 30, 9, 0), Date: "2026-11-30", Time: "09:00", ZoneName: "America/Boise",
		Errors: ui.Errors{"time": "This time has passed. Choose a later one."}}
}

func saveTemplate() page.CampaignTemplate {
	return page.CampaignTemplate{Shell: shell(), ID: "7", Campaign: "Advising check-in", Message: []ui.Piece{{Text: "Hi "}, {Text: "First name", Merged: true}},
		Title: "Check-in", Topics: []string{"Events", "Deadlines"}, Language: "en", Errors: ui.Errors{"topic": "Choose a topic, or type a new one."}}
}

// sentLater is a campaign that is to be launched, and tells that another one was not.
func sentLater() page.CampaignSent {
	p := sent()
	p.Campaign.Status, p.Campaign.LaunchedBy, p.Campaign.May = ui.Scheduled, "", page.CampaignMay{Reschedule: true, Clone: true, Template: true, Archive: true}
	p.Shell.Notices = []ui.Notice{{ID: "1", Title: "“Open day” was not launched and is a draft again.", Detail: "The number is gone.", Look: ui.Link{Text: "Review it", URL: "/campaigns/3/review"}}}
	return p
}

// sentEnding archives itself today while people wait.
func sentEnding() page.CampaignSent {
	p := sent()
	p.Campaign.Ends, p.Campaign.Waiting = on(11, 23, 17, 0), 3
	return p
}
