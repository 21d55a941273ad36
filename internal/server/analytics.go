package server

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"parley/internal/account"
	"parley/internal/insight"
	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

// analyticsDays is the period that the page begins with: the last 30 days, today among them.
const analyticsDays = 30

// analytics is the figures of all campaigns that were launched in a period.
func (s *Server) analytics(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := d.May(account.ManageCampaigns); err != nil {
		return err
	}
	from, to := d.analyticsPeriod(r)
	p := page.OrganizationAnalytics{From: from, To: to, Office: r.FormValue("office")}
	q, err := analyticsQuery(r, from, to)
	status := http.StatusOK
	if p.Errors = fieldErrors(err); p.Errors != nil {
		status = http.StatusUnprocessableEntity
	} else if err != nil {
		return err
	} else if err := d.fillAnalytics(r, q, &p); err != nil {
		return err
	}
	if p.Offices, err = d.officeChoices(r.Context()); err != nil {
		return err
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, status, p.HTML())
	return nil
}

// analyticsPeriod is what the address asks for; one that asks for nothing gets the last days.
func (d *desk) analyticsPeriod(r *http.Request) (from, to string) {
	if r.Form == nil {
		_ = r.ParseForm() // a query that cannot be read asks for nothing
	}
	if r.Form.Has("from") || r.Form.Has("to") {
		return r.FormValue("from"), r.FormValue("to")
	}
	today := time.Now().In(d.zone)
	return today.AddDate(0, 0, 1-analyticsDays).Format(time.DateOnly), today.Format(time.DateOnly)
}

func analyticsQuery(r *http.Request, from, to string) (insight.Query, error) {
	period, err := insight.ParsePeriod(from, to)
	return insight.Query{Period: period, Office: formID[account.OfficeID](r, "office")}, err
}

// mostMeasured bounds the table of campaigns; the file has them all.
const mostMeasured = 200

func (d *desk) fillAnalytics(r *http.Request, q insight.Query, p *page.OrganizationAnalytics) error {
	report, err := d.insight.Organization(r.Context(), q)
	if err != nil {
		return err
	}
	p.Numbers = d.numbersOf(report)
	p.Numbers.Figures = append(p.Numbers.Figures, launchedFigure(report))
	for _, c := range report.Campaigns[:min(len(report.Campaigns), mostMeasured)] {
		p.Campaigns = append(p.Campaigns, page.MeasuredCampaign{Title: c.Title, URL: campaignURL(c.ID) + "/analytics", Launched: c.LaunchedAt,
			Texted: c.Texted(), Delivered: c.Delivered, Responded: c.Responded, OptedOut: c.OptedOut})
	}
	p.Export = "/analytics.csv?" + url.Values{"from": {p.From}, "to": {p.To}, "office": {p.Office}}.Encode()
	return nil
}

func launchedFigure(report insight.Report) ui.Figure {
	sending := 0
	for _, c := range report.Campaigns {
		if c.State == outreach.Sending {
			sending++
		}
	}
	f := ui.Figure{Label: "Campaigns launched", Value: ui.Count(len(report.Campaigns)), Definition: "in this period; all of them have sent"}
	switch {
	case len(report.Campaigns) == 0:
		f.Definition = "in this period"
	case sending > 0:
		f.Definition = "in this period; " + ui.Count(sending) + " of them still sending"
	}
	return f
}

func (s *Server) analyticsCSV(w http.ResponseWriter, r *http.Request, d *desk) error {
	from, to := d.analyticsPeriod(r)
	q, err := analyticsQuery(r, from, to)
	if err != nil {
		return err
	}
	return s.sendCSV(w, r, "analytics", func(file io.Writer) error {
		return d.insight.WriteOrganization(r.Context(), q, file)
	})
}

// campaignAnalytics is the tab with a campaign's figures, or its plan before there are any.
func (s *Server) campaignAnalytics(w http.ResponseWriter, r *http.Request, d *desk) error {
	c, h, progress, err := campaignHead(r, d)
	if err != nil {
		return err
	}
	if c.LaunchedAt == nil {
		return s.campaignPlan(w, r, d, sent{c, h, progress})
	}
	report, err := d.insight.Campaign(r.Context(), c.ID)
	if err != nil {
		return err
	}
	h.Export = campaignURL(c.ID) + "/analytics.csv"
	p := page.CampaignAnalytics{Campaign: h, Numbers: d.numbersOf(report)}
	p.Numbers.Figures = append(p.Numbers.Figures, d.sendingFigure(c, progress))
	p.Numbers.Figures = append(p.Numbers.Figures, answerFigures(c, progress)...)
	p.Numbers.FailuresURL = page.RecipientFilter{State: "failed"}.After(h.ID, "")
	p.Numbers.ByWeekday.Takeaway = "Launched on a " + c.LaunchedAt.In(d.zone).Weekday().String()
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}

