package server

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"parley/internal/dispatch"
	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

// headed answers for what stands above all tabs of a campaign, which each of them asks for again as the
// campaign goes on, at its own address.
func (s *Server) headed(name string, tab handler) handler {
	return func(w http.ResponseWriter, r *http.Request, d *desk) error {
		if target(r) != page.IDCampaignHead {
			return tab(w, r, d)
		}
		_, h, _, err := campaignHead(r, d)
		if err != nil {
			return err
		}
		shell, err := s.shell(r, d)
		if err != nil {
			return err
		}
		s.render(w, r, http.StatusOK, h.Fragment(shell, name))
		return nil
	}
}

// activity is the first tab of a campaign: its conversations, one of them open.
func (s *Server) activity(w http.ResponseWriter, r *http.Request, d *desk) error {
	c, h, progress, err := campaignHead(r, d)
	if err != nil {
		return err
	}
	if c.State == outreach.Draft {
		http.Redirect(w, r, campaignURL(c.ID)+"/general", http.StatusSeeOther)
		return nil
	}
	filter := page.ReadConversationFilter(r.URL.Query())
	list, err := s.activityList(r, d, c, filter)
	if err != nil {
		return err
	}
	p := page.Activity{Campaign: h, Filter: filter, List: list,
		YesNo: c.ContentType == outreach.YesNo,
		Counts: page.ConversationCounts{Attention: progress.Waiting, OptedOut: progress.OptedOut,
			SaidYes: progress.SaidYes, SaidNo: progress.SaidNo, SaidOther: progress.SaidOther}}
	if p.Many, err = d.manyActs(r.Context(), c, filter); err != nil {
		return err
	}
	p.List.Heading = shown(progress.Conversations, "conversation")
	if open := opened(filter.Conversation, list.Rows); open != "" {
		if p.Open, err = s.conversationPane(r, d, open, filter.Open(open).URL(h.ID)); err != nil {
			return err
		}
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	switch target(r) {
	case page.IDConversationList:
		s.render(w, r, http.StatusOK, p.Listed())
	case page.IDMoreRows:
		s.render(w, r, http.StatusOK, p.List.More())
	case page.IDOpen:
		s.render(w, r, http.StatusOK, p.Open.HTML())
	default:
		s.render(w, r, http.StatusOK, p.HTML())
	}
	return nil
}

// opened is the conversation to show: the one chosen, else the first of the list.
func opened(chosen string, rows []page.ConversationRow) string {
	if chosen == "" && len(rows) > 0 {
		return rows[0].ID
	}
	return chosen
}

func (s *Server) activityList(r *http.Request, d *desk, c outreach.Campaign, filter page.ConversationFilter) (page.ConversationList, error) {
	id := fmt.Sprint(c.ID)
	found, err := d.outreach.Activity(r.Context(), outreach.ActivityQuery{Campaign: c.ID, Filter: outreach.Filter(filter.Only),
		Name: filter.Query, WaitingFirst: !filter.NewestFirst, After: readCursor(r.FormValue("after"))})
	if err != nil {
		return page.ConversationList{}, err
	}
	list := page.ConversationList{Clock: d.clock(), URL: filter.URL(id), Event: ui.EventCampaign(id), Aside: otherOrder(filter, id),
		Empty: page.EmptyList{Icon: "chats", Title: "No conversation yet", Text: "Conversations appear here as people answer."}}
	if filter.Query != "" || filter.Only != "" {
		list.Empty = page.EmptyList{Icon: "search", Title: "Nothing found", Text: "No conversation of this campaign fits."}
	}
	for _, v := range found.Rows {
		row := conversationRow(v)
		row.URL = filter.Open(row.ID).URL(id)
		row.Current = row.ID == filter.Conversation
		list.Rows = append(list.Rows, row)
	}
	if found.Next != nil {
		list.Next = filter.After(id, cursorText(found.Next))
	}
	return list, d.markReplying(r.Context(), list.Rows)
}

func otherOrder(filter page.ConversationFilter, campaign string) ui.Link {
	filter.NewestFirst = !filter.NewestFirst
	if filter.NewestFirst {
		return ui.Link{Text: "Needs attention first", URL: filter.URL(campaign)}
	}
	return ui.Link{Text: "Newest first", URL: filter.URL(campaign)}
}

func conversationRow(v outreach.Conversation) page.ConversationRow {
	row := page.ConversationRow{
		ID: fmt.Sprint(v.ID), Contact: ui.Person{Name: name(v.FirstName, v.LastName)}, Phone: string(v.Phone), Preview: authored(v),
		At: v.LastAt, Waiting: v.Waiting(), Mode: ui.Mode(v.Mode), Reason: reasonShort[v.WaitingReason], Answer: saidWords[v.Answer], OneToOne: v.CampaignID == nil, Plus: v.Plus(),
	}
	if v.Waiting() {
		row.Since = *v.WaitingSince
	}
	if v.WaitingReason == outreach.ReasonNotYesOrNo {
		row.Answer = "" // the reason says it
	}
	if strings.HasPrefix(v.Language, "es") {
		row.Language = "Spanish"
	}
	return row
}

func name(first, last string) string { return strings.TrimSpace(first + " " + last) }

// authored puts who wrote the last text in front of it, where that is one of us.
func authored(v outreach.Conversation) string {
	switch v.LastAuthor {
	case outreach.ByBot:
		return "Bot: " + v.Preview
	case outreach.ByAgent:
		return "Agent: " + v.Preview
	case outreach.ByTest:
		return "Test: " + v.Preview
	}
	return v.Preview
}

// The reasons for needing attention, short for lists and as a sentence for the strip above a
// conversation.
var (
	reasonShort = map[outreach.Reason]string{
		outreach.ReasonIDK: "Bot did not know", outreach.ReasonAgentMode: "New text", outreach.ReasonAskedForPerson: "Asked for a person",
		outreach.ReasonCrisis: "May be in danger", outreach.ReasonLoopGuard: "Too many bot replies", outreach.ReasonConsent: "May want to opt out",
		outreach.ReasonMedia: "Sent a picture", outreach.ReasonNotYesOrNo: "Neither yes nor no", outreach.ReasonEscalated: "Answer to look at",
	}
	reasonSentence = map[outreach.Reason]string{
		outreach.ReasonIDK: "The bot did not know the answer.", outreach.ReasonAgentMode: "A new text, and agents answer here.",
		outreach.ReasonAskedForPerson: "Asked for a person.", outreach.ReasonCrisis: "This person may be in danger. Please look at once.",
		outreach.ReasonLoopGuard:  "The bot has answered many times in a short while.",
		outreach.ReasonConsent:    "This may be a request to opt out. No text goes out until you have read it.",
		outreach.ReasonMedia:      "Sent a picture or file, which the bot cannot read.",
		outreach.ReasonNotYesOrNo: "The answer is neither a yes nor a no.",
		outreach.ReasonEscalated:  "The campaign asks a person to look at this answer.",
	}
)

// recipients is the tab with each recipient of a campaign.
func (s *Server) recipients(w http.ResponseWriter, r *http.Request, d *desk) error {
	c, h, progress, err := campaignHead(r, d)
	if err != nil {
		return err
	}
	filter := page.RecipientFilter{State: r.FormValue("state"), Query: r.FormValue("q")}
	rows, more, err := d.outreach.Recipients(r.Context(), outreach.RecipientQuery{Campaign: c.ID, States: recipientStates[filter.State],
		Name: filter.Query, After: formID[outreach.MessageID](r, "after")})
	if err != nil {
		return err
	}
	h.Export = campaignURL(c.ID) + "/recipients.csv?" + url.Values{"state": {filter.State}}.Encode()
	counts := recipientCounts(progress)
	p := page.CampaignContacts{Campaign: h, Filter: filter, Counts: counts, YesNo: c.ContentType == outreach.YesNo,
		Paging: ui.Paging{Shown: shownOf(len(rows), inState(counts, filter.State), filter.Query), Whole: filter.Query == ""}}
	for _, row := range rows {
		p.Rows = append(p.Rows, recipient(row))
	}
	if more {
		p.Paging.Next = filter.After(h.ID, fmt.Sprint(rows[len(rows)-1].ID))
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	if target(r) == page.IDRecipients {
		s.render(w, r, http.StatusOK, p.List())
		return nil
	}
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}

// recipientStates are the states of a text that a filter gathers.
var recipientStates = map[string][]string{
	"waiting":   {"queued", "inflight"},
	"sent":      {"accepted", "sent"},
	"delivered": {"delivered"},
	"failed":    {"undelivered", "failed"},
	"skipped":   {"skipped", "cancelled"},
	"unknown":   {"unknown", "unresolved"},
}

func recipientCounts(p outreach.Progress) []page.RecipientCount {
	return []page.RecipientCount{
		{State: "waiting", Label: "Waiting", Count: p.Queued + p.Inflight},
		{State: "sent", Label: "Sent", Count: p.Accepted + p.Sent},
		{State: "delivered", Label: "Delivered", Count: p.Delivered},
		{State: "failed", Label: "Failed", Count: p.Undelivered + p.Failed},
		{State: "skipped", Label: "Skipped", Count: p.Skipped + p.Cancelled},
		{State: "unknown", Label: "Outcome unknown", Count: p.Unknown + p.Unresolved},
	}
}

// inState is how many recipients are in a state, or in any for an empty one.
func inState(counts []page.RecipientCount, state string) (n int) {
	for _, c := range counts {
		if state == "" || c.State == state {
			n += c.Count
		}
	}
	return n
}

func recipient(row outreach.Recipient) page.Recipient {
	p := page.Recipient{Contact: ui.Person{Name: name(row.FirstName, row.LastName)}, Phone: string(row.Phone),
		URL: fmt.Sprintf("/contacts/%d", row.ContactID), State: delivery(row.State), Reason: dispatch.Reason(row.Reason).Sentence(), Answer: saidWords[row.Answer]}
	if row.SettledAt != nil {
		p.At = *row.SettledAt
	}
	return p
}

// delivery is the state of one of our texts in words.
func delivery(state string) ui.Delivery {
	switch state {
	case "queued", "inflight":
		return ui.Queued
	case "accepted", "sent":
		return ui.Sent
	case "delivered":
		return ui.Delivered
	case "undelivered", "failed":
		return ui.Failed
	case "skipped", "cancelled":
		return ui.Skipped
	case "unknown", "unresolved":
		return ui.Unknown
	}
	return ui.NoDelivery
}

// pieces are the parts of a message, its merge fields by their labels.
func pieces(message string) []ui.Piece {
	var parts []ui.Piece
	for message != "" {
		before, rest, found := strings.Cut(message, "{{")
		if before != "" {
			parts = append(parts, ui.Piece{Text: before})
		}
		if !found {
			break
		}
		field, after, _ := strings.Cut(rest, "}}")
		field, _, _ = strings.Cut(field, "|")
		parts = append(parts, ui.Piece{Text: fieldLabel(strings.TrimSpace(field)), Merged: true})
		message = after
	}
	return parts
}

func deref[T any](p *T) (zero T) {
	if p == nil {
		return zero
	}
	return *p
}
