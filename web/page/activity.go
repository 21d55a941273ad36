package page

import (
	"net/url"

	"parley/web/ui"
)

// ConversationFilter is what the address of a campaign's Activity says.
type ConversationFilter struct {
	Query        string // beginning of a first or last name
	Only         string // one of the Only constants
	NewestFirst  bool   // else who needs attention comes first
	Conversation string // the one that is open; empty for none chosen
}

// What a list of conversations can be narrowed down to.
const (
	OnlyAll       = ""
	OnlyAttention = "attention"
	OnlyReplied   = "replied"
	OnlyBot       = "bot"
	OnlyAgent     = "agent"
	OnlyFailed    = "failed"
	OnlyOptedOut  = "opted-out"

	// Of a yes or no question.
	OnlyYes   = "yes"
	OnlyNo    = "no"
	OnlyOther = "other"
)

// ReadConversationFilter reads the filter from the query of an address.
func ReadConversationFilter(query url.Values) ConversationFilter {
	return ConversationFilter{
		Query:        query.Get("q"),
		Only:         query.Get("filter"),
		NewestFirst:  query.Get("sort") == "newest",
		Conversation: query.Get("conversation"),
	}
}

// URL is the address of a campaign's Activity under this filter.
func (f ConversationFilter) URL(campaign string) string { return f.After(campaign, "") }

// After is the address of the rows that follow a cursor, the last row's key.
func (f ConversationFilter) After(campaign, cursor string) string {
	query := url.Values{}
	for name, value := range map[string]string{"q": f.Query, "filter": f.Only, "conversation": f.Conversation, "after": cursor} {
		if value != "" {
			query.Set(name, value)
		}
	}
	if f.NewestFirst {
		query.Set("sort", "newest")
	}
	return address(campaignURL(campaign, ""), query)
}

// Open is the same list with a conversation open.
func (f ConversationFilter) Open(conversation string) ConversationFilter {
	f.Conversation = conversation
	return f
}

func (f ConversationFilter) only(what string) ConversationFilter {
	f.Only, f.Conversation = what, ""
	return f
}

// ConversationCounts are the numbers on the filters; those not shown are 0.
type ConversationCounts struct {
	Attention, Failed, OptedOut int
	SaidYes, SaidNo, SaidOther  int // of a yes or no question
}

func (p Activity) chips() []ui.Tab {
	chip := func(text, only string, count int) ui.Tab {
		made := ui.Tab{Text: text, URL: p.Filter.only(only).URL(p.Campaign.ID), Current: p.Filter.Only == only}
		if count > 0 {
			made.Count = ui.Count(count)
		}
		return made
	}
	chips := []ui.Tab{
		chip("All", OnlyAll, 0),
		chip("Needs attention", OnlyAttention, p.Counts.Attention),
		chip("Replied", OnlyReplied, 0),
		chip("Bot", OnlyBot, 0),
		chip("Agent", OnlyAgent, 0),
		chip("Failed", OnlyFailed, p.Counts.Failed),
		chip("Opted out", OnlyOptedOut, p.Counts.OptedOut),
	}
	if p.YesNo {
		chips = append(chips, chip("Said yes", OnlyYes, p.Counts.SaidYes), chip("Said no", OnlyNo, p.Counts.SaidNo),
			chip("Said something else", OnlyOther, p.Counts.SaidOther))
	}
	return chips
}

func (p Activity) search() ui.Search {
	sort := ""
	if p.Filter.NewestFirst {
		sort = "newest"
	}
	return ui.Search{
		Action: campaignURL(p.Campaign.ID, ""), Name: "q", Label: "First or last name", Value: p.Filter.Query,
		Target: IDConversationList, Keep: []ui.Kept{{Name: "filter", Value: p.Filter.Only}, {Name: "sort", Value: sort}},
	}
}
