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
	found, err := d.outreach.AllNumbers(r.Context())
	if err != nil {
		return err
	}
	p := page.PhoneNumbers{Simulated: s.PhonesURL != ""}
	for _, n := range found {
		p.Rows = append(p.Rows, d.numberRow(n))
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}

func (d *desk) numberRow(n outreach.Number) page.NumberRow {
	row := page.NumberRow{ID: fmt.Sprint(n.ID), Phone: string(n.Phone), Name: n.Name, Reusable: n.Kind == outreach.Reusable, Office: n.OfficeName,
		State: numberStates[n.State()], PerSec: speed(n.SegmentsPerSecond), Waiting: n.Waiting}
	if n.Campaigns > 0 {
		row.UsedBy = ui.Link{Text: n.CampaignTitle, URL: campaignURL(n.CampaignID)}
	}
	switch {
	case n.ReleasedAt != nil:
		row.Note = "on " + d.clock().Date(*n.ReleasedAt)
	case n.ReleaseError != "":
		row.Note = "The carrier says: " + n.ReleaseError
	case n.FreeFrom != nil:
		row.Note = "until " + d.clock().Date(*n.FreeFrom)
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
	"in use": page.NumberInUse, "cooling": page.NumberCooling, "releasing": page.NumberReleasing, "released": page.NumberReleased}

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
	p.Number, p.Name, p.Office = d.numberRow(n), n.Name, fmt.Sprint(n.OfficeID)
	p.Fallback = n.OfficeName + " office"
	if n.Kind == outreach.Provisioned {
		p.Policy = nil
	} else if err := d.fillPolicy(r.Context(), p.Policy); err != nil {
		return err
	} else {
		p.Inboxes = chosenInboxes(*p.Policy)
	}
	if p.Offices, err = d.officeChoices(r.Context()); err != nil {
		return err
	}
	if d.May(account.Administer) != nil {
		p.Locked = "Administrators change the settings of a number."
	}
	switch {
	case n.ReleasedAt != nil:
		p.Gone, p.Locked = true, "This number has been given back to the carrier."
	case n.ReleasingAt != nil:
		p.Gone, p.Locked = true, "This number is being given back to the carrier. Its texts are kept and nobody answers them."
	default:
		p.MayRelease = p.Locked == ""
	}
	entries, err := d.account.Audit(r.Context(), account.AuditQuery{Subject: "phone_number", SubjectID: int64(n.ID)})
	if err != nil {
		return err
	}
	for _, e := range entries {
		p.History = append(p.History, page.Happening{Who: e.Actor, What: numberHistory[e.Verb], At: e.At})
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.renderForm(w, r, p.Errors, p.HTML())
	return nil
}

var numberHistory = map[string]string{"edit": "changed the settings", "release": "gave the number back", "released": "took the number out of use"}

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

// askRelease is the question before a number is given back, with what will happen.
func (s *Server) askRelease(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := d.May(account.Administer); err != nil {
		return err
	}
	return s.releasePage(w, r, d, nil)
}

func (s *Server) releasePage(w http.ResponseWriter, r *http.Request, d *desk, errs ui.Errors) error {
	id, err := pathID[outreach.NumberID](r, "id")
	if err != nil {
		return err
	}
	n, _, err := d.outreach.Number(r.Context(), id)
	if err != nil {
		return err
	}
	row := d.numberRow(n)
	p := page.ReleaseNumber{ID: row.ID, Phone: row.Phone, Waiting: row.Waiting, UsedBy: row.UsedBy, Errors: errs}
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

// releaseNumber gives a number back to the carrier.
func (s *Server) releaseNumber(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.NumberID](r, "id")
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	err = d.outreach.ReleaseNumber(r.Context(), id, r.PostFormValue("understood") != "")
	if errs := fieldErrors(err); errs != nil {
		return s.releasePage(w, r, d, errs)
	}
	if err != nil {
		return err
	}
	s.flash(r.Context(), "The number is being given back to the carrier.")
	seeOther(w, r, "/numbers")
	return nil
}
