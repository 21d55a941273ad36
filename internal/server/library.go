package server

import (
	"fmt"
	"net/http"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/web/page"
)

// fillLibrary adds the text that is to be begun from, or those to choose from.
func (d *desk) fillLibrary(r *http.Request, p *page.CampaignStart) error {
	if id := r.FormValue("template"); id != "" {
		found, err := d.outreach.Template(r.Context(), outreach.TemplateID(id))
		if err != nil {
			return err
		}
		chosen := template(found)
		p.Template = &chosen
		if p.Title == "" && p.Errors == nil {
			p.Title = found.Title
		}
		return nil
	}
	found, topics, err := d.outreach.Templates(r.Context(), outreach.TemplateQuery{Search: p.Query, Topic: p.Topic})
	if err != nil {
		return err
	}
	p.Topics = topics
	for _, t := range found {
		p.Templates = append(p.Templates, template(t))
	}
	return nil
}

func template(t outreach.Template) page.Template {
	return page.Template{ID: string(t.ID), Title: t.Title, Topic: t.Topic, Language: languageName(t.Language), OwnID: ownID(t),
		YesNo: t.ContentType == outreach.YesNo, Text: pieces(t.Message)}
}

// ownID is the number of a text that the organization has added, else empty.
func ownID(t outreach.Template) string {
	if t.OwnID == 0 {
		return ""
	}
	return fmt.Sprint(t.OwnID)
}

// askTemplate is where the text of a campaign is added to the organization's library.
func (s *Server) askTemplate(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := d.May(account.ManageCampaigns); err != nil {
		return err
	}
	return s.templatePage(w, r, d, page.CampaignTemplate{Language: "en"})
}

func (s *Server) templatePage(w http.ResponseWriter, r *http.Request, d *desk, p page.CampaignTemplate) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	c, err := d.outreach.Campaign(r.Context(), id)
	if err != nil {
		return err
	}
	if _, p.Topics, err = d.outreach.Templates(r.Context(), outreach.TemplateQuery{}); err != nil {
		return err
	}
	p.ID, p.Campaign, p.Message = fmt.Sprint(id), c.Title, pieces(c.Message)
	status := http.StatusUnprocessableEntity
	if p.Errors == nil {
		p.Title, status = c.Title, http.StatusOK
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, status, p.HTML())
	return nil
}

func (s *Server) saveTemplate(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	p := page.CampaignTemplate{Title: r.PostFormValue("title"), Topic: r.PostFormValue("topic"), Language: r.PostFormValue("language")}
	err = d.outreach.SaveTemplate(r.Context(), id, outreach.NewTemplate{Title: p.Title, Topic: p.Topic, Language: p.Language})
	if p.Errors = fieldErrors(err); p.Errors != nil {
		return s.templatePage(w, r, d, p)
	}
	if err != nil {
		return err
	}
	s.flash(r.Context(), "Saved to the library.")
	seeOther(w, r, "/campaigns/new?from=library")
	return nil
}

func (s *Server) removeTemplate(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.OwnTemplateID](r, "id")
	if err != nil {
		return err
	}
	if err := d.outreach.RemoveTemplate(r.Context(), id); err != nil {
		return err
	}
	s.flash(r.Context(), "Removed from the library. Campaigns made from it keep their text.")
	seeOther(w, r, "/campaigns/new?from=library")
	return nil
}
