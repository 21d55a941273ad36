package server

import (
	"context"
	"fmt"
	"hash/fnv"
	"io"
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

// contents are the values of the field "content".
var contents = map[outreach.ContentType]string{outreach.Simple: "simple", outreach.YesNo: "yesno"}

// general is the second step of a draft, and afterwards the tab with what is or was sent.
func (s *Server) general(w http.ResponseWriter, r *http.Request, d *desk) error {
	c, h, progress, err := campaignHead(r, d)
	if err != nil {
		return err
	}
	if c.State != outreach.Draft {
		return s.campaignSent(w, r, d, sent{c, h, progress})
	}
	p := storedGeneral(c)
	p.SavedAt = page.DraftSaved{Clock: d.clock(), At: c.UpdatedAt}
	return s.generalPage(w, r, d, p, http.StatusOK)
}

// storedGeneral is the form as the draft has it.
func storedGeneral(c outreach.Campaign) page.CampaignGeneral {
	p := page.CampaignGeneral{ID: fmt.Sprint(c.ID), Title: c.Title, Office: fmt.Sprint(c.OfficeID), Content: contents[c.ContentType], Message: c.Message,
		Tags: strings.Join(c.Tags, ", "), List: optionalID(c.ListID), Number: optionalID(c.NumberID),
		When: "now", Date: c.LaunchDate, Time: c.LaunchTime}
	if c.LaunchLater {
		p.When = "at"
	}
	return p
}

func (s *Server) generalPage(w http.ResponseWriter, r *http.Request, d *desk, p page.CampaignGeneral, status int) (err error) {
	if err := d.fillGeneral(r.Context(), &p); err != nil {
		return err
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	if p.Seen == "" {
		p.Seen = seen(p)
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
	sample, err := d.outreach.Preview(ctx, list, outreach.Campaign{Message: p.Message})
	if errs := fieldErrors(err); errs != nil {
		p.Unread = errs["message"]
		return nil
	}
	if err != nil || sample == nil {
		return err
	}
	p.Reader = sample.Name
	p.Preview = &ui.Handset{Hour: "9:00", Sender: d.OrgName, Number: phoneOf(numbers, p.Number, d.OrgCountry), When: d.clock().Moment(time.Now()), Text: []ui.Piece{{Text: sample.Text}}}
	return nil
}

// phoneOf is the number that was chosen, as people write it.
func phoneOf(numbers []outreach.Number, chosen, country string) string {
	for _, n := range numbers {
		if fmt.Sprint(n.ID) == chosen {
			return n.Phone.Format(country)
		}
	}
	return ""
}

func (s *Server) saveGeneral(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	p := page.CampaignGeneral{ID: fmt.Sprint(id), Title: r.PostFormValue("title"), Office: r.PostFormValue("office"), Content: r.PostFormValue("content"),
		Message: r.PostFormValue("message"), Tags: r.PostFormValue("tags"), List: r.PostFormValue("list"), Number: r.PostFormValue("number"),
		When: r.PostFormValue("when"), Date: r.PostFormValue("date"), Time: r.PostFormValue("time")}
	c, _, _, err := campaignHead(r, d)
	if err != nil {
		return err
	}
	err = d.outreach.SaveGeneral(r.Context(), id, readGeneral(changed(p, storedGeneral(c), r.PostFormValue("seen"))))
	if why := refusal(err); why != "" && isFragment(r) {
		s.render(w, r, http.StatusUnprocessableEntity, page.DraftSaved{Refused: why}.Fragment())
		return nil
	}
	p.Errors = fieldErrors(err)
	if err != nil && p.Errors == nil {
		return err
	}
	if p.Errors != nil {
		p.Seen = r.PostFormValue("seen") // what was typed is shown again, but not stored
		return s.generalPage(w, r, d, p, http.StatusUnprocessableEntity)
	}
	if !isFragment(r) && r.PostFormValue("next") == "advanced" {
		seeOther(w, r, campaignURL(id)+"/advanced")
		return nil
	}
	p.SavedAt = page.DraftSaved{Clock: d.clock(), At: time.Now()}
	return s.generalPage(w, r, d, p, http.StatusOK)
}

// generalFields are what a person fills in.
func generalFields(p *page.CampaignGeneral) []*string {
	return []*string{&p.Title, &p.Office, &p.Content, &p.Message, &p.Tags, &p.List, &p.Number, &p.When, &p.Date, &p.Time}
}

// seen are marks of what the form shows.
func seen(p page.CampaignGeneral) string {
	var marks []string
	for _, field := range generalFields(&p) {
		marks = append(marks, mark(*field))
	}
	return strings.Join(marks, " ")
}

func mark(value string) string {
	h := fnv.New64a()
	io.WriteString(h, strings.ReplaceAll(value, "\r\n", "\n")) // browsers send the one, show the other
	return strconv.FormatUint(h.Sum64(), 36)
}

// changed is the draft with what was changed in this form: a field that still is as the form has shown it is
// left as it is stored, since it may have been changed in another window.
func changed(typed, stored page.CampaignGeneral, seen string) page.CampaignGeneral {
	marks := strings.Fields(seen)
	was, is := generalFields(&stored), generalFields(&typed)
	if len(marks) != len(is) {
		return typed
	}
	for i := range is {
		if mark(*is[i]) == marks[i] {
			*is[i] = *was[i]
		}
	}
	return typed
}

func readGeneral(p page.CampaignGeneral) outreach.General {
	g := outreach.General{Title: p.Title, Office: account.OfficeID(mustID(p.Office)), ContentType: outreach.Simple, Message: p.Message,
		Tags: strings.Split(p.Tags, ","), List: audience.ListID(mustID(p.List)), Number: outreach.NumberID(mustID(p.Number)),
		Wish: outreach.Wish{LaunchLater: p.When == "at", LaunchDate: p.Date, LaunchTime: p.Time}}
	if p.Content == contents[outreach.YesNo] {
		g.ContentType = outreach.YesNo
	}
	return g
}
