package server

import (
	"fmt"
	"net/http"

	"parley/internal/account"
	"parley/internal/knowledge"
	"parley/web/page"
)

// pickAnswer looks for the answer that a group of the review queue belongs to, where it is not among those
// proposed.
func (s *Server) pickAnswer(w http.ResponseWriter, r *http.Request, d *desk) error {
	if err := d.May(account.TeachBot); err != nil {
		return err
	}
	p := page.ReviewPick{Texts: joinIDs(splitIDs(r.FormValue("texts"))), Question: r.FormValue("question"), Query: r.FormValue("q"), Back: backTo(r).String()}
	found, err := d.knowledge.Answers(r.Context(), knowledge.Filter{Search: p.Query})
	if err != nil {
		return err
	}
	p.Total = found.Total
	for _, a := range found.Items {
		p.Answers = append(p.Answers, page.PickedAnswer{ID: fmt.Sprint(a.ID), Title: a.Title, Text: a.Text, Off: !a.Enabled})
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}
