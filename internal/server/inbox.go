package server

import (
	"fmt"
	"net/http"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

// inbox is where conversations wait for the signed-in person.
func (s *Server) inbox(w http.ResponseWriter, r *http.Request, d *desk) error {
	ctx := r.Context()
	filter := page.ReadInboxFilter(r.URL.Query())
	inboxes, err := d.outreach.Inboxes(ctx)
	if err != nil {
		return err
	}
	list, err := s.inboxList(r, d, filter)
	if err != nil {
		return err
	}
	p := page.Inbox{Filter: filter, List: list}
	if d.May(account.StartOneToOne) == nil {
		p.StartURL = "/one-to-one/new"
	}
	if p.Participating, err = d.outreach.CountParticipating(ctx); err != nil {
		return err
	}
	for _, b := range inboxes {
		label := b.Name
		if b.Own {
			label = "My own inbox"
		}
		p.Inboxes = append(p.Inboxes, ui.Option{Value: fmt.Sprint(b.ID), Label: fmt.Sprintf("%s (%s)", label, ui.Bounded(b.Waiting))})
		if filter.Inbox == fmt.Sprint(b.ID) {
			p.Attention = b.Waiting
		}
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	if filter.Inbox == "" {
		p.Attention = p.Shell.Waiting
	}
	if open := opened(filter.Conversation, list.Rows); open != "" {
		if err := s.openInInbox(r, d, &p, open); err != nil {
			return err
		}
	}
	switch target(r) {
	case page.IDConversationList:
		s.render(w, r, http.StatusOK, p.Listed())
	case page.IDMoreRows:
		s.render(w, r, http.StatusOK, p.List.More())
	case page.IDOpen:
		s.render(w, r, http.StatusOK, p.Opened())
	default:
		s.render(w, r, http.StatusOK, p.HTML())
	}
	return nil
}

func (s *Server) openInInbox(r *http.Request, d *desk, p *page.Inbox, open string) (err error) {
	if p.Open, err = s.conversationPane(r, d, open, p.Filter.Open(open).URL()); err != nil {
		return err
	}
	if p.Open.Composer != nil {
		for i, row := range p.List.Rows {
			if row.ID == open && i+1 < len(p.List.Rows) {
				next := p.List.Rows[i+1]
				p.Open.Composer.Next = ui.Link{Text: next.Contact.Name, URL: next.URL}
			}
		}
		p.Open.Composer.Waiting = max(p.Attention-1, 0)
	}
	v, err := d.outreach.Conversation(r.Context(), outreach.ConversationID(mustID(open)))
	if err != nil {
		return err
	}
	p.Card, err = d.contactCard(r, v.ContactID)
	return err
}

func (s *Server) inboxList(r *http.Request, d *desk, filter page.InboxFilter) (page.ConversationList, error) {
	list := page.ConversationList{Clock: d.clock(), URL: filter.URL(), Event: ui.EventInbox, Heading: "Longest wait first",
		Empty: page.EmptyList{Icon: "fine", Title: "Nobody is waiting", Text: "New questions appear here by themselves."}}
	after := readCursor(r.FormValue("after"))
	var found outreach.Page[outreach.Conversation]
	var err error
	if filter.Participating {
		list.Heading = "Newest first"
		list.Empty = page.EmptyList{Icon: "chats", Title: "You have answered nobody yet", Text: "Conversations that you answer are kept here."}
		found, err = d.outreach.Participating(r.Context(), after)
	} else {
		found, err = d.outreach.Waiting(r.Context(), account.InboxID(mustID(filter.Inbox)), after)
	}
	if err != nil {
		return list, err
	}
	for _, v := range found.Rows {
		row := conversationRow(v)
		row.URL, row.Inbox, row.Current = filter.Open(row.ID).URL(), v.OfficeName, row.ID == filter.Conversation
		list.Rows = append(list.Rows, row)
	}
	if found.Next != nil {
		list.Next = filter.After(cursorText(found.Next))
	}
	return list, d.markReplying(r.Context(), list.Rows)
}

// contactCard is who a contact is, beside a conversation.
func (d *desk) contactCard(r *http.Request, id audience.ContactID) (*page.ContactCard, error) {
	c, err := d.audience.Contact(r.Context(), id)
	if err != nil {
		return nil, err
	}
	card := &page.ContactCard{URL: fmt.Sprintf("/contacts/%d", id), Contact: ui.Person{Name: c.Name()}, Phone: string(c.Phone),
		Consent: consent(c, d.clock()), Details: details(c.Contact)}
	past, err := d.outreach.History(r.Context(), id)
	if err != nil {
		return nil, err
	}
	for _, h := range past {
		card.History = append(card.History, page.HistoryItem{Title: h.Title, URL: fmt.Sprintf("/conversations/%d", h.ID),
			OneToOne: h.CampaignID == nil, At: h.LastAt, Outcome: h.Outcome()})
	}
	return card, nil
}
