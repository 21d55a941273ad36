package server

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/web/page"
)

// newCampaign is the first step: how to begin.
func (s *Server) newCampaign(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := d.May(account.ManageCampaigns); err != nil {
		return err
	}
	return s.startPage(w, r, d, startOf(r), http.StatusOK)
}

// startOf reads what an address or a form says about the beginning of a campaign.
func startOf(r *http.Request) page.CampaignStart {
	p := page.CampaignStart{From: r.FormValue("from"), Title: r.FormValue("title"), Query: r.FormValue("q"), Topic: r.FormValue("topic")}
	if p.From != "previous" && p.From != "library" {
		p.From = "scratch"
	}
	if _, err := time.Parse(time.DateOnly, r.FormValue("date")); err == nil {
		p.Date = r.FormValue("date")
	}
	return p
}

func (s *Server) startPage(w http.ResponseWriter, r *http.Request, d *desk, p page.CampaignStart, status int) (err error) {
	switch p.From {
	case "previous":
		err = d.fillPrevious(r, &p)
	case "library":
		err = d.fillLibrary(r, &p)
	}
	if err != nil {
		return err
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, status, p.HTML())
	return nil
}

// fillPrevious adds the campaign that is to be cloned, or those to choose from.
func (d *desk) fillPrevious(r *http.Request, p *page.CampaignStart) error {
	if id := formID[outreach.CampaignID](r, "campaign"); id != 0 {
		c, err := d.outreach.Campaign(r.Context(), id)
		if err != nil {
			return err
		}
		chosen := previous(c)
		p.Chosen = &chosen
		if p.Title == "" && p.Errors == nil {
			p.Title, err = d.outreach.FreeTitle(r.Context(), c.Title)
		}
		return err
	}
	for _, area := range []outreach.Area{outreach.ActiveArea, outreach.ArchivedArea} {
		found, err := d.outreach.Campaigns(r.Context(), outreach.CampaignQuery{Area: area, Search: p.Query, Sort: outreach.ByLaunch})
		if err != nil {
			return err
		}
		for _, c := range found.Rows {
			p.Previous = append(p.Previous, previous(c.Campaign))
		}
	}
	return nil
}

func previous(c outreach.Campaign) page.Previous {
	return page.Previous{ID: fmt.Sprint(c.ID), Title: c.Title, Launched: launchOf(c), People: c.ListContacts}
}

// beginCampaign makes the draft: from scratch, after another campaign, or with a text of the library.
func (s *Server) beginCampaign(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	p := startOf(r)
	id, err := d.begin(r, p)
	if errs := fieldErrors(err); errs != nil {
		p.Errors = errs
		return s.startPage(w, r, d, p, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	if p.Date != "" {
		if err := d.outreach.Plan(r.Context(), id, outreach.Wish{LaunchLater: true, LaunchDate: p.Date}); err != nil {
			return err
		}
	}
	seeOther(w, r, campaignURL(id)+"/general")
	return nil
}

func (d *desk) begin(r *http.Request, p page.CampaignStart) (outreach.CampaignID, error) {
	ctx := r.Context()
	if source := formID[outreach.CampaignID](r, "campaign"); p.From == "previous" && source != 0 {
		return d.outreach.Clone(ctx, source, p.Title)
	}
	if err := d.May(account.ManageCampaigns); err != nil {
		return 0, err
	}
	offices, err := d.officeChoices(ctx)
	if err != nil {
		return 0, err
	}
	if len(offices) == 0 {
		return 0, account.Conflict("You belong to no office yet. Ask your administrator to add you to one.")
	}
	office := account.OfficeID(mustID(offices[0].Value))
	if template := r.PostFormValue("template"); p.From == "library" && template != "" {
		return d.outreach.BeginFrom(ctx, p.Title, office, outreach.TemplateID(template))
	}
	return d.outreach.Begin(ctx, p.Title, office)
}

// review is the last step of a draft.
func (s *Server) review(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	return s.reviewPage(w, r, d, reviewed{id: id})
}

// launch does what the review page showed, or shows what has changed since.
func (s *Server) launch(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	if r.PostFormValue("same_audience") != "" {
		if err := d.outreach.ConfirmAudience(r.Context(), id, true); err != nil {
			return s.launchRefused(w, r, id, err)
		}
	}
	err = d.outreach.Launch(r.Context(), id, r.PostFormValue("fingerprint"))
	var stale *outreach.StaleError
	if errors.As(err, &stale) {
		return s.reviewPage(w, r, d, reviewed{id: id, stale: stale})
	}
	if errs := fieldErrors(err); errs != nil {
		return s.reviewPage(w, r, d, reviewed{id: id, errs: errs})
	}
	if err != nil {
		return s.launchRefused(w, r, id, err)
	}
	c, err := d.outreach.Campaign(r.Context(), id)
	if err != nil {
		return err
	}
	if c.State == outreach.Scheduled {
		s.flash(r.Context(), "Scheduled. It launches "+d.clock().Moment(*c.ScheduledFor)+".")
	} else {
		s.flash(r.Context(), "Launched. The first texts are on their way.")
	}
	seeOther(w, r, campaignURL(id))
	return nil
}

// launchRefused shows a conflict on the campaign's page: somebody was there first.
func (s *Server) launchRefused(w http.ResponseWriter, r *http.Request, id outreach.CampaignID, err error) error {
	var conflict account.Conflict
	if !errors.As(err, &conflict) {
		return err
	}
	s.flashBad(r.Context(), conflict.Error())
	seeOther(w, r, campaignURL(id))
	return nil
}
