package server

import (
	"context"
	"net/http"

	"parley/internal/knowledge"
	"parley/internal/outreach"
	"parley/web/ui"
)

// judged is what people made of an answer of the bot. Agents of other offices only read it.
func (d *desk) judged(v outreach.Conversation, t outreach.Text, back string) ui.Judged {
	j := ui.Judged{Text: idText(int64(t.InReplyTo)), Wrong: t.Corrected, By: t.CorrectedBy, Reviewed: t.Reviewed, Back: back}
	if d.SeesOffice(v.OfficeID) {
		j.WrongURL, j.RightURL = conversationURL(v.ID, "wrong"), conversationURL(v.ID, "right")
	}
	return j
}

func conversationURL(id outreach.ConversationID, act string) string {
	return "/conversations/" + idText(int64(id)) + "/" + act
}

// markWrong notes that the bot's answer to a text does not answer it.
func (s *Server) markWrong(w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.mark(w, r, d, d.knowledge.Correct)
}

// markRight takes back that it does not.
func (s *Server) markRight(w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.mark(w, r, d, d.knowledge.Withdraw)
}

func (s *Server) mark(w http.ResponseWriter, r *http.Request, d *desk, verb func(context.Context, knowledge.TextID) error) error {
	return s.conversationVerb(w, r, d, func(ctx context.Context, _ outreach.ConversationID) error {
		return verb(ctx, formID[knowledge.TextID](r, "about"))
	})
}
