package server

import (
	"context"
	"net/http"
	"strings"

	"parley/internal/outreach"
	"parley/web/page"
)

// typing notes that the actor is writing an answer.
func (s *Server) typing(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.ConversationID](r, "id")
	if err != nil {
		return err
	}
	if err := d.outreach.Typing(r.Context(), id); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// replying is the line that says who else is writing an answer.
func (s *Server) replying(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.ConversationID](r, "id")
	if err != nil {
		return err
	}
	who, err := d.outreach.WhoReplies(r.Context(), id)
	if err != nil {
		return err
	}
	p := page.Replying{Conversation: idText(int64(id)), Who: who}
	if strings.HasPrefix(target(r), page.IDRowReplying) {
		s.render(w, r, http.StatusOK, p.Row())
		return nil
	}
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}

// markReplying marks the rows of a list in which colleagues are writing an answer now.
func (d *desk) markReplying(ctx context.Context, rows []page.ConversationRow) error {
	ids := make([]outreach.ConversationID, len(rows))
	for i, row := range rows {
		ids[i] = outreach.ConversationID(mustID(row.ID))
	}
	who, err := d.outreach.WhoRepliesIn(ctx, ids)
	for i := range rows {
		rows[i].Replying = who[ids[i]]
	}
	return err
}