func (s *Server) campaignAnalyticsCSV(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	return s.sendCSV(w, r, fmt.Sprintf("campaign-%d-analytics", id), func(file io.Writer) error {
		return d.insight.WriteCampaign(r.Context(), id, file)
	})
}

// recipientsCSV is the recipients of a campaign with what became of their texts, in one state or in all.
func (s *Server) recipientsCSV(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	states := recipientStates[r.FormValue("state")]
	return s.sendCSV(w, r, fmt.Sprintf("campaign-%d-recipients", id), func(file io.Writer) error {
		return d.insight.WriteRecipients(r.Context(), id, states, file)
	})
}

// sendingFigure is how far the sending of a campaign has come, and when it was.
func (d *desk) sendingFigure(c outreach.Campaign, progress outreach.Progress) ui.Figure {
	f := ui.Figure{Label: "Sending", Value: fmt.Sprintf("%d%%", percent(progress))}
	began, clock := *c.LaunchedAt, d.clock()
	switch {
	case c.SentAt != nil:
		f.Value, f.Icon, f.Definition = "Done", "fine", clock.Moment(began)+" to "+clock.Moment(*c.SentAt)
		if clock.Date(began) == clock.Date(*c.SentAt) {
			f.Definition = clock.Date(began) + ", " + clock.Hour(began) + " to " + clock.Hour(*c.SentAt)
		}
	case c.State == outreach.Archived:
		f.Value, f.Definition = "Stopped", fmt.Sprintf("archived after %s of %s", ui.Count(progress.Texted()), shown(progress.Launched(), "text"))
	case c.Paused:
		f.Value, f.Definition = "Paused", fmt.Sprintf("%s of %s handed over", ui.Count(progress.Handed()), shown(progress.Launched(), "text"))
	default:
		f.Definition = fmt.Sprintf("%s of %s handed over, since %s", ui.Count(progress.Handed()), shown(progress.Launched(), "text"), clock.Moment(began))
	}
	return f
}

// numbersOf shows a report.
func (d *desk) numbersOf(r insight.Report) page.Numbers {
	n := page.Numbers{Figures: figures(r), ByHour: hourChart(r, d.zone), ByWeekday: weekdayChart(r), ByDate: dateChart(r)}
	for _, f := range r.Failures {
		n.Failures = append(n.Failures, ui.Meter{Label: strings.TrimSuffix(f.Reason.Sentence(), "."), Count: f.Texts})
	}
	return n
}

func figures(r insight.Report) []ui.Figure {
	list := []ui.Figure{
		{Label: "Delivered", Value: ui.Count(r.Delivered), Aside: ui.Share(r.Delivered, r.Texted()), Definition: deliveredOf(r.Counts)},
		{Label: "Responded", Value: ui.Count(r.Responded), Definition: "people who texted back, counted once"},
		{Label: "Response rate", Value: ui.Share(r.Responded, r.Delivered), Definition: "people responded ÷ people delivered to"},
		{Label: "Opted out", Value: ui.Count(r.OptedOut), Aside: ui.Share(r.OptedOut, r.Texted()), Definition: "asked for no more texts, in answer to this"},
		{Label: "The bot did not know (IDK rate)", Value: ui.Share(r.IDKs, r.Asked()),
			Definition: fmt.Sprintf("%s of %s it was asked", ui.Count(r.IDKs), shown(r.Asked(), "text"))},
		{Label: "Answered without a person", Value: ui.Share(r.Contained, r.BotResponded),
			Definition: fmt.Sprintf("%s of %s who responded to the bot", ui.Count(r.Contained), shownPeople(r.BotResponded))},
	}
	median := ui.Figure{Label: "Median time to an agent’s answer", Value: "–", Definition: "no agent has answered yet"}
	if r.Answers > 0 {
		median.Value, median.Definition = lasted(r.MedianAnswer), "half of "+shown(r.Answers, "answer")+" came faster, half slower"
	}
	return append(list, median)
}

// deliveredOf says what became of the texts that are not delivered, so that the sum can be seen.
func deliveredOf(c insight.Counts) string {
	rest := []string{ui.Count(c.Failed) + " failed"}
	if c.OnTheWay > 0 {
		rest = append(rest, ui.Count(c.OnTheWay)+" on the way")
	}
	if c.Unknown > 0 {
		rest = append(rest, ui.Count(c.Unknown)+" outcome unknown")
	}
	return "of " + shownPeople(c.Texted()) + " texted; " + strings.Join(rest, ", ")
}

// lasted writes how long people waited: "42 s", "6 min 20 s", "3 h 5 min", "2 days 4 h".
func lasted(t time.Duration) string {
	s := int(t.Round(time.Second).Seconds())
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 60*60:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	case s < 48*60*60:
		return fmt.Sprintf("%d h %d min", s/3600, s%3600/60)
	}
	return fmt.Sprintf("%d days %d h", s/86400, s%86400/3600)
}
