package server

import (
	"fmt"
	"io"
	"net/http"
	"net/url"

	"parley/internal/account"
	"parley/internal/insight"
	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

// transcripts is all conversations with filters.
func (s *Server) transcripts(w http.ResponseWriter, r *http.Request, d *desk) (err error) {
	p := page.Transcripts{From: r.FormValue("from"), To: r.FormValue("to"), Office: r.FormValue("office"),
		Campaign: r.FormValue("campaign"), Mode: r.FormValue("mode"), Unread: r.FormValue("unread") != ""}
	if err := d.fillTranscriptFilters(r, &p); err != nil {
		return err
	}
	q, err := transcriptQuery(r)
	status := http.StatusOK
	if p.Errors = fieldErrors(err); p.Errors != nil {
		status = http.StatusUnprocessableEntity
	} else if err != nil {
		return err
	} else if err := d.fillTranscripts(r, q, &p); err != nil {
		return err
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, status, p.HTML())
	return nil
}

// transcriptQuery reads the filters of the address; a day that is none is an error of its field.
func transcriptQuery(r *http.Request) (insight.TranscriptQuery, error) {
	period, err := insight.ParsePeriod(r.FormValue("from"), r.FormValue("to"))
	q := insight.TranscriptQuery{Period: period, Office: formID[account.OfficeID](r, "office"), Campaign: formID[outreach.CampaignID](r, "campaign"),
		Unread: r.FormValue("unread") != "", After: readCursor(r.FormValue("after"))}
	if mode := outreach.Mode(r.FormValue("mode")); mode == outreach.BotMode || mode == outreach.AgentMode {
		q.Mode = mode
	}
	return q, err
}

// fillTranscriptFilters adds what can be chosen.
func (d *desk) fillTranscriptFilters(r *http.Request, p *page.Transcripts) (err error) {
	if p.Offices, err = d.officeChoices(r.Context()); err != nil {
		return err
	}
	campaigns, err := d.insight.Launched(r.Context(), formID[outreach.CampaignID](r, "campaign"))
	if err != nil {
		return err
	}
	for _, c := range campaigns {
		p.Campaigns = append(p.Campaigns, ui.Option{Value: fmt.Sprint(c.ID), Label: c.Title})
	}
	return nil
}

func (d *desk) fillTranscripts(r *http.Request, q insight.TranscriptQuery, p *page.Transcripts) error {
	found, err := d.insight.Transcripts(r.Context(), q)
	if err != nil {
		return err
	}
	for _, t := range found.Rows {
		p.Rows = append(p.Rows, transcriptRow(t))
	}
	p.Paging.Shown = shown(len(p.Rows), "conversation")
	p.Export = filtered("/transcripts.csv", r, "")
	if found.Next != nil {
		p.Paging.Next = filtered("/transcripts", r, cursorText(found.Next))
	}
	if r.FormValue("after") != "" {
		p.Paging.Previous = filtered("/transcripts", r, "")
	}
	return nil
}

// filtered is an address with the filters of this one, from a place in the list on.
func filtered(path string, r *http.Request, after string) string {
	query := url.Values{}
	for _, name := range []string{"from", "to", "office", "campaign", "mode", "unread"} {
		if value := r.FormValue(name); value != "" {
			query.Set(name, value)
		}
	}
	if after != "" {
		query.Set("after", after)
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

func transcriptRow(t insight.Transcript) page.TranscriptRow {
	row := page.TranscriptRow{
		Contact: ui.Person{Name: name(t.FirstName, t.LastName)}, Phone: string(t.Phone), URL: fmt.Sprintf("/conversations/%d", t.ID),
		Preview: authored(outreach.Conversation{LastAuthor: t.LastAuthor, Preview: t.Preview}), Office: t.OfficeName,
		Mode: ui.Mode(t.Mode), Texts: t.Texts, At: t.LastAt,
	}
	if t.CampaignID != nil {
		row.Campaign = ui.Link{Text: t.CampaignTitle, URL: campaignURL(*t.CampaignID)}
	}
	if t.WaitingSince != nil {
		row.Waiting, row.Since = true, *t.WaitingSince
	}
	return row
}

// transcriptsCSV is every text of the conversations that the filters choose.
func (s *Server) transcriptsCSV(w http.ResponseWriter, r *http.Request, d *desk) error {
	q, err := transcriptQuery(r)
	if err != nil {
		return err
	}
	return s.sendCSV(w, r, "transcripts", func(file io.Writer) error {
		return d.insight.WriteTranscripts(r.Context(), q, file)
	})
}

// sendCSV streams a file. Until its first byte an error becomes a page as usual; afterwards the connection is
// cut, so that nobody takes a part of the file for all of it.
func (s *Server) sendCSV(w http.ResponseWriter, r *http.Request, name string, write func(io.Writer) error) error {
	out := &download{w: w, name: name}
	err := write(out)
	if err == nil || !out.begun {
		return err
	}
	if r.Context().Err() == nil {
		s.Log.Error("write a file", "path", r.URL.Path, "request", requestID(r.Context()), "error", err)
	}
	panic(http.ErrAbortHandler)
}

// download is a response that becomes a file with its first byte.
type download struct {
	w     http.ResponseWriter
	name  string
	begun bool
}

func (d *download) Write(b []byte) (int, error) {
	if !d.begun {
		d.begun = true
		h := d.w.Header()
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.csv"`, d.name))
		h.Set("Cache-Control", "no-store")
	}
	return d.w.Write(b)
}
