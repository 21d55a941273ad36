package server

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

// sent is a campaign that is no draft any more, with what stands above its tabs.
type sent struct {
	campaign outreach.Campaign
	head     page.CampaignHead
	progress outreach.Progress
}

// campaignSent is the tab General of a campaign that cannot change any more.
func (s *Server) campaignSent(w http.ResponseWriter, r *http.Request, d *desk, c sent) error {
	p := page.CampaignSent{Campaign: c.head, Message: pieces(c.campaign.Message), MessageNote: messageNote(c.campaign),
		Content: contentWords(c.campaign.ContentType), Tags: c.campaign.Tags}
	if c.head.NumberKind != "" {
		p.NumberNote = strings.ToUpper(c.head.NumberKind[:1]) + c.head.NumberKind[1:]
	}
	switch {
	case c.campaign.Launched() && c.campaign.LaunchedAt != nil:
		p.ContentNote = shown(c.progress.Texted(), "text") + " in all."
		p.ListNote = fmt.Sprintf("%s were texted, %s left out.", shownPeople(c.progress.Texted()), ui.Count(c.progress.Skipped))
	case c.campaign.ListID != nil:
		p.ListNote = shownPeople(c.campaign.ListContacts)
	}
	if c.campaign.SentAt != nil {
		p.LaunchNote = "Finished " + d.clock().Hour(*c.campaign.SentAt)
	}
	var err error
	if p.Happened, err = d.happened(r.Context(), c.campaign.ID); err != nil {
		return err
	}
	if err := d.fillReader(r.Context(), c, &p); err != nil {
		return err
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}

// happened is what was done to a campaign, newest first.
func (d *desk) happened(ctx context.Context, id outreach.CampaignID) ([]page.Happening, error) {
	entries, err := d.account.Audit(ctx, account.AuditQuery{Subject: "campaign", SubjectID: int64(id)})
	if err != nil {
		return nil, err
	}
	var list []page.Happening
	for _, e := range entries {
		h := page.Happening{Who: e.Actor, What: done(e.Verb), At: e.At}
		if e.Actor == systemName {
			h.Who = ""
		}
		switch e.Verb {
		case "hold back", "warn":
			h.Detail = auditDetail(e, d.clock())
		case "test":
			h.Detail = "to " + auditDetail(e, d.clock())
		}
		list = append(list, h)
	}
	return list, nil
}

func (d *desk) fillReader(ctx context.Context, c sent, p *page.CampaignSent) error {
	sample, err := d.outreach.Preview(ctx, deref(c.campaign.ListID), c.campaign)
	if err != nil || sample == nil {
		return err
	}
	when := time.Now()
	if !c.head.Launch.IsZero() {
		when = c.head.Launch
	}
	p.Reader = sample.Name
	p.Preview = &ui.Handset{Hour: "9:00", Sender: c.campaign.OfficeName, Number: ui.Phone(c.campaign.NumberPhone),
		When: d.clock().Moment(when), Text: []ui.Piece{{Text: sample.Text}}}
	return nil
}

func contentWords(t outreach.ContentType) string {
	if t == outreach.YesNo {
		return "Yes or no question"
	}
	return "Simple message"
}

// messageNote says what those without a value read, or that they were left out.
func messageNote(c outreach.Campaign) string {
	var notes []string
	for field, text := range c.MergeDefaults {
		notes = append(notes, fmt.Sprintf("Without %s people read “%s”.", strings.ToLower(fieldLabel(field)), text))
	}
	for _, field := range c.MergeSkips {
		notes = append(notes, fmt.Sprintf("Without %s people get no text.", strings.ToLower(fieldLabel(field))))
	}
	return strings.Join(notes, " ")
}

// done says a verb of the audit as something that happened.
func done(verb string) string {
	past := map[string]string{"begin": "began the campaign", "clone": "cloned it from another campaign", "launch": "launched the campaign",
		"schedule": "scheduled the launch", "reschedule": "changed the time of the launch", "unschedule": "took it back to a draft",
		"hold back": "did not launch it, and made it a draft again", "edit": "changed the settings", "pause": "paused sending",
		"resume": "resumed sending", "warn": "warned that it archives itself", "archive": "stopped and archived the campaign",
		"test": "sent a test"}
	if words, ok := past[verb]; ok {
		return words
	}
	return verb
}
