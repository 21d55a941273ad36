package server

import (
	"fmt"
	"net/http"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/web/page"
)

// askSchedule is where the launch of a scheduled campaign is moved.
func (s *Server) askSchedule(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := d.May(account.ManageCampaigns); err != nil {
		return err
	}
	return s.schedulePage(w, r, d, page.CampaignSchedule{})
}

func (s *Server) schedulePage(w http.ResponseWriter, r *http.Request, d *desk, p page.CampaignSchedule) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	c, err := d.outreach.Campaign(r.Context(), id)
	if err != nil {
		return err
	}
	if c.State != outreach.Scheduled || c.ScheduledFor == nil {
		seeOther(w, r, campaignURL(id))
		return nil
	}
	p.ID, p.Title, p.At, p.ZoneName = fmt.Sprint(id), c.Title, *c.ScheduledFor, d.zone.String()
	status := http.StatusUnprocessableEntity
	if p.Errors == nil {
		p.Date, p.Time, status = c.LaunchDate, c.LaunchTime, http.StatusOK
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, status, p.HTML())
	return nil
}

func (s *Server) reschedule(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	p := page.CampaignSchedule{Date: r.PostFormValue("date"), Time: r.PostFormValue("time")}
	err = d.outreach.Reschedule(r.Context(), id, outreach.Wish{LaunchLater: true, LaunchDate: p.Date, LaunchTime: p.Time})
	if p.Errors = fieldErrors(err); p.Errors != nil {
		return s.schedulePage(w, r, d, p)
	}
	if err != nil {
		return err
	}
	s.flash(r.Context(), "The time is changed.")
	seeOther(w, r, campaignURL(id))
	return nil
}

func (s *Server) unschedule(w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.campaignVerb(w, r, d.outreach.Unschedule, "It is a draft again. Nothing is sent until you launch it.")
}
