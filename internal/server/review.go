package server

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

// reviewed is a review to be shown, with why a launch or a correction was refused.
type reviewed struct {
	id    outreach.CampaignID
	stale *outreach.StaleError // changed since the review that was launched from
	errs  ui.Errors
}

func (v reviewed) status() int {
	switch {
	case v.stale != nil:
		return http.StatusConflict
	case v.errs != nil:
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}

// reviewPage shows the review as it is now.
func (s *Server) reviewPage(w http.ResponseWriter, r *http.Request, d *desk, v reviewed) error {
	found, err := d.outreach.Review(r.Context(), v.id)
	if err != nil {
		return err
	}
	if found.Campaign.State != outreach.Draft {
		seeOther(w, r, campaignURL(v.id))
		return nil
	}
	p := page.CampaignReview{
		ID: fmt.Sprint(v.id), Title: found.Campaign.Title, Fingerprint: found.Fingerprint,
		SavedAt:   page.DraftSaved{Clock: d.clock(), At: found.Campaign.UpdatedAt},
		Sum:       sum(found),
		Later:     found.Campaign.LaunchLater,
		LaunchAt:  found.LaunchAt.At,
		MayLaunch: d.May(account.ManageCampaigns) == nil,
	}
	for _, f := range found.Findings {
		p.Checks = append(p.Checks, check(f, found, v.errs))
	}
	if p.Preview = previewed(r, d, found); p.Preview != nil {
		p.TestURL = fmt.Sprintf("%s/test?person=%d", campaignURL(v.id), p.Preview.Position)
	}
	if v.stale != nil {
		for _, c := range v.stale.Changes {
			p.Changed = append(p.Changed, page.Difference{What: c.What, Was: c.Was, Now: c.Now})
		}
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	if target(r) == page.IDReview {
		s.render(w, r, v.status(), p.Checked())
		return nil
	}
	s.render(w, r, v.status(), p.HTML())
	return nil
}

// sum is who of the list gets the text, and why not everybody does.
func sum(found outreach.Review) page.Sum {
	s := page.Sum{InList: found.InList}
	for _, part := range []page.SumPart{{Count: found.OptedOut, Why: "opted out"}, {Count: found.Landlines, Why: "landlines"},
		{Count: found.NoValue, Why: "without a value"}} {
		if part.Count > 0 {
			s.Less = append(s.Less, part)
		}
	}
	return s
}

var levels = map[outreach.Verdict]page.Level{outreach.Block: page.Block, outreach.Warn: page.Look, outreach.Pass: page.Fine}

// elsewhere is where on the steps before it is to be changed what a topic of the review is about.
var elsewhere = map[string]ui.Link{
	"message":  {Text: "Change the message", URL: "/general#field-message"},
	"segments": {Text: "Change the message", URL: "/general#field-message"},
	"list":     {Text: "Choose a list", URL: "/general#field-list"},
	"audience": {Text: "Choose a list", URL: "/general#field-list"},
	"number":   {Text: "Choose a number", URL: "/general#field-number"},
	"launch":   {Text: "Change the time", URL: "/general#field-date"},
	"answers":  {Text: "Change the answers", URL: "/advanced"},
	"inboxes":  {Text: "Change where replies go", URL: "/advanced"},
	"reach":    {Text: "Change where replies go", URL: "/advanced"},
}

// check is one line of the checklist, with what can be decided in it, or where else.
func check(f outreach.Finding, found outreach.Review, errs ui.Errors) page.Check {
	c := page.Check{Level: levels[f.Verdict], Title: f.Title, Text: f.Detail}
	if to, ok := elsewhere[f.Topic]; ok && f.Verdict != outreach.Pass {
		c.Elsewhere = ui.Link{Text: to.Text, URL: campaignURL(found.Campaign.ID) + to.URL}
	}
	if f.Topic == "audience" && found.SameAudience != nil {
		c.Confirm, c.Ticked, c.Untrue = "Yes, I mean the same people", found.SameAudience.Confirmed, errs["same_audience"]
	}
	if f.Topic == "segments" {
		c.Longest = longTexts(found.LongestTexts)
	}
	if e := f.Empty; e != nil {
		c.Empty = &page.EmptyField{Field: e.Field, Label: strings.ToLower(fieldLabel(e.Field)), People: e.People, Text: e.Default,
			Error: errs["text_"+e.Field]}
		switch {
		case e.Skipped:
			c.Empty.Choice = "skip"
		case e.Default != "" || c.Empty.Error != "":
			c.Empty.Choice = "text"
		}
	}
	return c
}

func longTexts(samples []outreach.Sample) (texts []page.LongText) {
	for _, t := range samples {
		texts = append(texts, page.LongText{Contact: ui.Person{Name: t.Name}, Phone: string(t.Phone), Text: t.Text,
			Texts: t.Segments, Characters: t.Characters})
	}
	return texts
}

// correct keeps what a person has decided in the checklist: what those without a value read, and whether
// the same people are meant.
func (s *Server) correct(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	if err := d.outreach.ConfirmAudience(r.Context(), id, r.PostFormValue("same_audience") != ""); err != nil {
		return err
	}
	err = d.outreach.Repair(r.Context(), id, repairs(r))
	errs := fieldErrors(err)
	if err != nil && errs == nil {
		return err
	}
	if errs == nil && target(r) != page.IDReview {
		seeOther(w, r, campaignURL(id)+"/review")
		return nil
	}
	return s.reviewPage(w, r, d, reviewed{id: id, errs: errs})
}

// repairs are the fields fill_{field} and text_{field} of the form. Words that were typed count without
// a choice, too.
func repairs(r *http.Request) []outreach.Repair {
	var list []outreach.Repair
	for name := range r.PostForm {
		field, found := strings.CutPrefix(name, "text_")
		if !found {
			continue
		}
		choice, text := r.PostFormValue("fill_"+field), r.PostFormValue(name)
		if choice != "" || strings.TrimSpace(text) != "" {
			list = append(list, outreach.Repair{Field: field, Skip: choice == "skip", Text: text})
		}
	}
	return list
}

// previewed is the text as one of the first people will read it; ?person= turns the pages.
func previewed(r *http.Request, d *desk, found outreach.Review) *page.Previewed {
	if len(found.Samples) == 0 {
		return nil
	}
	when := time.Now()
	if !found.LaunchAt.At.IsZero() {
		when = found.LaunchAt.At
	}
	at := min(max(int(formID[int64](r, "person")), 1), len(found.Samples))
	sample := found.Samples[at-1]
	p := &page.Previewed{
		Phone: ui.Handset{Hour: "9:00", Sender: found.Campaign.OfficeName, Number: ui.Phone(found.Campaign.NumberPhone),
			When: d.clock().Moment(when), Text: []ui.Piece{{Text: sample.Text}}},
		Position: at,
		Details: []page.Detail{
			{Label: "To", Value: sample.Name},
			{Label: "Length", Value: fmt.Sprintf("%s, %d characters", shown(sample.Segments, "text"), sample.Characters)},
			{Label: "Answers", Value: answers(found)},
			{Label: "Archive", Value: shown(found.Campaign.AutoArchiveDays, "day") + " after launch"},
		},
	}
	if at > 1 {
		p.Previous = fmt.Sprintf("%s/review?person=%d", campaignURL(found.Campaign.ID), at-1)
	}
	if at < len(found.Samples) {
		p.Next = fmt.Sprintf("%s/review?person=%d", campaignURL(found.Campaign.ID), at+1)
	}
	return p
}

func answers(found outreach.Review) string {
	who := strings.Join(found.InboxNames, ", ")
	switch {
	case found.Campaign.ContentType == outreach.YesNo:
		return "Sorted, then " + who
	case found.Policy.Mode == outreach.AgentMode:
		return who
	}
	return "Bot, then " + who
}
