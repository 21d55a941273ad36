package server

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/web/page"
	"parley/web/ui"
)

// contacts is the people an organization may text, or its lists of them.
func (s *Server) contacts(w http.ResponseWriter, r *http.Request, d *desk) (err error) {
	ctx := r.Context()
	p := page.Contacts{ShowLists: r.FormValue("view") == "lists", Query: r.FormValue("q"), MayImport: d.May(account.ManageContacts) == nil}
	if p.People, p.Lists, err = d.audience.Size(ctx); err != nil {
		return err
	}
	if p.ShowLists {
		err = d.fillLists(r, &p)
	} else {
		err = d.fillPeople(r, &p)
	}
	if err != nil {
		return err
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	if target(r) == page.IDPeople {
		s.render(w, r, http.StatusOK, p.List())
		return nil
	}
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}

func (d *desk) fillLists(r *http.Request, p *page.Contacts) error {
	found, err := d.audience.Lists(r.Context(), audience.ListQuery{Text: p.Query, After: formID[audience.ListID](r, "after")})
	if err != nil {
		return err
	}
	for _, l := range found.Lists {
		p.ListRows = append(p.ListRows, page.ListRow{Name: l.Name, URL: fmt.Sprintf("/lists/%d", l.ID), People: l.Contacts,
			Made: l.CreatedAt, MadeBy: cmp.Or(l.CreatedByName, "Parley"), UsedBy: l.Campaigns})
	}
	p.Paging = paging(r, shown(len(found.Lists), "list"), optionalText(found.Next))
	return nil
}

func (d *desk) fillPeople(r *http.Request, p *page.Contacts) error {
	found, err := d.audience.Contacts(r.Context(), audience.ContactQuery{Text: p.Query, After: r.FormValue("after")})
	if err != nil {
		return err
	}
	for _, c := range found.Contacts {
		p.Rows = append(p.Rows, contactRow(c))
	}
	p.Paging = paging(r, shownOf(len(found.Contacts), p.People, p.Query), found.Next)
	p.Paging.Whole = p.Query == ""
	return nil
}

// shownOf says how many people a page has, of how many in all where no search makes them fewer.
func shownOf(n, all int, search string) string {
	if search != "" || n == all {
		return shownPeople(n)
	}
	return ui.Count(n) + " of " + shownPeople(all)
}

func optionalText[T ~int64](id T) string {
	if id == 0 {
		return ""
	}
	return fmt.Sprint(id)
}

// paging leads to the rows after these and back to the first ones, under the same filters.
func paging(r *http.Request, shown, next string) ui.Paging {
	p := ui.Paging{Shown: shown}
	query := r.URL.Query()
	if query.Get("after") != "" {
		query.Del("after")
		p.Previous = r.URL.Path + "?" + query.Encode()
	}
	if next != "" {
		query.Set("after", next)
		p.Next = r.URL.Path + "?" + query.Encode()
	}
	return p
}

func contactRow(c audience.ContactRow) page.ContactRow {
	return page.ContactRow{Contact: ui.Person{Name: c.Name()}, URL: fmt.Sprintf("/contacts/%d", c.ID), Phone: string(c.Phone),
		Language: languageName(c.Language), Consent: page.Consent{MayBeTexted: c.Consent == audience.Textable, Held: c.Consent == audience.Held},
		Lists: c.Lists, Added: c.CreatedAt}
}

// consent is whether a contact may be texted, and why not.
func consent(c audience.ContactCard, clock ui.Clock) page.Consent {
	p := page.Consent{MayBeTexted: c.Consent == audience.Textable, Held: c.Consent == audience.Held}
	if !p.MayBeTexted && len(c.Ledger) > 0 {
		p.Why = consentWords(c.Ledger[0]) + ", " + clock.Date(c.Ledger[0].At)
	}
	return p
}

func consentWords(e audience.ConsentEvent) string {
	switch e.Source {
	case audience.FromKeyword, audience.FromPhrase:
		return "by text “" + e.Reason + "”"
	case audience.FromCarrier:
		return "known to the phone company"
	case audience.FromImport:
		return "by an imported file"
	}
	return "by " + cmp.Or(e.UserName, "a person here")
}

func details(c audience.Contact) []page.Detail {
	var rows []page.Detail
	add := func(label, value string) {
		if value != "" {
			rows = append(rows, page.Detail{Label: label, Value: value})
		}
	}
	for _, field := range slices.Sorted(maps.Keys(c.Fields)) {
		add(fieldLabel(field), c.Fields[field])
	}
	add("Language", map[string]string{"en": "English", "es": "Spanish"}[c.Language])
	add("E-mail", c.Email)
	add("ZIP", c.ZIP)
	return rows
}

// contact is the page of one person.
func (s *Server) contact(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[audience.ContactID](r, "id")
	if err != nil {
		return err
	}
	card, err := d.contactCard(r, id)
	if err != nil {
		return err
	}
	c, err := d.audience.Contact(r.Context(), id)
	if err != nil {
		return err
	}
	p := page.Contact{Card: *card}
	for _, l := range c.Lists {
		p.Lists = append(p.Lists, ui.Link{Text: l.Name, URL: fmt.Sprintf("/lists/%d", l.ID)})
	}
	what := map[string]string{"opt_out": "opted out", "opt_in": "opted in", "hold": "was held until a person has read a text", "release": "was released"}
	for _, e := range c.Ledger {
		p.Ledger = append(p.Ledger, page.Happening{Who: cmp.Or(e.UserName, c.Name(), string(c.Phone)), What: what[e.Kind], At: e.At, Detail: consentWords(e)})
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}

// list is one contact list with its people.
func (s *Server) list(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[audience.ListID](r, "id")
	if err != nil {
		return err
	}
	l, err := d.audience.List(r.Context(), id)
	if err != nil {
		return err
	}
	found, err := d.audience.Contacts(r.Context(), audience.ContactQuery{List: id, After: r.FormValue("after")})
	if err != nil {
		return err
	}
	p := page.ContactList{Name: l.Name, People: l.Contacts, Made: l.CreatedAt, MadeBy: cmp.Or(l.CreatedByName, "Parley"),
		Paging: paging(r, shownOf(len(found.Contacts), l.Contacts, ""), found.Next)}
	p.Paging.Whole = true
	for _, c := range found.Contacts {
		p.Rows = append(p.Rows, contactRow(c))
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}
