package ui

// Status is the state of a campaign as it is shown.
type Status string

// The states. Paused is shown in place of sending or active.
const (
	Draft     Status = "Draft"
	Scheduled Status = "Scheduled"
	Sends     Status = "Sending"
	Active    Status = "Active"
	Paused    Status = "Paused"
	Archived  Status = "Archived"
)

// statusLook gives each state a shape and a colour of its own; sending has a
// ring that fills.
var statusLook = map[Status]struct{ icon, class string }{
	Draft:     {"dashed", "is-draft"},
	Scheduled: {"clock", "is-scheduled"},
	Sends:     {"", "is-sending"},
	Active:    {"target", "is-active"},
	Paused:    {"paused", "is-paused"},
	Archived:  {"archive", "is-archived"},
}

// Mode is who answers a conversation, or a campaign's conversations at first.
type Mode string

// The modes.
const (
	BotMode   Mode = "bot"
	AgentMode Mode = "agent"
)

func (m Mode) icon() string {
	if m == BotMode {
		return "sparkle"
	}
	return "person"
}

// Word is the mode as a label: "Bot" or "Agent".
func (m Mode) Word() string {
	if m == BotMode {
		return "Bot"
	}
	return "Agent"
}

// Tone colours a mark by what it means.
type Tone string

// The tones. Attention is kept for people who wait for an answer.
const (
	Plain     Tone = ""
	Good      Tone = "good"
	Warn      Tone = "warn"
	Bad       Tone = "bad"
	Attention Tone = "attention"
	Bot       Tone = "bot"
	Later     Tone = "later"
	Petrol    Tone = "petrol"
)
