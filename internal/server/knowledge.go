package server

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"parley/internal/account"
	"parley/internal/knowledge"
	"parley/web/page"
	"parley/web/ui"
)

func answerURL(id knowledge.AnswerID) string { return fmt.Sprintf("/knowledge/answers/%d", id) }

// knowledgeRoutes are the addresses of the knowledge area.
func (s *Server) knowledgeRoutes(r chi.Router) {
	r.Get("/knowledge", s.page(s.knowledge))
	r.Post("/knowledge/switch", s.signedIn(s.switchAnswers))
	r.Post("/knowledge/try", s.signedIn(s.tryBot))
	r.Get("/knowledge/answers.csv", s.signedIn(s.answersCSV))
	r.Get("/knowledge/answers/{id}", s.page(s.answer))
	r.Post("/knowledge/answers/{id}", s.signedIn(s.saveAnswer))
	r.Post("/knowledge/answers/{id}/restore", s.signedIn(s.restoreAnswer))
	r.Get("/knowledge/answers/{id}/remove", s.page(s.askRemoveAnswer))
	r.Post("/knowledge/answers/{id}/remove", s.signedIn(s.removeAnswer))
	r.Get("/knowledge/review", s.page(s.reviewQueue))
	r.Get("/knowledge/review/pick", s.page(s.pickAnswer))
	r.Post("/knowledge/review/teach", s.signedIn(s.teach))
	r.Post("/knowledge/review/answer", s.signedIn(s.answerGroup))
	r.Post("/knowledge/review/dismiss", s.signedIn(s.dismiss))
	r.Get("/knowledge/settings", s.page(s.knowledgeSettings))
	r.Post("/knowledge/settings", s.signedIn(s.saveKnowledgeSettings))
	r.Get("/knowledge/import", s.page(s.answerImport))
	r.Post("/knowledge/import", s.signedIn(s.importAnswers))
	r.Get("/knowledge/starter", s.page(s.starter))
	r.Post("/knowledge/starter", s.signedIn(s.adoptStarter))
}

// knowledge is the answers that the bot knows.
func (s *Server) knowledge(w http.ResponseWriter, r *http.Request, d *desk) error {
	p, err := d.knowledgeList(r)
	if err != nil {
		return err
	}
	if p.Tried, err = d.tried(r.Context(), knowledge.Trial{}); err != nil {
		return err
	}
	if p.Progress, err = d.progress(r.Context()); err != nil {
		return err
	}
	return s.showKnowledge(w, r, d, p)
}

func (s *Server) showKnowledge(w http.ResponseWriter, r *http.Request, d *desk, p page.Knowledge) (err error) {
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	p.ToReview = p.Shell.ToReview
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}

// knowledgeList is the page of the list that the query asks for.
func (d *desk) knowledgeList(r *http.Request) (page.Knowledge, error) {
	query := r.URL.Query()
	p := page.Knowledge{Query: query.Get("q"), Office: query.Get("office"), Language: query.Get("language"), State: query.Get("state"),
		Here: r.URL.RawQuery, Languages: languages, MayChange: d.May(account.TeachBot) == nil}
	after, _ := strconv.ParseInt(query.Get("after"), 10, 64)
	found, err := d.knowledge.Answers(r.Context(), knowledge.Filter{
		Search: p.Query, Office: account.OfficeID(mustID(p.Office)), Language: knowledge.Language(p.Language), State: knowledge.State(p.State),
		After: knowledge.Cursor{TitleKey: query.Get("after_title"), ID: knowledge.AnswerID(after)},
	})
	if err != nil {
		return p, err
	}
	p.Answers, p.Paging = found.Total, ui.Paging{Shown: shown(found.Total, "answer"), Whole: true}
	if len(found.Items) < found.Total {
		p.Paging.Shown = ui.Count(len(found.Items)) + " of " + p.Paging.Shown
	}
	if p.Offices, err = d.officeChoices(r.Context()); err != nil {
		return p, err
	}
	for _, a := range found.Items {
		p.Rows = append(p.Rows, page.AnswerRow{ID: fmt.Sprint(a.ID), Title: a.Title, URL: answerURL(a.ID), Text: a.Text, Language: languageName(string(a.Language)),
			Office: a.OfficeName, Variants: a.Variants, Strength: int(a.Strength()), Given: a.Given, Off: !a.Enabled,
			Dates: between(a.ValidFrom, a.ValidTo), Outside: a.Enabled && a.Outside})
	}
	if after != 0 { // back to the first page: pages are cut by title, forward only
		query.Del("after")
		query.Del("after_title")
		p.Paging.Previous = "/knowledge?" + query.Encode()
	}
	if found.Next.ID != 0 {
		query.Set("after", fmt.Sprint(found.Next.ID))
		query.Set("after_title", found.Next.TitleKey)
		p.Paging.Next = "/knowledge?" + query.Encode()
	}
	return p, nil
}

// between writes the days on which an answer is given.
func between(from, to knowledge.Day) string {
	const day = "Jan 2, 2006"
	switch {
	case from != "" && to != "":
		return from.Date().Format(day) + " to " + to.Date().Format(day)
	case from != "":
		return "From " + from.Date().Format(day)
	case to != "":
		return "Until " + to.Date().Format(day)
	}
	return ""
}

func languageName(code string) string {
	return cmp.Or(map[string]string{"en": "English", "es": "Spanish"}[code], code)
}

var languages = []ui.Option{{Value: "en", Label: "English"}, {Value: "es", Label: "Spanish"}}

// switchAnswers turns the ticked answers on or off.
func (s *Server) switchAnswers(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	ids, on := formIDs[knowledge.AnswerID](r, "answer"), r.PostFormValue("on") == "yes"
	if err := d.knowledge.Switch(r.Context(), ids, on); err != nil {
		return err
	}
	switch {
	case len(ids) == 0:
		s.flashBad(r.Context(), "Tick the answers to switch first.")
	case on:
		s.flash(r.Context(), shown(len(ids), "answer")+" on. The bot knows it already.")
	default:
		s.flash(r.Context(), shown(len(ids), "answer")+" off. The bot no longer gives it.")
	}
	back := "/knowledge"
	if query, err := url.ParseQuery(r.PostFormValue("back")); err == nil && len(query) > 0 {
		back += "?" + query.Encode()
	}
	seeOther(w, r, back)
	return nil
}
