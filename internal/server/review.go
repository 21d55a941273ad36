package server

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

// review is the last step of a draft.
func (s *Server) review(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	return s.reviewPage(w, r, d, id, nil)
}

// reviewPage shows the review as it is now; stale says why a launch from an older one was refused.
func (s *Server) reviewPage(w http.ResponseWriter, r *http.Request, d *desk, id outreach.CampaignID, stale *outreach.StaleError) error {
	found, err := d.outreach.Review(r.Context(), id)
	if err != nil {
		return err
	}
	if found.Campaign.State != outreach.Draft {
		seeOther(w, r, campaignURL(id))
		return nil
	}
	p := page.CampaignReview{
		ID: fmt.Sprint(id), Title: found.Campaign.Title, Fingerprint: found.Fingerprint,
		SavedAt:   page.DraftSaved{Clock: d.clock(), At: found.Campaign.UpdatedAt},
		Sum:       page.Sum{InList: found.InList},
		MayLaunch: d.May(account.ManageCampaigns) == nil,
	}
	if found.OptedOut > 0 {
		p.Sum.Less = append(p.Sum.Less, page.SumPart{Count: found.OptedOut, Why: "opted out"})
	}
	for _, f := range found.Findings {
		p.Checks = append(p.Checks, page.Check{Level: levels[f.Verdict], Title: f.Title, Text: f.Detail})
	}
	p.Preview = previewed(r, d, found)
	status := http.StatusOK
	if stale != nil {
		status = http.StatusConflict
		for _, c := range stale.Changes {
			p.Changed = append(p.Changed, page.Difference{What: c.What, Was: c.Was, Now: c.Now})
		}
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, status, p.HTML())
	return nil
}

var levels = map[outreach.Verdict]page.Level{outreach.Block: page.Block, outreach.Warn: page.Look, outreach.Pass: page.Fine}

// previewed is the text as one of the first people will read it; ?person= turns the pages.
func previewed(r *http.Request, d *desk, found outreach.Review) *page.Previewed {
	if len(found.Samples) == 0 {
		return nil
	}
	at := min(max(int(formID[int64](r, "person")), 1), len(found.Samples))
	sample := found.Samples[at-1]
	p := &page.Previewed{
		Phone: ui.Handset{Hour: "9:00", Sender: found.Campaign.OfficeName, Number: ui.Phone(found.Campaign.NumberPhone),
			When: d.clock().Moment(time.Now()), Text: []ui.Piece{{Text: sample.Text}}},
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
	if found.Policy.Mode == outreach.AgentMode {
		return who
	}
	return "Bot, then " + who
}

// launch starts the draft that the review page showed, or shows what has changed since.
func (s *Server) launch(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	err = d.outreach.Launch(r.Context(), id, r.PostFormValue("fingerprint"))
	var stale *outreach.StaleError
	if errors.As(err, &stale) {
		return s.reviewPage(w, r, d, id, stale)
	}
	var conflict account.Conflict
	if errors.As(err, &conflict) {
		s.flashBad(r.Context(), conflict.Error())
		seeOther(w, r, campaignURL(id))
		return nil
	}
	if err != nil {
		return err
	}
	s.flash(r.Context(), "Launched. The first texts are on their way.")
	seeOther(w, r, campaignURL(id))
	return nil
}
