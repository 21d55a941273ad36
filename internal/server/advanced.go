package server

import (
	"net/http"
	"strconv"
	"time"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/web/page"
)

// advanced is the third step of a draft, and after launch the tab Advanced.
func (s *Server) advanced(w http.ResponseWriter, r *http.Request, d *desk) error {
	c, _, _, err := campaignHead(r, d)
	if err != nil {
		return err
	}
	policy, err := d.outreach.CampaignPolicy(r.Context(), c.ID)
	if err != nil {
		return err
	}
	p := page.CampaignAdvanced{Policy: policyForm(policy), ArchiveDays: strconv.Itoa(c.AutoArchiveDays)}
	p.Policy.YesNo = yesNoForm(c.Answering)
	p.SavedAt = page.DraftSaved{Clock: d.clock(), At: c.UpdatedAt}
	return s.advancedPage(w, r, d, p, http.StatusOK)
}

func (s *Server) advancedPage(w http.ResponseWriter, r *http.Request, d *desk, p page.CampaignAdvanced, status int) error {
	c, h, progress, err := campaignHead(r, d)
	if err != nil {
		return err
	}
	p.ID, p.Title = h.ID, c.Title
	if c.ContentType != outreach.YesNo {
		p.Policy.YesNo = nil
	}
	if c.State != outreach.Draft {
		p.Head = &h
	}
	if c.Launched() && c.LaunchedAt != nil {
		p.Policy.ModeFixed = "The campaign type is fixed once a campaign is launched. Conversations switch mode one by one."
		p.ArchivesAt = c.ArchivesAt(d.zone)
	}
	switch {
	case c.State == outreach.Archived:
		p.Locked = "This campaign is archived and cannot change any more."
	case c.State == outreach.Scheduled:
		p.Locked = "This campaign is scheduled as it was reviewed. Take it back to a draft to change it."
	case d.May(account.ManageCampaigns) != nil:
		p.Locked = "Campaign managers change this."
	}
	if err := d.fillPolicy(r.Context(), &p.Policy); err != nil {
		return err
	}
	p.Route = routePicture(c, p.Policy, progress)
	p.Route.YesNo = p.Policy.YesNo
	if err := d.fillAfter(r.Context(), c, &p.Route); err != nil {
		return err
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	if isFragment(r) && status == http.StatusOK && r.Method == http.MethodPost {
		s.render(w, r, status, p.Saved())
		return nil
	}
	s.render(w, r, status, p.HTML())
	return nil
}

func (s *Server) saveAdvanced(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	form := readPolicyForm(r)
	days, _ := strconv.Atoi(r.PostFormValue("archive_days"))
	answering := readAnswering(r)
	err = d.outreach.SaveAdvanced(r.Context(), id, outreach.Advanced{Policy: form, AutoArchiveDays: days, Answering: answering})
	if why := refusal(err); why != "" && isFragment(r) {
		s.render(w, r, http.StatusUnprocessableEntity, page.DraftSaved{Refused: why}.Fragment())
		return nil
	}
	errs := fieldErrors(err)
	if err != nil && errs == nil {
		return err
	}
	if errs == nil && !isFragment(r) {
		to := campaignURL(id) + "/advanced"
		if r.PostFormValue("next") == "review" {
			to = campaignURL(id) + "/review"
		} else {
			s.flash(r.Context(), "Saved.")
		}
		seeOther(w, r, to)
		return nil
	}
	p := page.CampaignAdvanced{Policy: policyForm(outreach.Policy{Mode: form.Mode, IDKType: form.IDKType, CustomResponse: form.CustomResponse,
		HoldingText: form.HoldingText, Inboxes: form.Inboxes}), ArchiveDays: r.PostFormValue("archive_days"), Errors: errs}
	p.Policy.YesNo = yesNoForm(answering)
	if errs != nil {
		return s.advancedPage(w, r, d, p, http.StatusUnprocessableEntity)
	}
	p.SavedAt = page.DraftSaved{Clock: d.clock(), At: time.Now()}
	return s.advancedPage(w, r, d, p, http.StatusOK)
}

// yesNoForm shows what becomes of a yes and of a no.
func yesNoForm(a outreach.Answering) *page.YesNo {
	return &page.YesNo{YesResponse: a.YesResponse, YesEscalate: a.YesEscalate, NoResponse: a.NoResponse, NoEscalate: a.NoEscalate}
}

func readAnswering(r *http.Request) outreach.Answering {
	return outreach.Answering{YesResponse: r.PostFormValue("yes_response"), YesEscalate: r.PostFormValue("yes_escalate") != "",
		NoResponse: r.PostFormValue("no_response"), NoEscalate: r.PostFormValue("no_escalate") != ""}
}
