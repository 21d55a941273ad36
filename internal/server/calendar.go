package server

import (
	"fmt"
	"net/http"
	"time"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/web/page"
)

// calendar is a month of the organization's zone; ?month= says which.
func (s *Server) calendar(w http.ResponseWriter, r *http.Request, d *desk) error {
	today := time.Now().In(d.zone)
	month := time.Date(today.Year(), today.Month(), 1, 0, 0, 0, 0, d.zone)
	if asked, err := time.ParseInLocation("2006-01", r.FormValue("month"), d.zone); err == nil && asked.Year() > 1 && asked.Year() < 9999 {
		month = asked
	}
	p := page.Calendar{Month: month, Previous: monthURL(month.AddDate(0, -1, 0)), Next: monthURL(month.AddDate(0, 1, 0)),
		MayCreate: d.May(account.ManageCampaigns) == nil}
	if monthURL(month) != monthURL(today) {
		p.Today = "/calendar"
	}
	first := month.AddDate(0, 0, -int(month.Weekday()))
	last := month.AddDate(0, 1, 0)
	last = last.AddDate(0, 0, (7-int(last.Weekday()))%7)
	planned, err := d.outreach.Calendar(r.Context(), first, last)
	if err != nil {
		return err
	}
	p.Cut = len(planned) == outreach.CalendarLimit
	byDay := map[string][]page.CalendarEntry{}
	for _, c := range planned {
		day := c.At.In(d.zone).Format(time.DateOnly)
		byDay[day] = append(byDay[day], page.CalendarEntry{ID: fmt.Sprint(c.ID), Title: c.Title, Office: c.OfficeName,
			Status: status(outreach.Campaign{State: c.State, Paused: c.Paused}), At: c.At})
	}
	for day := first; day.Before(last); day = day.AddDate(0, 0, 7) {
		p.Weeks = append(p.Weeks, week(day, p, byDay, today))
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}

// week are the seven days from a Sunday on.
func week(sunday time.Time, p page.Calendar, byDay map[string][]page.CalendarEntry, today time.Time) []page.CalendarDay {
	days := make([]page.CalendarDay, 7)
	for i := range days {
		date := sunday.AddDate(0, 0, i)
		key := date.Format(time.DateOnly)
		days[i] = page.CalendarDay{Date: date, Outside: date.Month() != p.Month.Month(), Today: key == today.Format(time.DateOnly), Campaigns: byDay[key]}
		if p.MayCreate && key >= today.Format(time.DateOnly) {
			days[i].Add = "/campaigns/new?date=" + key
		}
	}
	return days
}

func monthURL(month time.Time) string { return "/calendar?month=" + month.Format("2006-01") }
