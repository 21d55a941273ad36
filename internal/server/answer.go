package server

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"parley/internal/account"
	"parley/internal/knowledge"
	"parley/web/page"
	"parley/web/ui"
)

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
	p := page.Answer{ID: fmt.Sprint(id), Version: a.Version, Title: a.Title, Text: a.Text, Language: string(a.Language),
		Office: optionalText(a.Office), Variants: strings.TrimSpace(a.Title + "\n" + a.Draft().Variants), On: a.Enabled,
		ValidFrom: string(a.ValidFrom), ValidTo: string(a.ValidTo), Since: a.CreatedAt}
	for _, fill := range []func(context.Context, knowledge.AnswerID, *page.Answer) error{d.judge, d.lately, d.versions, d.belong} {
		if err := fill(r.Context(), id, &p); err != nil {
			return err
		}
	}
	return s.answerPage(w, r, d, p, http.StatusOK)
}

// judge tells how well the answer is found.
func (d *desk) judge(ctx context.Context, id knowledge.AnswerID, p *page.Answer) error {
	l, err := d.knowledge.Lint(ctx, id)
	if err != nil {
		return err
	}
	p.Strength = &page.AnswerStrength{Level: int(l.Strength)}
	tell := func(f page.Finding) { p.Strength.Findings = append(p.Strength.Findings, f) }
	ways := page.Finding{Good: l.Strength >= 4, Text: shown(l.Variants, "way") + " to ask it"}
	if !ways.Good {
		ways.Text += ". Five or more make it much easier to find."
	}
	tell(ways)
	if l.Tried > 0 {
		tell(page.Finding{Good: l.Found*2 >= l.Tried, Text: fmt.Sprintf("Asked in words that it was not taught, the bot found this %d of %s. In use it knows them all.", l.Found, shown(l.Tried, "time"))})
	}
	for _, m := range l.Mixed[:min(findingsShown, len(l.Mixed))] {
		if m.Times > 1 {
			tell(page.Finding{Text: "Mixed up " + times(m.Times) + " with", More: ui.Link{Text: m.Title, URL: answerURL(m.ID)}})
		}
	}
	for _, n := range l.Nearer[:min(findingsShown, len(l.Nearer))] {
		tell(page.Finding{Text: fmt.Sprintf("“%s” lies nearer to", n.Variant), More: ui.Link{Text: n.Title, URL: answerURL(n.ID)}})
	}
	for _, pair := range l.Same[:min(findingsShown, len(l.Same))] {
		tell(page.Finding{Text: fmt.Sprintf("“%s” and “%s” read the same to the bot. One is enough.", pair[0], pair[1])})
	}
	for _, variant := range l.Shared[:min(findingsShown, len(l.Shared))] {
		tell(page.Finding{Text: fmt.Sprintf("“%s” asks for another answer, too, as the bot reads it. Keep it in one.", variant)})
	}
	return nil
}

// findingsShown is how many findings of a kind are told: whoever acts on them sees the next ones.
const findingsShown = 3

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return shown(n, "time")
}

func (d *desk) lately(ctx context.Context, id knowledge.AnswerID, p *page.Answer) error {
	uses, times, err := d.knowledge.Lately(ctx, id)
	if err != nil {
		return err
	}
	p.Given = times
	for _, u := range uses {
		p.Lately = append(p.Lately, page.GivenAnswer{At: u.At, Question: u.Question, Sure: percentOf(u.Confidence), Rejected: u.Wrong})
	}
	return nil
}

// versions tells what each change was, by comparing it with the one before.
func (d *desk) versions(ctx context.Context, id knowledge.AnswerID, p *page.Answer) error {
	history, err := d.knowledge.History(ctx, id)
	if err != nil {
		return err
	}
	for i, revision := range history {
		v := page.AnswerVersion{Revision: fmt.Sprint(revision.ID), At: revision.At, Who: revision.Actor, What: "Added", Now: i == 0}
		if i+1 < len(history) {
			v.What = changesOf(history[i+1], revision)
		}
		p.Versions = append(p.Versions, v)
	}
	return nil
}

