package server

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"

	"parley/internal/account"
	"parley/web/page"
	"parley/web/ui"
)

// settings is what an administrator sets for the organization, one part at a time.
func (s *Server) settings(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := d.May(account.Administer); err != nil {
		return err
	}
	return s.settingsPage(w, r, d, page.Settings{Tab: page.SettingsTab(r.FormValue("tab"))})
}

func (s *Server) settingsPage(w http.ResponseWriter, r *http.Request, d *desk, p page.Settings) (err error) {
	switch p.Tab {
	case page.SettingsUsers:
		err = d.fillUsers(r, &p)
	case page.SettingsOffices:
		err = d.fillOffices(r, &p)
	case page.SettingsAudit:
		err = d.fillAudit(r, &p)
	case page.SettingsStrays:
		err = d.fillStrays(r, &p)
	case page.SettingsFailed:
		err = d.fillFailed(r, &p)
	default:
		err = d.fillOrganization(r, &p)
	}
	if err != nil {
		return err
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.renderForm(w, r, p.Errors, p.HTML())
	return nil
}

// zoneChoices are the zones of the United States; an organization elsewhere keeps the one it was
// founded with.
var zoneChoices = []string{"America/New_York", "America/Chicago", "America/Denver", "America/Boise", "America/Phoenix",
	"America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico"}

func (d *desk) fillOrganization(r *http.Request, p *page.Settings) error {
	o, err := d.account.Organization(r.Context())
	if err != nil {
		return err
	}
	if p.Errors == nil {
		p.Name, p.Zone, p.From, p.To, p.Help = o.Name, o.TimeZone, o.QuietUntil, o.QuietFrom, o.HelpText
		p.Cooling = fmt.Sprint(o.CoolingDays)
		if p.To == endOfDay {
			p.To = midnight
		}
	}
	known := false
	for _, zone := range zoneChoices {
		known = known || zone == o.TimeZone
		p.Zones = append(p.Zones, ui.Option{Value: zone, Label: zone})
	}
	if !known {
		p.Zones = append(p.Zones, ui.Option{Value: o.TimeZone, Label: o.TimeZone})
	}
	return nil
}

// Midnight ends a day as 24:00, which the time fields of browsers do not know.
const (
	midnight = "00:00"
	endOfDay = "24:00"
)

func (d *desk) fillUsers(r *http.Request, p *page.Settings) error {
	users, err := d.account.Users(r.Context())
	if err != nil {
		return err
	}
	for _, u := range users {
		p.Users = append(p.Users, page.UserRow{ID: fmt.Sprint(u.ID), Name: u.Name, Email: u.Email, Role: ui.Role(u.Role), Offices: u.Offices,
			AllOffices: u.SeesAllOffices, Off: u.DeactivatedAt != nil, LastSeen: deref(u.LastSeenAt)})
	}
	p.NewUser.Choices, err = d.officeChoices(r.Context())
	return err
}

func (d *desk) fillOffices(r *http.Request, p *page.Settings) error {
	offices, err := d.account.Offices(r.Context())
	if err != nil {
		return err
	}
	for _, o := range offices {
		p.Offices = append(p.Offices, page.OfficeRow{Name: o.Name, Users: o.People, Campaigns: o.Campaigns, Numbers: o.Numbers})
	}
	return nil
}

func (d *desk) fillAudit(r *http.Request, p *page.Settings) error {
	entries, err := d.account.Audit(r.Context(), account.AuditQuery{Before: formID[int64](r, "after")})
	if err != nil {
		return err
	}
	if p.Audit, err = d.audited(r.Context(), entries); err != nil {
		return err
	}
	next := ""
	if len(entries) > 0 {
		next = fmt.Sprint(entries[len(entries)-1].ID)
	}
	p.Paging = paging(r, shown(len(entries), "entry"), next)
	if len(entries) != 1 {
		p.Paging.Shown = ui.Count(len(entries)) + " entries"
	}
	return nil
}

// saveOrganization changes the organization's own settings.
func (s *Server) saveOrganization(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	p := page.Settings{Name: r.PostFormValue("name"), Zone: r.PostFormValue("zone"), From: r.PostFormValue("send_from"),
		To: r.PostFormValue("send_to"), Help: r.PostFormValue("help"), Cooling: r.PostFormValue("cooling_days")}
	cooling, err := strconv.Atoi(cmp.Or(p.Cooling, "0"))
	if err != nil {
		cooling = -1 // refused with its field
	}
	until := p.To
	if until == midnight {
		until = endOfDay
	}
	err = d.account.SaveOrganization(r.Context(), account.OrganizationForm{Name: p.Name, TimeZone: p.Zone, QuietUntil: p.From, QuietFrom: until, HelpText: p.Help,
		CoolingDays: cooling})
	return s.settingsSaved(w, r, d, p, err)
}

// addUser gives a colleague access.
func (s *Server) addUser(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	u := account.NewUser{Email: r.PostFormValue("email"), Name: r.PostFormValue("name"), Password: r.PostFormValue("password"),
		Role: account.Role(r.PostFormValue("role")), SeesAllOffices: r.PostFormValue("all_offices") != "", Offices: formIDs[account.OfficeID](r, "office")}
	p := page.Settings{Tab: page.SettingsUsers, NewUser: page.NewUser{Name: u.Name, Email: u.Email, Role: string(u.Role), AllOffices: u.SeesAllOffices,
		Offices: r.PostForm["office"]}}
	return s.settingsSaved(w, r, d, p, d.account.AddUser(r.Context(), u))
}

// addOffice makes an office and its inbox.
func (s *Server) addOffice(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	p := page.Settings{Tab: page.SettingsOffices, Office: r.PostFormValue("name")}
	return s.settingsSaved(w, r, d, p, d.account.AddOffice(r.Context(), p.Office))
}

func (s *Server) settingsSaved(w http.ResponseWriter, r *http.Request, d *desk, p page.Settings, err error) error {
	if errs := fieldErrors(err); errs != nil {
		p.Errors = errs
		return s.settingsPage(w, r, d, p)
	}
	if err != nil {
		return err
	}
	s.flash(r.Context(), "Saved.")
	seeOther(w, r, "/settings?tab="+string(p.Tab))
	return nil
}
