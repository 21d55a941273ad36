package server

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

func campaignURL(id outreach.CampaignID) string { return fmt.Sprintf("/campaigns/%d", id) }

// campaigns is the list in its two areas.
func (s *Server) campaigns(w http.ResponseWriter, r *http.Request, d *desk) error {
	ctx := r.Context()
	filter := page.ReadCampaignFilter(r.URL.Query())
	found, err := d.outreach.Campaigns(ctx, outreach.CampaignQuery{
		Area: outreach.Area(filter.Area), Status: filter.Status, Search: filter.Query, Tags: filter.Tags,
		Waiting: filter.Waiting, Sort: outreach.Sort(filter.Sort), After: readPlace(r.FormValue("after"))})
	if err != nil {
		return err
	}
	counts, err := d.outreach.CountCampaigns(ctx)
	if err != nil {
		return err
	}
	p := page.Campaigns{
		Filter: filter,
		Counts: page.CampaignCounts{Active: counts.Draft + counts.Scheduled + counts.Active, Archived: counts.Archived,
			Draft: counts.Draft, Scheduled: counts.Scheduled, Launched: counts.Active, Waiting: counts.Waiting},
		Paging:    ui.Paging{Shown: shown(len(found.Rows), "campaign")},
		MayCreate: d.May(account.ManageCampaigns) == nil,
	}
	if p.Tags, err = d.outreach.Tags(ctx, outreach.Area(filter.Area)); err != nil {
		return err
	}
	for _, c := range found.Rows {
		p.Rows = append(p.Rows, campaignRow(c, d))
	}
	if found.Next != nil {
		p.Paging.Next = filter.After(placeText(*found.Next))
	}
	if r.FormValue("after") != "" {
		p.Paging.Previous = filter.URL()
	}
	if counts == (outreach.CampaignCounts{}) {
		if p.First, err = d.firstSteps(ctx, s.PhonesURL != ""); err != nil {
			return err
		}
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	if target(r) == page.IDCampaignList {
		s.render(w, r, http.StatusOK, p.List())
		return nil
	}
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}

// placeText writes a place in the list of campaigns for an address.
func placeText(c outreach.CampaignCursor) string {
	return fmt.Sprintf("%d.%d.%s", c.At.UnixMicro(), c.ID, c.Title)
}

// readPlace reads a place; what is none is the beginning.
func readPlace(s string) outreach.CampaignCursor {
	at, rest, _ := strings.Cut(s, ".")
	id, title, _ := strings.Cut(rest, ".")
	micro, err := strconv.ParseInt(at, 10, 64)
	n, idErr := strconv.ParseInt(id, 10, 64)
	if err != nil || idErr != nil || !utf8.ValidString(title) || strings.ContainsRune(title, 0) {
		return outreach.CampaignCursor{}
	}
	return outreach.CampaignCursor{At: time.UnixMicro(micro).UTC(), ID: outreach.CampaignID(n), Title: title}
}

// shown says how many rows a page has.
func shown(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return ui.Count(n) + " " + noun + "s"
}

func campaignRow(c outreach.Listed, d *desk) page.CampaignRow {
	row := page.CampaignRow{
		ID: fmt.Sprint(c.ID), Title: c.Title, Tags: c.Tags, Waiting: c.Waiting, Office: c.OfficeName, Number: c.NumberPhone,
		List: c.ListName, People: c.ListContacts, Mode: ui.Mode(c.Mode), Status: status(c.Campaign), Percent: percent(c.Progress),
		Updated: c.UpdatedAt, May: mayDo(c.Campaign, d),
	}
	row.Launch = launchOf(c.Campaign)
	return row
}

// launchOf is when a campaign was or will be launched; zero for neither.
func launchOf(c outreach.Campaign) time.Time {
	switch {
	case c.LaunchedAt != nil:
		return *c.LaunchedAt
	case c.State == outreach.Scheduled && c.ScheduledFor != nil:
		return *c.ScheduledFor
	}
	return time.Time{}
}

// mayDo says which acts the role and the state allow; the verbs decide again.
func mayDo(c outreach.Campaign, d *desk) page.CampaignMay {
	if d.May(account.ManageCampaigns) != nil {
		return page.CampaignMay{}
	}
	return page.CampaignMay{
		Edit:    c.State == outreach.Draft,
		Launch:  c.State == outreach.Draft,
		Pause:   c.State == outreach.Sending && !c.Paused,
		Resume:  c.Governs() && c.Paused,
		Archive: c.State != outreach.Archived,

		Clone:      true,
		Reschedule: c.State == outreach.Scheduled,
		Template:   strings.TrimSpace(c.Message) != "",
	}
}

func status(c outreach.Campaign) ui.Status {
	if c.Paused && c.Governs() {
		return ui.Paused
	}
	return map[outreach.State]ui.Status{outreach.Draft: ui.Draft, outreach.Scheduled: ui.Scheduled, outreach.Sending: ui.Sends,
		outreach.Active: ui.Active, outreach.Archived: ui.Archived}[c.State]
}

func percent(p outreach.Progress) int {
	if p.Launched() == 0 {
		return 0
	}
	return p.Handed() * 100 / p.Launched()
}

// head is what all tabs of a campaign show above them.
func head(c outreach.Campaign, p outreach.Progress, d *desk) page.CampaignHead {
	h := page.CampaignHead{
		ID: fmt.Sprint(c.ID), Title: c.Title, Office: c.OfficeName, Status: status(c), Percent: percent(p), Waiting: p.Waiting,
		Number: c.NumberPhone, NumberKind: c.NumberKind, List: c.ListName, Mode: ui.Mode(c.Mode), LaunchedBy: c.LaunchedBy,
		Conversations: p.Conversations, Recipients: p.Launched(), May: mayDo(c, d),
	}
	if c.ListID != nil {
		h.ListURL = fmt.Sprintf("/lists/%d", *c.ListID)
	}
	h.Launch = launchOf(c)
	if end := c.ArchivesAt(d.zone); c.Governs() && end.AddDate(0, 0, -1).Before(time.Now()) {
		h.Ends = end
	}
	if c.ArchivedAt != nil {
		h.Archived = *c.ArchivedAt
	}
	return h
}

// campaignHead reads a campaign of the address with its counts; a draft belongs into the wizard.
func campaignHead(r *http.Request, d *desk) (outreach.Campaign, page.CampaignHead, outreach.Progress, error) {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return outreach.Campaign{}, page.CampaignHead{}, outreach.Progress{}, err
	}
	c, err := d.outreach.Campaign(r.Context(), id)
	if err != nil {
		return c, page.CampaignHead{}, outreach.Progress{}, err
	}
	p, err := d.outreach.Progress(r.Context(), id)
	return c, head(c, p, d), p, err
}

func (s *Server) pause(w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.campaignVerb(w, r, d.outreach.Pause, "Paused. Texts that are with the phone company already still arrive.")
}

func (s *Server) resume(w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.campaignVerb(w, r, d.outreach.Resume, "Sending goes on.")
}

// campaignVerb runs a verb on the campaign of the address and goes back to it.
func (s *Server) campaignVerb(w http.ResponseWriter, r *http.Request, verb func(context.Context, outreach.CampaignID) error, done string) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	if err := verb(r.Context(), id); err != nil {
		return err
	}
	s.flash(r.Context(), done)
	seeOther(w, r, campaignURL(id))
	return nil
}
