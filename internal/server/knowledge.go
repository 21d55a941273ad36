package server

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"parley/internal/account"
	"parley/internal/knowledge"
	"parley/web/page"
	"parley/web/ui"
)

func answerURL(id knowledge.AnswerID) string { return fmt.Sprintf("/knowledge/answers/%d", id) }

// knowledge is the answers that the bot knows.
func (s *Server) knowledge(w http.ResponseWriter, r *http.Request, d *desk) error {
	after := knowledge.Cursor{TitleKey: r.FormValue("after_title"), ID: formID[knowledge.AnswerID](r, "after")}
	found, err := d.knowledge.Answers(r.Context(), knowledge.Filter{Search: r.FormValue("q"), Office: formID[account.OfficeID](r, "office"), After: after})
	if err != nil {
		return err
	}
	p := page.Knowledge{Query: r.FormValue("q"), Office: r.FormValue("office"), Answers: found.Total, MayChange: d.May(account.TeachBot) == nil,
		Paging: ui.Paging{Shown: shown(len(found.Items), "answer")}}
	if p.Offices, err = d.officeChoices(r.Context()); err != nil {
		return err
	}
	for _, a := range found.Items {
		p.Rows = append(p.Rows, page.AnswerRow{Title: a.Title, URL: answerURL(a.ID), Text: a.Text, Language: languageName(string(a.Language)),
			Office: a.OfficeName, Variants: a.Variants, Strength: int(a.Strength()), Given: a.Given, Off: !a.Enabled})
	}
	if found.Next.ID != 0 {
		query := r.URL.Query()
		query.Set("after", fmt.Sprint(found.Next.ID))
		query.Set("after_title", found.Next.TitleKey)
		p.Paging.Next = "/knowledge?" + query.Encode()
	}
	if p.Tried, err = d.tried(r, ""); err != nil {
		return err
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}

func languageName(code string) string {
	return cmp.Or(map[string]string{"en": "English", "es": "Spanish"}[code], code)
}

var languages = []ui.Option{{Value: "en", Label: "English"}, {Value: "es", Label: "Spanish"}}

// tried is what the bot makes of a question; an empty one only tells the threshold.
func (d *desk) tried(r *http.Request, question string) (page.Tried, error) {
	v, err := d.knowledge.Try(r.Context(), knowledge.Trial{Text: question})
	if err != nil {
		return page.Tried{}, err
	}
	t := page.Tried{Question: question, Threshold: percentOf(v.Threshold)}
	if strings.TrimSpace(question) == "" {
		return t, nil
	}
	if v.Kind == knowledge.SmallTalk {
		t.SmallTalk = v.Title
	}
	for _, m := range v.Matches {
		if m.Kind == knowledge.Answered {
			t.Matches = append(t.Matches, page.Match{Title: m.Title, URL: answerURL(m.AnswerID), Percent: percentOf(m.Confidence), Closest: m.Variant})
		}
	}
	return t, nil
}

// tryBot asks the bot a question without anybody being texted.
func (s *Server) tryBot(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	t, err := d.tried(r, r.PostFormValue("question"))
	if err != nil {
		return err
	}
	if isFragment(r) {
		s.render(w, r, http.StatusOK, t.HTML())
		return nil
	}
	p := page.Knowledge{Tried: t, MayChange: d.May(account.TeachBot) == nil}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}

// answer is one answer with the ways people ask for it, or the form for a new one.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, d *desk) error {
	if chi.URLParam(r, "id") == "new" {
		if err := d.May(account.TeachBot); err != nil {
			return err
		}
		return s.answerPage(w, r, d, page.Answer{ID: "new", On: true, Language: "en"}, http.StatusOK)
	}
	id, err := pathID[knowledge.AnswerID](r, "id")
	if err != nil {
		return err
	}
	a, err := d.knowledge.Answer(r.Context(), id)
	if err != nil {
		return err
	}
	draft := a.Draft()
	p := page.Answer{ID: fmt.Sprint(id), Version: a.Version, Title: a.Title, Text: a.Text, Language: string(a.Language),
		Office: optionalText(a.Office), Variants: strings.TrimSpace(a.Title + "\n" + draft.Variants), On: a.Enabled, Strength: strength(len(a.Variants)), Since: a.CreatedAt}
	uses, times, err := d.knowledge.Lately(r.Context(), id)
	if err != nil {
		return err
	}
	p.Given = times
	for _, u := range uses {
		p.Lately = append(p.Lately, page.GivenAnswer{At: u.At, Question: u.Question, Sure: percentOf(u.Confidence)})
	}
	return s.answerPage(w, r, d, p, http.StatusOK)
}

func strength(variants int) *page.AnswerStrength {
	level := knowledge.StrengthOf(variants)
	finding := page.Finding{Good: level >= 4, Text: shown(variants, "way") + " to ask it"}
	if !finding.Good {
		finding.Text += ". Five or more make it much easier to find."
	}
	return &page.AnswerStrength{Level: int(level), Findings: []page.Finding{finding}}
}

func (s *Server) answerPage(w http.ResponseWriter, r *http.Request, d *desk, p page.Answer, status int) (err error) {
	p.Languages, p.MayChange = languages, d.May(account.TeachBot) == nil
	if p.Offices, err = d.officeChoices(r.Context()); err != nil {
		return err
	}
	if p.Tried, err = d.tried(r, ""); err != nil {
		return err
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, status, p.HTML())
	return nil
}

// onVariants puts what is wrong with the title where it is typed: it is the first of the variants.
func onVariants(errs ui.Errors) ui.Errors {
	if sentence, ok := errs["title"]; ok {
		delete(errs, "title")
		errs["variants"] = sentence
	}
	return errs
}

func (s *Server) saveAnswer(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	var id knowledge.AnswerID
	var err error
	if chi.URLParam(r, "id") != "new" {
		if id, err = pathID[knowledge.AnswerID](r, "id"); err != nil {
			return err
		}
	}
	title, variants, _ := strings.Cut(strings.TrimSpace(r.PostFormValue("variants")), "\n")
	draft := knowledge.Draft{ID: id, Version: int(formID[int64](r, "version")), Title: title, Text: r.PostFormValue("text"),
		Language: knowledge.Language(r.PostFormValue("language")), Office: formID[account.OfficeID](r, "office"),
		Enabled: r.PostFormValue("on") != "", Variants: variants}
	saved, err := d.knowledge.Save(r.Context(), draft)
	if errs := fieldErrors(err); errs != nil {
		p := page.Answer{ID: chi.URLParam(r, "id"), Version: draft.Version, Title: draft.Title, Text: draft.Text, Language: string(draft.Language),
			Office: r.PostFormValue("office"), Variants: r.PostFormValue("variants"), On: draft.Enabled, Errors: onVariants(errs)}
		return s.answerPage(w, r, d, p, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	s.flash(r.Context(), "Saved. The bot knows it already.")
	seeOther(w, r, answerURL(saved))
	return nil
}
