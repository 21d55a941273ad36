package server

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"parley/internal/account"
	"parley/internal/knowledge"
	"parley/web/page"
	"parley/web/ui"
)

// answersCSV is the answers as a file that importAnswers reads back.
func (s *Server) answersCSV(w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.sendCSV(w, r, "answers", func(file io.Writer) error { return d.knowledge.Export(r.Context(), file) })
}

// answerImport is the form to import answers from a file.
func (s *Server) answerImport(w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.answerImportPage(w, r, d, page.AnswerImport{})
}

func (s *Server) answerImportPage(w http.ResponseWriter, r *http.Request, d *desk, p page.AnswerImport) (err error) {
	if err := d.May(account.TeachBot); err != nil {
		return err
	}
	p.MaxSize = fmt.Sprintf("%d MB", knowledge.MaxImport>>20)
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.renderForm(w, r, p.Errors, p.HTML())
	return nil
}

// importAnswers takes a file and tells what came of it, row by row.
func (s *Server) importAnswers(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := d.May(account.TeachBot); err != nil {
		return err
	}
	r.Body = http.MaxBytesReader(w, r.Body, knowledge.MaxImport+maxForm)
	file, _, err := r.FormFile("file")
	if errors.Is(err, http.ErrMissingFile) {
		return s.answerImportPage(w, r, d, page.AnswerImport{Errors: ui.Errors{"file": "Choose a file."}})
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return s.answerImportPage(w, r, d, page.AnswerImport{Errors: ui.Errors{"file": fmt.Sprintf("This file is too large. The largest is %d MB.", knowledge.MaxImport>>20)}})
	}
	if err != nil {
		return fmt.Errorf("%w: read the upload: %v", errBadRequest, err)
	}
	defer file.Close()
	content, err := io.ReadAll(file)
	if err != nil {
		return fmt.Errorf("%w: read the upload: %v", errBadRequest, err)
	}
	done, err := d.knowledge.Import(r.Context(), content)
	if errs := fieldErrors(err); errs != nil {
		return s.answerImportPage(w, r, d, page.AnswerImport{Errors: errs})
	}
	if err != nil {
		return err
	}
	return s.answerImportPage(w, r, d, page.AnswerImport{Outcome: imported(done)})
}

func imported(done knowledge.Import) *page.AnswersImported {
	o := &page.AnswersImported{Rows: done.Rows(), Added: done.Added, Changed: done.Changed, Unchanged: done.Unchanged}
	for _, row := range done.Rejected {
		o.Rejected = append(o.Rejected, page.RejectedAnswer{Row: row.Row, Title: row.Title, Reason: row.Reason})
	}
	return o
}

// starter is the form to take over answers of the starter library.
func (s *Server) starter(w http.ResponseWriter, r *http.Request, d *desk) error {
	p := page.Starter{On: "no", Site: siteOf(d.Email)}
	for _, offer := range knowledge.StarterTopics() {
		p.Topic = append(p.Topic, offer.Topic)
	}
	for _, l := range knowledge.StarterLanguages() {
		p.Language = append(p.Language, string(l))
	}
	return s.starterPage(w, r, d, p)
}

// siteOf proposes the web address of an organization: what stands behind the @ of its people.
func siteOf(email string) string {
	_, site, _ := strings.Cut(email, "@")
	return site
}

func (s *Server) starterPage(w http.ResponseWriter, r *http.Request, d *desk, p page.Starter) (err error) {
	if err := d.May(account.TeachBot); err != nil {
		return err
	}
	all := knowledge.StarterLanguages()
	for _, offer := range knowledge.StarterTopics() {
		p.Topics = append(p.Topics, ui.Option{Value: offer.Topic, Label: fieldLabel(offer.Topic), Hint: shown(offer.Answers, "answer")})
		p.Answers += offer.Answers * len(all)
	}
	for _, l := range all {
		p.Languages = append(p.Languages, ui.Option{Value: string(l), Label: languageName(string(l))})
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.renderForm(w, r, p.Errors, p.HTML())
	return nil
}

// adoptStarter takes over the chosen answers.
func (s *Server) adoptStarter(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	p := page.Starter{Topic: r.PostForm["topic"], Language: r.PostForm["language"], Site: strings.TrimSpace(r.PostFormValue("site")), On: r.PostFormValue("on")}
	errs := ui.Errors{}
	if len(p.Topic) == 0 {
		errs["topic"] = "Choose at least one topic."
	}
	if len(p.Language) == 0 {
		errs["language"] = "Choose at least one language."
	}
	if p.Site == "" || strings.ContainsAny(p.Site, " /{}") {
		errs["site"] = "Type your web address, such as marlowe.edu."
	}
	if len(errs) > 0 {
		p.Errors = errs
		return s.starterPage(w, r, d, p)
	}
	a := knowledge.Adoption{Site: p.Site, Topics: p.Topic, On: p.On == "yes"}
	for _, l := range p.Language {
		a.Languages = append(a.Languages, knowledge.Language(l))
	}
	done, err := d.knowledge.AdoptStarter(r.Context(), a)
	if err != nil {
		return err
	}
	s.flash(r.Context(), adopted(done, a.On))
	if a.On {
		seeOther(w, r, "/knowledge")
	} else {
		seeOther(w, r, "/knowledge?state=off")
	}
	return nil
}

func adopted(done knowledge.Adopted, on bool) string {
	text := shown(done.Added, "answer") + " taken over"
	if !on && done.Added > 0 {
		text += ", switched off until somebody has read them"
	}
	if done.Kept > 0 {
		text += "; " + shown(done.Kept, "answer") + " of your own kept"
	}
	return text + "."
}
