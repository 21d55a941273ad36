package server

import (
	"fmt"
	"net/http"

	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

// fillStrays fills in the texts to numbers that nobody has.
func (d *desk) fillStrays(r *http.Request, p *page.Settings) error {
	found, err := d.outreach.StrayTexts(r.Context(), formID[int64](r, "after"))
	if err != nil {
		return err
	}
	for _, t := range found.Rows {
		p.Strays = append(p.Strays, page.StrayText{Sender: string(t.Sender), Recipient: string(t.Recipient), Text: t.Body, At: t.ReceivedAt})
	}
	p.Paging = paging(r, shown(len(found.Rows), "text"), nextID(found.Next))
	return nil
}

// fillFailed fills in what the carrier told and could not be processed.
func (d *desk) fillFailed(r *http.Request, p *page.Settings) error {
	found, err := d.outreach.FailedWebhooks(r.Context(), formID[int64](r, "after"))
	if err != nil {
		return err
	}
	for _, w := range found.Rows {
		what := "Status of " + w.SID
		if w.Kind == "message" {
			what = "Text from " + ui.Phone(w.Sender) + " to " + ui.Phone(w.Recipient)
		}
		p.Failed = append(p.Failed, page.FailedWebhook{ID: fmt.Sprint(w.ID), What: what, Text: w.Body, Error: w.Error, Tries: w.Tries,
			At: w.ReceivedAt, NextAt: w.DueAt})
	}
	p.Paging = paging(r, shown(len(found.Rows), "webhook"), nextID(found.Next))
	return nil
}

func nextID(c *outreach.Cursor) string {
	if c == nil {
		return ""
	}
	return fmt.Sprint(c.ID)
}

// retryWebhook makes a failed webhook due now.
func (s *Server) retryWebhook(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[int64](r, "id")
	if err != nil {
		return err
	}
	if err := d.outreach.RetryWebhook(r.Context(), id); err != nil {
		return err
	}
	s.flash(r.Context(), "It is tried again within seconds.")
	seeOther(w, r, "/settings?tab="+string(page.SettingsFailed))
	return nil
}
