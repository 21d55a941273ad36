package server

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

// campaignVerb runs a verb on the campaign of the address and goes back to it.
func (s *Server) campaignVerb(w http.ResponseWriter, r *http.Request, verb func(context.Context, outreach.CampaignID) error, done string) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	if err := verb(r.Context(), id); err != nil {
		return err
	}
	s.flash(r.Context(), done)
	seeOther(w, r, campaignURL(id))
	return nil
}

// newCampaign is the first step: how to begin.
func (s *Server) newCampaign(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := d.May(account.ManageCampaigns); err != nil {
		return err
	}
	return s.startPage(w, r, d, page.CampaignStart{From: "scratch"}, http.StatusOK)
}

func (s *Server) startPage(w http.ResponseWriter, r *http.Request, d *desk, p page.CampaignStart, status int) (err error) {
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, status, p.HTML())
	return nil
}

func (s *Server) beginCampaign(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	offices, err := d.officeChoices(r.Context())
	if err != nil {
		return err
	}
	if len(offices) == 0 {
		return account.Conflict("You belong to no office yet. Ask your administrator to add you to one.")
	}
	id, err := d.outreach.Begin(r.Context(), r.PostFormValue("title"), account.OfficeID(mustID(offices[0].Value)))
	if errs := fieldErrors(err); errs != nil {
		return s.startPage(w, r, d, page.CampaignStart{From: "scratch", Title: r.PostFormValue("title"), Errors: errs}, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	seeOther(w, r, campaignURL(id)+"/general")
	return nil
}

// general is the second step of a draft, and after launch the tab with what was sent.
func (s *Server) general(w http.ResponseWriter, r *http.Request, d *desk) error {
	c, h, progress, err := campaignHead(r, d)
	if err != nil {
		return err
	}
	if c.State != outreach.Draft {
		return s.campaignSent(w, r, d, sent{c, h, progress})
	}
	p := page.CampaignGeneral{ID: h.ID, Title: c.Title, Office: fmt.Sprint(c.OfficeID), Content: "simple", Message: c.Message,
		Tags: strings.Join(c.Tags, ", "), When: "now", List: optionalID(c.ListID), Number: optionalID(c.NumberID)}
	p.SavedAt = page.DraftSaved{Clock: d.clock(), At: c.UpdatedAt}
	return s.generalPage(w, r, d, p, http.StatusOK)
}

func (s *Server) generalPage(w http.ResponseWriter, r *http.Request, d *desk, p page.CampaignGeneral, status int) (err error) {
	if err := d.fillGeneral(r.Context(), &p); err != nil {
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

// fillGeneral adds what can be chosen, and how the first person of the list would read the text.
func (d *desk) fillGeneral(ctx context.Context, p *page.CampaignGeneral) (err error) {
	if p.Offices, err = d.officeChoices(ctx); err != nil {
		return err
	}
	lists, err := d.audience.Lists(ctx, audience.ListQuery{})
	if err != nil {
		return err
	}
	for _, l := range lists.Lists {
		p.Lists = append(p.Lists, ui.Option{Value: fmt.Sprint(l.ID), Label: l.Name + ", " + shownPeople(l.Contacts)})
	}
	numbers, err := d.outreach.Numbers(ctx)
	if err != nil {
		return err
	}
	for _, n := range numbers {
		p.Numbers = append(p.Numbers, ui.Option{Value: fmt.Sprint(n.ID), Label: n.Phone.Format(d.OrgCountry) + " " + n.Name + ", " + string(n.Kind)})
	}
	list := audience.ListID(mustID(p.List))
	fields, err := d.outreach.MergeFields(ctx, list)
	if err != nil {
		return err
	}
	for _, field := range fields {
		p.Merges = append(p.Merges, page.Merge{Name: field, Label: fieldLabel(field)})
	}
	p.ZoneName = d.zone.String()
	sample, err := d.outreach.Preview(ctx, list, p.Message)
	if err != nil || sample == nil {
		return err
	}
	p.Reader = sample.Name
	p.Preview = &ui.Handset{Hour: "9:00", Sender: d.OrgName, Number: labelOf(p.Numbers, p.Number), When: d.clock().Moment(time.Now()), Text: []ui.Piece{{Text: sample.Text}}}
	return nil
}

func (s *Server) saveGeneral(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	err = d.outreach.SaveGeneral(r.Context(), id, outreach.General{
		Title: r.PostFormValue("title"), Office: formID[account.OfficeID](r, "office"), Message: r.PostFormValue("message"),
		Tags: strings.Split(r.PostFormValue("tags"), ","), List: formID[audience.ListID](r, "list"), Number: formID[outreach.NumberID](r, "number")})
	errs := fieldErrors(err)
	if err != nil && errs == nil {
		return err
	}
	if errs == nil && !isFragment(r) && r.PostFormValue("next") == "advanced" {
		seeOther(w, r, campaignURL(id)+"/advanced")
		return nil
	}
	p := page.CampaignGeneral{ID: fmt.Sprint(id), Title: r.PostFormValue("title"), Office: r.PostFormValue("office"), Content: "simple",
		Message: r.PostFormValue("message"), Tags: r.PostFormValue("tags"), When: "now", List: r.PostFormValue("list"),
		Number: r.PostFormValue("number"), Errors: errs}
	if errs != nil {
		return s.generalPage(w, r, d, p, http.StatusUnprocessableEntity)
	}
	p.SavedAt = page.DraftSaved{Clock: d.clock(), At: time.Now()}
	return s.generalPage(w, r, d, p, http.StatusOK)
}

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
	p.SavedAt = page.DraftSaved{Clock: d.clock(), At: c.UpdatedAt}
	return s.advancedPage(w, r, d, p, http.StatusOK)
}

func (s *Server) advancedPage(w http.ResponseWriter, r *http.Request, d *desk, p page.CampaignAdvanced, status int) error {
	c, h, progress, err := campaignHead(r, d)
	if err != nil {
		return err
	}
	p.ID, p.Title = h.ID, c.Title
	if c.Launched() {
		p.Head = &h
		p.Policy.ModeFixed = "The campaign type is fixed once a campaign is launched. Conversations switch mode one by one."
		p.ArchivesAt = c.LaunchedAt.AddDate(0, 0, c.AutoArchiveDays)
	}
	switch {
	case c.State == outreach.Archived:
		p.Locked = "This campaign is archived and cannot change any more."
	case d.May(account.ManageCampaigns) != nil:
		p.Locked = "Campaign managers change this."
	}
	if err := d.fillPolicy(r.Context(), &p.Policy); err != nil {
		return err
	}
	p.Route = routePicture(c, p.Policy, progress)
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
	err = d.outreach.SaveAdvanced(r.Context(), id, outreach.Advanced{Policy: form, AutoArchiveDays: days})
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
	if errs != nil {
		return s.advancedPage(w, r, d, p, http.StatusUnprocessableEntity)
	}
	p.SavedAt = page.DraftSaved{Clock: d.clock(), At: time.Now()}
	return s.advancedPage(w, r, d, p, http.StatusOK)
}
