package insight

import "strconv"

// Figure is one number of a report with what it means. A figure that nothing can be said of, such as a
// share of nobody, has an empty value.
type Figure struct {
	Group, Name string
	Value       string // a plain number, for a spreadsheet
	Definition  string
}

// Figures are all figures of a report but its charts.
func (r Report) Figures() []Figure {
	figures := r.Counts.figures()
	bot := func(name, value, definition string) {
		figures = append(figures, Figure{"Who answered", name, value, definition})
	}
	bot("Answered without a person", strconv.Itoa(r.Contained), "Of the people who responded to a campaign that the bot runs: those who never waited for a person and to whom no agent wrote.")
	bot("Bot containment, %", share(r.Contained, r.BotResponded), "Answered without a person ÷ people who responded to a campaign that the bot runs.")
	bot("Agents' answers", strconv.Itoa(r.Answers), "Texts of agents to people who waited for one.")
	median := ""
	if r.Answers > 0 {
		median = strconv.FormatFloat(r.MedianAnswer.Seconds(), 'f', 1, 64)
	}
	bot("Median time to an agent's answer, s", median, "From the text that needed attention to the agent's text: half of the answers came faster, half slower.")
	for _, f := range r.Failures {
		figures = append(figures, Figure{"Why texts failed", f.Reason.Sentence(), strconv.Itoa(f.Texts), "Texts that failed for this reason. The reasons add up to Failed."})
	}
	return figures
}

func (c Counts) figures() []Figure {
	n := strconv.Itoa
	return []Figure{
		{"Texts", "People texted", n(c.Texted()), "Everybody on the list but those left out. Delivered, failed, on the way and outcome unknown add up to it."},
		{"Texts", "Delivered", n(c.Delivered), "The phone company confirmed it."},
		{"Texts", "Failed", n(c.Failed), "The phone company refused it or could not deliver it."},
		{"Texts", "On the way", n(c.OnTheWay), "Waiting to be sent, or sent and not confirmed yet."},
		{"Texts", "Outcome unknown", n(c.Unknown), "Nobody can tell whether the phone company took it. It is not sent again."},
		{"Texts", "Left out", n(c.LeftOut), "On the list but not texted: opted out, or the campaign was archived first."},
		{"Responses", "Responded", n(c.Responded), "People who texted back, counted once in a campaign."},
		{"Responses", "Response rate, %", share(c.Responded, c.Delivered), "People who responded ÷ people delivered to."},
		{"Responses", "Opted out", n(c.OptedOut), "People who asked for no more texts, in a conversation of the campaign."},
		{"Responses", "Opt-out rate, %", share(c.OptedOut, c.Texted()), "Opted out ÷ people texted."},
		{"Who answered", "Texts the bot was asked", n(c.Asked()), "Texts put to the bot: those it answered and those it did not know."},
		{"Who answered", "The bot did not know", n(c.IDKs), "Texts of which the bot was less sure than its threshold (IDK)."},
		{"Who answered", "IDK rate, %", share(c.IDKs, c.Asked()), "Texts the bot did not know ÷ texts it was asked."},
	}
}

// share is part of whole in per cent, for a spreadsheet.
func share(part, whole int) string {
	if whole == 0 {
		return ""
	}
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 2, 64)
}
