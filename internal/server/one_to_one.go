package server

import (
	"fmt"
	"net/http"
	"time"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

// newOneToOne is the form that starts a conversation outside any campaign, with one contact where the
// address names one.
func (s *Server) newOneToOne(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := d.May(account.StartOneToOne); err != nil {
		return err
	}
	return s.oneToOnePage(w, r, d, page.OneToOne{Contact: idText(formID[int64](r, "contact")), Phone: r.FormValue("phone"),
		Number: r.FormValue("number"), Text: r.FormValue("text"), Key: newKey()})
}

func (s *Server) oneToOnePage(w http.ResponseWriter, r *http.Request, d *desk, p page.OneToOne) error {
	numbers, err := d.outreach.Numbers(r.Context())
	if err != nil {
		return err
	}
	for _, n := range numbers {
		if n.Kind == outreach.Reusable {
			p.Numbers = append(p.Numbers, ui.Option{Value: fmt.Sprint(n.ID), Label: numberLabel(n)})
		}
	}
	if p.Contact != "" {
		c, err := d.audience.Contact(r.Context(), audience.ContactID(mustID(p.Contact)))
		if err != nil {
			return err
		}
		p.Person, p.Phone = c.Name(), string(c.Phone)
	}
	if p.Hours, err = d.quietHours(r); err != nil {
		return err
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.renderForm(w, r, p.Errors, p.HTML())
	return nil
}

func numberLabel(n outreach.Number) string {
	label := ui.Phone(string(n.Phone)) + ", " + n.OfficeName
	if n.Name != "" && n.Name != n.OfficeName {
		label += " (" + n.Name + ")"
	}
	return label
}

// quietHours are the hours in which texts of our own accord leave, in words; empty for any hour.
func (d *desk) quietHours(r *http.Request) (string, error) {
	from, to, err := d.outreach.SendingHours(r.Context())
	if err != nil || from == midnight && to == endOfDay {
		return "", err
	}
	return clockWords(from) + " and " + clockWords(to), nil
}

// clockWords writes "20:00" as "8:00 pm".
func clockWords(hour string) string {
	at, err := time.Parse("15:04", hour)
	if err != nil {
		return "midnight"
	}
	return at.Format("3:04 pm")
}

func idText(id int64) string {
	if id == 0 {
		return ""
	}
	return fmt.Sprint(id)
}

// startOneToOne sends the first text and opens the conversation.
func (s *Server) startOneToOne(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	form := outreach.OneToOne{Number: formID[outreach.NumberID](r, "number"), Contact: formID[audience.ContactID](r, "contact"),
		Phone: r.PostFormValue("phone"), Body: r.PostFormValue("text"), Key: readKey(r)}
	id, err := d.outreach.StartOneToOne(r.Context(), form)
	if errs := fieldErrors(err); errs != nil {
		return s.oneToOnePage(w, r, d, page.OneToOne{Contact: idText(int64(form.Contact)), Phone: form.Phone, Text: form.Body,
			Number: r.PostFormValue("number"), Key: r.PostFormValue("key"), Errors: errs})
	}
	if err != nil {
		return err
	}
	s.flash(r.Context(), "Sent.")
	seeOther(w, r, page.InboxFilter{Participating: true}.Open(fmt.Sprint(id)).URL())
	return nil
}
