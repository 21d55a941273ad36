package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"parley/internal/account"
	"parley/internal/knowledge"
	"parley/internal/outreach"
	"parley/web/page"
)

// suggested are answers that the knowledge base has for whoever writes the reply; nil where nothing is to
// be answered.
func (d *desk) suggested(ctx context.Context, id outreach.ConversationID) (*page.Suggested, error) {
	found, err := d.knowledge.Suggest(ctx, int64(id))
	if err != nil || len(found.Answers) == 0 {
		return nil, err
	}
	var texts []string
	for _, m := range found.Answers {
		texts = append(texts, m.Text)
	}
	if texts, err = d.outreach.Filled(ctx, id, texts...); err != nil {
		return nil, err
	}
	s := &page.Suggested{About: fmt.Sprint(found.Text)}
	if !found.Newest {
		s.Asked = found.Asked
	}
	for i, m := range found.Answers {
		s.Answers = append(s.Answers, page.Suggestion{ID: fmt.Sprint(m.AnswerID), Title: m.Title, URL: answerURL(m.AnswerID), Text: texts[i], Percent: percentOf(m.Confidence)})
	}
	return s, nil
}

// choose notes which of the suggested answers a reply is, if any. One that was removed meanwhile has been
// sent all the same, and teaches nothing.
func (d *desk) choose(r *http.Request) error {
	draft := readDraft(r)
	c := knowledge.Choice{Text: knowledge.TextID(mustID(draft.About)), Answer: knowledge.AnswerID(mustID(draft.Answer)), Edited: draft.edited()}
	if c.Text == 0 || c.Answer == 0 {
		return nil
	}
	if err := d.knowledge.Choose(r.Context(), c); !errors.Is(err, account.ErrNotFound) {
		return err
	}
	return nil
}
