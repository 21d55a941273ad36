package page

import "net/url"

// InboxFilter is what the address of the inbox says.
type InboxFilter struct {
	Participating bool   // else what needs attention
	Inbox         string // one of the person's inboxes; empty for all of them
	Conversation  string // the one that is open
}

// ReadInboxFilter reads the filter from the query of an address.
func ReadInboxFilter(query url.Values) InboxFilter {
	return InboxFilter{
		Participating: query.Get("tab") == "participating",
		Inbox:         query.Get("inbox"),
		Conversation:  query.Get("conversation"),
	}
}

// URL is the address of the inbox under this filter.
func (f InboxFilter) URL() string { return f.After("") }

// After is the address of the rows that follow a cursor, the last row's key.
func (f InboxFilter) After(cursor string) string {
	query := url.Values{}
	for name, value := range map[string]string{"inbox": f.Inbox, "conversation": f.Conversation, "after": cursor} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if f.Participating {
		query.Set("tab", "participating")
	}
	return address("/inbox", query)
}

// Open is the same list with a conversation open.
func (f InboxFilter) Open(conversation string) InboxFilter {
	f.Conversation = conversation
	return f
}

func (f InboxFilter) tab(participating bool) InboxFilter {
	return InboxFilter{Participating: participating, Inbox: f.Inbox}
}

func (f InboxFilter) tabName() string {
	if f.Participating {
		return "participating"
	}
	return ""
}
