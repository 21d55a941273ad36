package server

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"parley/internal/account"
	"parley/internal/knowledge"
	"parley/web/page"
)

// tried is what the bot makes of a text; an empty one only tells the threshold.
func (d *desk) tried(ctx context.Context, trial knowledge.Trial) (page.Tried, error) {
	if strings.TrimSpace(trial.Text) == "" {
		trial.Draft = nil
	}
	v, err := d.knowledge.Try(ctx, trial)
	if err != nil {
		return page.Tried{}, err
	}
	t := page.Tried{Question: strings.TrimSpace(trial.Text), Threshold: percentOf(v.Threshold), Says: v.Text, Outcome: outcomes[v.Kind]}
	if t.Question == "" {
		return t, nil
	}
	for _, m := range v.Matches {
		if m.Kind != knowledge.Answered {
			continue
		}
		match := page.Match{Title: m.Title, Percent: percentOf(m.Confidence), Closest: m.Variant}
		if m.AnswerID != 0 {
			match.URL = answerURL(m.AnswerID)
		}
		t.Matches = append(t.Matches, match)
	}
	if v.Before != nil {
		t.Before = &page.TriedBefore{Percent: percentOf(v.Before.Confidence), Title: v.Before.Title}
	}
	return t, nil
}

var outcomes = map[knowledge.ReplyKind]page.Outcome{
	knowledge.Answered: page.WouldAnswer, knowledge.SmallTalk: page.WouldTalk, knowledge.Clarify: page.WouldClarify,
	knowledge.AskedForPerson: page.WouldHandOver, knowledge.Crisis: page.WouldWarn,
}

// tryBot asks the bot a question without anybody being texted; with the form of an answer, as if that
// had been saved.
func (s *Server) tryBot(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := parseForm(w, r); err != nil {
		return err
	}
	trial := knowledge.Trial{Text: r.PostFormValue("question")}
	if editing := r.PostFormValue("draft"); editing != "" && r.PostForm.Has("variants") && d.May(account.TeachBot) == nil {
		id, _ := strconv.ParseInt(editing, 10, 64) // "new" is 0
		draft := draftOf(r, knowledge.AnswerID(id))
		if draft.Office != 0 && !d.SeesOffice(draft.Office) {
			draft.Office = 0
		}
		trial.Draft = &draft
	}
	t, err := d.tried(r.Context(), trial)
	if err != nil {
		return err
	}
	if isFragment(r) {
		s.render(w, r, http.StatusOK, t.HTML())
		return nil
	}
	p, err := d.knowledgeList(r)
	if err != nil {
		return err
	}
	p.Tried = t
	return s.showKnowledge(w, r, d, p)
}
