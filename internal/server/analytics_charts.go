package server

import (
	"time"

	"parley/internal/insight"
	"parley/web/ui"
)

// The three charts of responses: each counts the people who responded once, at their first text.

const nobodyYet = "Nobody has responded yet"

func hourChart(r insight.Report, zone *time.Location) ui.Chart {
	chart := ui.Chart{ID: "by-hour", Title: "Responses by hour of day", Takeaway: nobodyYet, Column: "Hour", Unit: "Responses", Every: 3}
	hours := r.Responses.ByHour()
	busiest := 0
	for hour, people := range hours {
		chart.Bars = append(chart.Bars, ui.ChartBar{Label: hourOfDay(hour), Value: people})
		if people > hours[busiest] {
			busiest = hour
		}
	}
	if r.Responded > 0 {
		chart.Takeaway = "Busiest at " + hourOfDay(busiest) + ", time in " + zone.String()
	}
	return chart
}

func hourOfDay(hour int) string { return time.Date(0, 1, 1, hour, 0, 0, 0, time.UTC).Format("3 PM") }

func weekdayChart(r insight.Report) ui.Chart {
	chart := ui.Chart{ID: "by-weekday", Title: "Responses by weekday", Takeaway: nobodyYet, Column: "Weekday", Unit: "Responses"}
	people := r.Responses.ByWeekday()
	busiest := time.Monday
	for i := range people {
		day := time.Weekday((i + 1) % 7) // a week begins on Monday
		chart.Bars = append(chart.Bars, ui.ChartBar{Label: day.String()[:3], Long: day.String(), Value: people[day]})
		if people[day] > people[busiest] {
			busiest = day
		}
	}
	if r.Responded > 0 {
		chart.Takeaway = "Most on a " + busiest.String()
	}
	return chart
}

// A chart has room for the labels of two weeks, and for the bars of a quarter of a year: beyond that a bar
// is a week.
const (
	mostLabels = 14
	mostBars   = 92
)

func dateChart(r insight.Report) ui.Chart {
	chart := ui.Chart{ID: "by-date", Title: "Responses by date", Takeaway: nobodyYet, Column: "Date", Unit: "Responses"}
	if r.Responded > 0 {
		chart.Takeaway = shownPeople(r.Responded)
	}
	days := r.Responses.ByDate()
	chart.Bars = dayBars(days)
	if len(days) > mostBars {
		chart.Bars, chart.Column = weekBars(days), "Week"
		chart.Takeaway += ", a bar for each week"
	}
	chart.Every = (len(chart.Bars) + mostLabels - 1) / mostLabels
	return chart
}

func dayBars(days []insight.DayResponses) []ui.ChartBar {
	var bars []ui.ChartBar
	for _, day := range days {
		bars = append(bars, ui.ChartBar{Label: day.Day.Format("Jan 2"), Long: day.Day.Format("Monday, January 2, 2006"), Value: day.People})
	}
	return bars
}

// weekBars are the days in weeks from Monday on.
func weekBars(days []insight.DayResponses) []ui.ChartBar {
	var bars []ui.ChartBar
	for _, day := range days {
		if len(bars) == 0 || day.Day.Weekday() == time.Monday {
			bars = append(bars, ui.ChartBar{Label: day.Day.Format("Jan 2"), Long: "Week from " + day.Day.Format("Monday, January 2, 2006")})
		}
		bars[len(bars)-1].Value += day.People
	}
	return bars
}
