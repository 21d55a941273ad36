package ui

import (
	"slices"
	"time"
)

// Shell is what stands around every page of a signed-in person.
type Shell struct {
	Clock        Clock
	Organization string
	User         Person // no name: nobody is signed in, and only the page itself is shown
	Role         Role
	Waiting      int      // conversations that need attention in this person's inboxes
	ToReview     int      // questions the bot did not know, waiting for review
	Sending      *Sending // the campaign being sent now, if any
	Phones       string   // address of the simulated phones; empty on a real carrier
	Events       string   // address of the stream of live events; empty for a page that stays as it is
	Theme        string   // "light", "dark" or empty for what the system prefers; the value of the cookie "theme"
	Flash        *Flash   // the outcome of the last act, shown once
	Notices      []Notice // what the person has not seen yet
}

// Role is what a user may do. It only decides here which places are offered;
// whether an act is allowed is decided where it is done.
type Role string

// The roles, as product.md names them.
const (
	Administrator Role = "administrator"
	Manager       Role = "manager"
	Agent         Role = "agent"
)

// Sending is a campaign that goes out while the page is shown.
type Sending struct {
	Title      string
	URL        string
	Done       int
	Total      int
	FinishesAt time.Time // zero while nothing can be said
}

// Flash is one sentence about what was just done.
type Flash struct {
	Text string
	Bad  bool // it did not work: announced at once and not taken away by itself
	Act  Link // where to look or what to do next, if anything
}

// Live events that pages listen to. The stream at Shell.Events sends an event
// of one of these names, with no data, whenever the fragment that listens to it
// should be fetched again.
const (
	EventNav       = "nav"       // the counts in the navigation or what is being sent changed
	EventInbox     = "inbox"     // a conversation entered, left or changed in this person's inboxes
	EventCampaigns = "campaigns" // the list of campaigns changed, or the state of one of them
)

// EventCampaign names the event of one campaign: its state, its progress or the
// list of its conversations changed.
func EventCampaign(id string) string { return "campaign-" + id }

// EventConversation names the event of one conversation: a text, its delivery,
// its mode or who attends to it changed.
func EventConversation(id string) string { return "conversation-" + id }

// EventImport names the event of one import: it moved on.
func EventImport(id string) string { return "import-" + id }

// Place is a part of the program that the navigation leads to.
type Place string

// The places, in the order of the navigation.
const (
	Inbox        Place = "Inbox"
	Campaigns    Place = "Campaigns"
	Contacts     Place = "Contacts"
	Transcripts  Place = "Transcripts"
	Knowledge    Place = "Knowledge"
	Analytics    Place = "Analytics"
	PhoneNumbers Place = "Phone numbers"
	Settings     Place = "Settings"
	Nowhere      Place = ""
)

type placeEntry struct {
	place Place
	url   string
	icon  string
	roles []Role // nil: everybody
	phone bool   // in the bar at the bottom of a phone
}

// places is the navigation. Agents answer; they neither look after numbers nor
// read the organization's figures.
var places = []placeEntry{
	{Inbox, "/inbox", "inbox", nil, true},
	{Campaigns, "/campaigns", "megaphone", nil, true},
	{Contacts, "/contacts", "people", nil, true},
	{Transcripts, "/transcripts", "chats", nil, false},
	{Knowledge, "/knowledge", "book", nil, false},
	{Analytics, "/analytics", "chart", []Role{Administrator, Manager}, false},
	{PhoneNumbers, "/numbers", "hash", []Role{Administrator, Manager}, false},
}

// places are those that the person's role is offered.
func (s Shell) places() []placeEntry {
	var offered []placeEntry
	for _, entry := range places {
		if entry.roles == nil || slices.Contains(entry.roles, s.Role) {
			offered = append(offered, entry)
		}
	}
	return offered
}
