package ui

import (
	"strconv"
	"strings"
	"time"
)

// Piece is a part of a text; Merged marks what stands for a field of the
// contact, or was filled in from one.
type Piece struct {
	Text   string
	Merged bool
}

// Author is who wrote an entry of a conversation.
type Author string

// The authors. A note is only for colleagues; an event is what happened, said
// by the program.
const (
	FromContact  Author = "contact"
	FromCampaign Author = "campaign"
	FromBot      Author = "bot"
	FromAgent    Author = "agent"
	FromTest     Author = "test" // a campaign's text, tried on this phone before the launch
	FromNote     Author = "note"
	FromEvent    Author = "event"
)

// Delivery is how far one of our texts came.
type Delivery string

// The deliveries. Unknown means the carrier did not say whether it took it.
const (
	NoDelivery Delivery = ""
	Queued     Delivery = "Waiting to be sent"
	Sent       Delivery = "Sent"
	Delivered  Delivery = "Delivered"
	Failed     Delivery = "Not delivered"
	Unknown    Delivery = "Outcome unknown"
	Skipped    Delivery = "Not sent"
)

func (d Delivery) icon() string {
	switch d {
	case Delivered:
		return "checks"
	case Sent:
		return "check"
	case Failed:
		return "alert"
	case Skipped:
		return "refused"
	case Unknown:
		return "question"
	}
	return "clock"
}

func (d Delivery) isBad() bool { return d == Failed }

// Message is one entry of a conversation.
type Message struct {
	ID       string
	From     Author
	Name     string // of the agent or the note's writer; of the campaign where it is another one
	Text     string
	At       time.Time
	Delivery Delivery
	Reason   string // why it was not delivered and what was done, in plain words
	Sure     int    // the bot's confidence in per cent; 0 where it has none
	Source   Link   // the answer the bot took, or the closest one
	Judged   Judged // of an answer of the bot
}

// Judged is what colleagues made of an answer of the bot. Its buttons post about, the text that was
// answered, and back, the address to return to, to WrongURL and RightURL.
type Judged struct {
	Text     string // id of what was answered
	Wrong    bool   // somebody said that it does not answer the question
	By       string // who; empty if nobody knows any more
	Reviewed bool   // the bot was taught, or not, and the mark stays
	WrongURL string // where it is marked as wrong; empty if the person may not
	RightURL string // where that is taken back
	Back     string
}

// words tell that the answer was wrong, and what became of that.
func (j Judged) words() string {
	words := "Marked as wrong"
	if j.By != "" {
		words += " by " + j.By
	}
	if j.Reviewed {
		return words + ", and reviewed."
	}
	return words + ". It waits in the review."
}

// accessibleName tells who wrote a text, for those who do not see its place.
func (m Message) accessibleName() string {
	switch m.From {
	case FromContact:
		return m.Name
	case FromCampaign:
		return m.campaignName()
	case FromBot:
		return "Bot"
	case FromTest:
		return "A test"
	case FromNote:
		return "Note by " + m.Name
	}
	return m.Name
}

func (m Message) campaignName() string {
	if m.Name == "" {
		return "This campaign"
	}
	return m.Name
}

// confidence is how sure the bot was, before the name of its source if any.
func (m Message) confidence() string {
	if m.Source.Text == "" {
		return strconv.Itoa(m.Sure) + "% sure"
	}
	return strconv.Itoa(m.Sure) + "% sure, from"
}

// startsDay says whether an entry is the first one of its day.
func startsDay(clock Clock, messages []Message, i int) bool {
	return i == 0 || clock.daysAgo(messages[i].At) != clock.daysAgo(messages[i-1].At)
}

func lastID(messages []Message) string {
	if len(messages) == 0 {
		return ""
	}
	return messages[len(messages)-1].ID
}

func plain(pieces []Piece) string {
	var out strings.Builder
	for _, piece := range pieces {
		out.WriteString(piece.Text)
	}
	return out.String()
}