func changesOf(was, became knowledge.Revision) string {
	var changes []string
	note := func(changed bool, what string) {
		if changed {
			changes = append(changes, what)
		}
	}
	note(was.Title != became.Title, "title")
	note(was.Text != became.Text, "answer")
	note(was.Language != became.Language, "language")
	note(was.Office != became.Office, "office")
	note(was.ValidFrom != became.ValidFrom || was.ValidTo != became.ValidTo, "dates")
	note(!was.Enabled && became.Enabled, "turned on")
	note(was.Enabled && !became.Enabled, "turned off")
	more, fewer := lacking(became.Variants, was.Variants), lacking(was.Variants, became.Variants)
	note(more > 0, shown(more, "way")+" to ask added")
	note(fewer > 0, shown(fewer, "way")+" to ask removed")
	text := strings.Join(changes, ", ")
	if text == "" {
		return "Order of the ways to ask"
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// lacking is how many of some texts are not among others.
func lacking(texts, others []string) int {
	n := 0
	for _, text := range texts {
		if !slices.Contains(others, text) {
			n++
		}
	}
	return n
}

// belongShown is how many questions that the bot did not know an answer's page proposes.
const belongShown = 4

// belong finds what the bot did not know and lies nearest to this answer.
func (d *desk) belong(ctx context.Context, id knowledge.AnswerID, p *page.Answer) error {
	if d.May(account.TeachBot) != nil {
		return nil
	}
	queue, err := d.knowledge.Review(ctx, knowledge.ReviewFilter{Near: id})
	if err != nil {
		return err
	}
	for _, g := range queue.Groups {
		if g.Wrong == 0 && len(p.Belong) < belongShown {
			p.Belong = append(p.Belong, page.ReviewGroup{Texts: joinIDs(g.Texts), Question: g.Question, People: g.People})
		}
	}
	return nil
}

func (s *Server) answerPage(w http.ResponseWriter, r *http.Request, d *desk, p page.Answer, status int) (err error) {
	p.Languages, p.MayChange = languages, d.May(account.TeachBot) == nil
	if p.Offices, err = d.officeChoices(r.Context()); err != nil {
		return err
	}
	if p.Tried, err = d.tried(r.Context(), knowledge.Trial{}); err != nil {
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

// draftOf reads the form of an answer.
func draftOf(r *http.Request, id knowledge.AnswerID) knowledge.Draft {
	title, variants, _ := strings.Cut(strings.TrimSpace(r.PostFormValue("variants")), "\n")
	return knowledge.Draft{ID: id, Version: int(formID[int64](r, "version")), Title: title, Text: r.PostFormValue("text"),
		Language: knowledge.Language(r.PostFormValue("language")), Office: formID[account.OfficeID](r, "office"),
		Enabled: r.PostFormValue("on") != "", Variants: variants,
		ValidFrom: knowledge.Day(r.PostFormValue("valid_from")), ValidTo: knowledge.Day(r.PostFormValue("valid_to")),
		Settles: splitIDs(r.PostFormValue("settles"))}
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
	draft := draftOf(r, id)
	saved, err := d.knowledge.Save(r.Context(), draft)
	if errs := fieldErrors(err); errs != nil {
		p := page.Answer{ID: chi.URLParam(r, "id"), Version: draft.Version, Title: draft.Title, Text: draft.Text, Language: string(draft.Language),
			Office: r.PostFormValue("office"), Variants: r.PostFormValue("variants"), On: draft.Enabled, Settles: joinIDs(draft.Settles),
			ValidFrom: string(draft.ValidFrom), ValidTo: string(draft.ValidTo), Errors: onVariants(errs)}
		return s.answerPage(w, r, d, p, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	s.flash(r.Context(), "Saved. The bot knows it already.")
	seeOther(w, r, answerURL(saved))
	return nil
}

// restoreAnswer makes an answer what it was after one of its changes.
func (s *Server) restoreAnswer(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[knowledge.AnswerID](r, "id")
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	err = d.knowledge.Restore(r.Context(), id, formID[knowledge.RevisionID](r, "revision"))
	if err != nil {
		return err
	}
	s.flash(r.Context(), "The answer is what it was. This can be undone likewise.")
	seeOther(w, r, answerURL(id))
	return nil
}

// askRemoveAnswer asks before an answer is removed.
func (s *Server) askRemoveAnswer(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[knowledge.AnswerID](r, "id")
	if err != nil {
		return err
	}
	a, err := d.knowledge.Answer(r.Context(), id)
	if err != nil {
		return err
	}
	_, given, err := d.knowledge.Lately(r.Context(), id)
	if err != nil {
		return err
	}
	p := page.AnswerRemove{ID: fmt.Sprint(id), Title: a.Title, Variants: len(a.Variants), Given: given}
	if isFragment(r) {
		s.render(w, r, http.StatusOK, p.Dialog())
		return nil
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}

func (s *Server) removeAnswer(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[knowledge.AnswerID](r, "id")
	if err != nil {
		return err
	}
	if err := d.knowledge.Remove(r.Context(), id); err != nil {
		return err
	}
	s.flash(r.Context(), "Removed. The bot has forgotten it.")
	seeOther(w, r, "/knowledge")
	return nil
}
