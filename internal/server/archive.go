package server

import (
	"fmt"
	"net/http"

	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

// askArchive is the question before a campaign is stopped and archived, with what will happen.
func (s *Server) askArchive(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	return s.archivePage(w, r, d, id, nil)
}

func (s *Server) archivePage(w http.ResponseWriter, r *http.Request, d *desk, id outreach.CampaignID, errs ui.Errors) error {
	a, err := d.outreach.Archiving(r.Context(), id)
	if err != nil {
		return err
	}
	p := page.StopArchive{ID: fmt.Sprint(id), Title: a.Campaign.Title, Number: a.Campaign.NumberPhone, AsOf: d.clock().Now,
		NotTexted: a.Progress.Open(), Texted: a.Progress.Texted() - a.Progress.Open(), Waiting: a.Waiting,
		Reusable: a.Number.Kind == outreach.Reusable, Participating: a.Participating, Colleagues: a.Colleagues, AfterMode: ui.Mode(a.Mode), Errors: errs}
	for _, inbox := range a.After {
		p.MoveTo = append(p.MoveTo, page.MovedTo{Name: inbox.Name, Office: inbox.Office})
	}
	if p.Reusable {
		p.MoveNotes = moveNotes(a)
	}
	if a.Number.Kind == outreach.Provisioned && a.Campaign.LaunchedAt != nil {
		p.FreeAgain = "at once"
		if a.CoolingDays > 0 {
			p.FreeAgain = "after " + shown(a.CoolingDays, "day") + " of rest"
		}
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	switch {
	case isFragment(r):
		s.render(w, r, http.StatusOK, p.Dialog())
	case errs != nil:
		s.render(w, r, http.StatusUnprocessableEntity, p.HTML())
	default:
		s.render(w, r, http.StatusOK, p.HTML())
	}
	return nil
}

// moveNotes say whom those who wait leave, and who sees them all the same.
func moveNotes(a outreach.Archiving) (notes []string) {
	for _, left := range a.Leaves() {
		whose := "the inbox of " + left.Name
		if !left.Office {
			whose = left.Name + "’s personal inbox"
		}
		note := "They leave " + whose + "."
		if len(left.Still) > 0 {
			note = fmt.Sprintf("They leave %s, and %s sees them in %s.", whose, ui.Person{Name: left.Name}.FirstName(), left.Still[0].Name)
		}
		notes = append(notes, note)
	}
	return notes
}

// archive stops and archives a campaign.
func (s *Server) archive(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	err = d.outreach.Archive(r.Context(), id, r.PostFormValue("understood") != "")
	if errs := fieldErrors(err); errs != nil {
		return s.archivePage(w, r, d, id, errs)
	}
	if err != nil {
		return err
	}
	s.flash(r.Context(), "Stopped and archived. Everything stays readable under Archived.")
	seeOther(w, r, campaignURL(id))
	return nil
}
