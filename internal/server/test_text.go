package server

import (
	"fmt"
	"net/http"
	"time"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

// askTest is where a draft's text is tried on a phone; ?person= says whose text, as the review's preview
// counts them.
func (s *Server) askTest(w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.testPage(w, r, d, page.TestText{Person: max(int(formID[int64](r, "person")), 1), Key: newKey()})
}

func (s *Server) testPage(w http.ResponseWriter, r *http.Request, d *desk, p page.TestText) error {
	if err := d.May(account.ManageCampaigns); err != nil {
		return err
	}
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	c, err := d.outreach.Campaign(r.Context(), id)
	if err != nil {
		return err
	}
	if c.State != outreach.Draft {
		seeOther(w, r, campaignURL(id))
		return nil
	}
	p.ID, p.Title = fmt.Sprint(id), c.Title
	if err := d.fillTest(r, c, &p); err != nil {
		return err
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.renderForm(w, r, p.Errors, p.HTML())
	return nil
}

// fillTest adds the text as it will be sent, or why there is none yet.
func (d *desk) fillTest(r *http.Request, c outreach.Campaign, p *page.TestText) (err error) {
	if p.Hours, err = d.quietHours(r); err != nil {
		return err
	}
	sample, err := d.outreach.TestSample(r.Context(), c.ID, p.Person-1)
	if lacks := fieldErrors(err); lacks != nil {
		if p.Errors == nil {
			p.Errors = lacks
		}
		return nil
	}
	if err != nil {
		return err
	}
	p.Reader = sample.Name
	p.Preview = &ui.Handset{Hour: "9:00", Sender: c.OfficeName, Number: ui.Phone(c.NumberPhone), When: d.clock().Moment(time.Now()),
		Text: []ui.Piece{{Text: sample.Text}}}
	return nil
}

func (s *Server) sendTest(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	p := page.TestText{Person: max(int(formID[int64](r, "person")), 1), Phone: r.PostFormValue("phone"), Key: r.PostFormValue("key")}
	err = d.outreach.SendTest(r.Context(), outreach.TestText{Campaign: id, Person: p.Person - 1, Phone: p.Phone, Key: readKey(r)})
	if p.Errors = fieldErrors(err); p.Errors != nil {
		return s.testPage(w, r, d, p)
	}
	if err != nil {
		return err
	}
	s.flash(r.Context(), "The test is on its way to "+p.Phone+".")
	seeOther(w, r, fmt.Sprintf("%s/review?person=%d", campaignURL(id), p.Person))
	return nil
}
