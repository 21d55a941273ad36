package server

import (
	"fmt"
	"net/http"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

// numbers is the phone numbers of the actor's offices.
func (s *Server) numbers(w http.ResponseWriter, r *http.Request, d *desk) error {
	found, err := d.outreach.Numbers(r.Context())
	if err != nil {
		return err
	}
	p := page.PhoneNumbers{Simulated: s.PhonesURL != ""}
	for _, n := range found {
		p.Rows = append(p.Rows, numberRow(n))
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}

func numberRow(n outreach.Number) page.NumberRow {
	row := page.NumberRow{ID: fmt.Sprint(n.ID), Phone: string(n.Phone), Name: n.Name, Reusable: n.Kind == outreach.Reusable, Office: n.OfficeName,
		State: numberStates[n.State()], PerSec: speed(n.SegmentsPerSecond)}
	if n.Campaigns > 0 {
		row.UsedBy = ui.Link{Text: n.CampaignTitle, URL: campaignURL(n.CampaignID)}
	}
	return row
}

func speed(perSecond float64) string {
	if perSecond == 1 {
		return "1 text a second"
	}
	return fmt.Sprintf("%g texts a second", perSecond)
}

var numberStates = map[string]page.NumberState{"pending registration": page.NumberPending, "active": page.NumberActive,
	"in use": page.NumberInUse, "cooling": page.NumberCooling}

// number is the settings of one number.
func (s *Server) number(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.NumberID](r, "id")
	if err != nil {
		return err
	}
	n, policy, err := d.outreach.Number(r.Context(), id)
	if err != nil {
		return err
	}
	form := policyForm(policy)
	return s.numberPage(w, r, d, n, page.PhoneNumber{Policy: &form})
}

func (s *Server) numberPage(w http.ResponseWriter, r *http.Request, d *desk, n outreach.Number, p page.PhoneNumber) (err error) {
	p.Number, p.Name, p.Office = numberRow(n), n.Name, fmt.Sprint(n.OfficeID)
	p.Fallback = n.OfficeName + " office"
	if n.Kind == outreach.Provisioned {
		p.Policy = nil
	} else if err := d.fillPolicy(r.Context(), p.Policy); err != nil {
		return err
	}
	if p.Offices, err = d.officeChoices(r.Context()); err != nil {
		return err
	}
	if d.May(account.Administer) != nil {
		p.Locked = "Administrators change the settings of a number."
	}
	entries, err := d.account.Audit(r.Context(), account.AuditQuery{Subject: "phone_number", SubjectID: int64(n.ID)})
	if err != nil {
		return err
	}
	for _, e := range entries {
		p.History = append(p.History, page.Happening{Who: e.Actor, What: "changed the settings", At: e.At})
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	status := http.StatusOK
	if p.Errors != nil {
		status = http.StatusUnprocessableEntity
	}
	s.render(w, r, status, p.HTML())
	return nil
}

// saveNumber changes name, office and unsolicited message settings.
func (s *Server) saveNumber(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.NumberID](r, "id")
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	form := readPolicyForm(r)
	err = d.outreach.SaveNumber(r.Context(), id, outreach.NumberForm{Name: r.PostFormValue("name"),
		Office: formID[account.OfficeID](r, "office"), Unsolicited: form})
	if errs := fieldErrors(err); errs != nil {
		n, _, err := d.outreach.Number(r.Context(), id)
		if err != nil {
			return err
		}
		n.Name = r.PostFormValue("name")
		shownForm := policyForm(outreach.Policy{Mode: form.Mode, IDKType: form.IDKType, CustomResponse: form.CustomResponse,
			HoldingText: form.HoldingText, Inboxes: form.Inboxes})
		return s.numberPage(w, r, d, n, page.PhoneNumber{Policy: &shownForm, Errors: errs})
	}
	if err != nil {
		return err
	}
	s.flash(r.Context(), "Saved.")
	seeOther(w, r, fmt.Sprintf("/numbers/%d", id))
	return nil
}
