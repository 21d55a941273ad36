package server

import (
	"net/http"

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
	s.render(w, r, http.StatusOK, page.Replying{Conversation: idText(int64(id)), Who: who}.HTML())
	return nil
}
