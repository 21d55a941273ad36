package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"parley/internal/account"
	"parley/internal/knowledge"
	"parley/web/page"
	"parley/web/ui"
)

func joinIDs(ids []knowledge.TextID) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = strconv.FormatInt(int64(id), 10)
	}
	return strings.Join(words, ",")
}

// splitIDs reads ids with commas, leaving out what is none.
func splitIDs(list string) []knowledge.TextID {
	var ids []knowledge.TextID
	for word := range strings.SplitSeq(list, ",") {
		if n, err := strconv.ParseInt(word, 10, 64); err == nil && n > 0 {
			ids = append(ids, knowledge.TextID(n))
		}
	}
	return ids
}

// reviewQueue is what the bot did not know or answered wrongly.
func (s *Server) reviewQueue(w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.showQueue(w, r, d, r.URL.Query(), nil)
}

func (s *Server) showQueue(w http.ResponseWriter, r *http.Request, d *desk, query url.Values, errs ui.Errors) error {
	from, _ := strconv.Atoi(query.Get("from"))
	p := page.ReviewQueue{Office: query.Get("office"), Here: "/knowledge/review", Errors: errs}
	queue, err := d.knowledge.Review(r.Context(), knowledge.ReviewFilter{Office: account.OfficeID(mustID(p.Office)), From: from})
	if err != nil {
		return err
	}
	if p.Offices, err = d.officeChoices(r.Context()); err != nil {
		return err
	}
	p.Texts, p.Total = queue.Texts, queue.Total
	if p.Groups, err = d.groups(r.Context(), queue.Groups, p.Offices); err != nil {
		return err
	}
	if len(query) > 0 {
		p.Here += "?" + query.Encode()
	}
	p.Paging.Shown = shown(len(p.Groups), "question")
	if queue.Next > 0 {
		p.Paging.Next = queueURL(queue.Next, p.Office)
	}
	if from > 0 {
		p.Paging.Previous = queueURL(max(0, from-knowledge.ReviewPage), p.Office)
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.renderForm(w, r, errs, p.HTML())
	return nil
}

// queueURL is the page of the queue that begins with a group.
func queueURL(from int, office string) string {
	query := url.Values{"from": {strconv.Itoa(from)}}
	if office != "" {
		query.Set("office", office)
	}
	return "/knowledge/review?" + query.Encode()
}

func (d *desk) groups(ctx context.Context, groups []knowledge.Group, offices []ui.Option) ([]page.ReviewGroup, error) {
	var shown []page.ReviewGroup
	for _, g := range groups {
		view := page.ReviewGroup{ID: fmt.Sprint(g.Texts[0]), Texts: joinIDs(g.Texts), Count: len(g.Texts), People: g.People, Question: g.Question,
			Wordings: g.Wordings, Wrong: g.Wrong, Known: g.Known, Office: labelOf(offices, fmt.Sprint(g.Office)), Last: g.Last}
		if g.Wrong > 0 {
			a, err := d.knowledge.Answer(ctx, g.Near)
			if err != nil && !errors.Is(err, account.ErrNotFound) {
				return nil, err
			}
			view.Answered = a.Title
		}
		for _, m := range g.Suggested {
			view.Suggested = append(view.Suggested, page.ReviewMatch{ID: fmt.Sprint(m.AnswerID), Title: m.Title, Percent: percentOf(m.Confidence), Chosen: m.Chosen})
		}
		shown = append(shown, view)
	}
	return shown, nil
}

// backTo is where a form of the review queue came from: the queue, or an answer's page.
func backTo(r *http.Request) *url.URL {
	back, err := url.Parse(r.FormValue("back"))
	if err != nil || back.Host != "" || back.Scheme != "" || !strings.HasPrefix(back.Path, "/knowledge/") {
		return &url.URL{Path: "/knowledge/review"}
	}
	return back
}

// teach makes a group a variant of an answer.
func (s *Server) teach(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	id := formID[knowledge.AnswerID](r, "answer")
	if id == 0 {
		return s.answerGroup(w, r, d) // Enter in the question, where no answer is suggested
	}
	err := d.knowledge.Teach(r.Context(), knowledge.Lesson{Texts: splitIDs(r.PostFormValue("texts")), Question: r.PostFormValue("question"), Answer: id})
	if errs := fieldErrors(err); errs != nil {
		for _, sentence := range errs {
			errs = ui.Errors{"": sentence}
		}
		return s.showQueue(w, r, d, backTo(r).Query(), errs)
	}
	if err != nil {
		return err
	}
	s.flash(r.Context(), "Learned. The next person who asks gets the answer.")
	seeOther(w, r, backTo(r).String())
	return nil
}

// answerGroup begins a new answer to a group; saving it takes the group out of the queue.
func (s *Server) answerGroup(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	if err := d.May(account.TeachBot); err != nil {
		return err
	}
	return s.answerPage(w, r, d, page.Answer{ID: "new", On: true, Language: "en", Variants: r.PostFormValue("question"),
		Settles: joinIDs(splitIDs(r.PostFormValue("texts")))}, http.StatusOK)
}

// dismiss takes a group out of the queue without teaching anything.
func (s *Server) dismiss(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	if err := d.knowledge.Dismiss(r.Context(), splitIDs(r.PostFormValue("texts"))); err != nil {
		return err
	}
	s.flash(r.Context(), "Taken out of the review.")
	seeOther(w, r, backTo(r).String())
	return nil
}
