package server

import (
	"cmp"
	"fmt"
	"slices"

	"parley/internal/dispatch"
	"parley/internal/knowledge"
	"parley/internal/outreach"
	"parley/web/ui"
)

// messages are the texts of a transcript and what people did between them, in the order of time; back is
// where the conversation is open.
func (d *desk) messages(t outreach.Transcript, back string) []ui.Message {
	var all []ui.Message
	for _, text := range t.Texts {
		m := message(t.Conversation, text)
		if text.Author == outreach.ByBot && text.DecisionKind == "answer" {
			m.Judged = d.judged(t.Conversation, text, back)
		}
		all = append(all, m)
		if text.Author == outreach.ByContact && text.DecisionKind == "unknown" {
			all = append(all, thought(text))
		}
	}
	for _, h := range t.Happenings {
		who := h.Actor
		if who == systemName {
			who = "Parley"
		}
		all = append(all, ui.Message{From: ui.FromEvent, Text: who + " " + happened(h), At: h.At})
	}
	slices.SortStableFunc(all, func(a, b ui.Message) int { return a.At.Compare(b.At) })
	return all
}

func message(v outreach.Conversation, t outreach.Text) ui.Message {
	m := ui.Message{ID: fmt.Sprint(t.ID), From: ui.Author(t.Author), Text: t.Body, At: t.CreatedAt}
	switch t.Author {
	case outreach.ByContact:
		m.Name = cmp.Or(name(v.FirstName, v.LastName), string(v.Phone))
		m.Text = cmp.Or(t.Body, attached(t.Media))
		return m
	case outreach.ByCampaign:
		m.Name = t.CampaignTitle
	case outreach.ByAgent:
		m.Name = t.UserName
	case outreach.BySystem:
		m.From, m.Name = ui.FromCampaign, "Parley"
	case outreach.ByBot:
		if t.DecisionKind == "answer" {
			m.Sure = percentOf(t.Confidence)
			m.Source = source(t)
		}
	}
	m.Delivery = delivery(t.State)
	if m.Delivery == ui.Failed || m.Delivery == ui.Unknown {
		m.Reason = dispatch.Reason(t.Reason).Sentence()
	}
	return m
}

// thought is what the bot made of a text that it did not know.
func thought(t outreach.Text) ui.Message {
	m := ui.Message{From: ui.FromEvent, At: t.CreatedAt,
		Text: fmt.Sprintf("The bot was %d%% sure and needs %d%%.", percentOf(t.Confidence), percentOf(t.Threshold))}
	m.Source = source(t)
	return m
}

// source is the answer that the bot took, or the closest one. One that was removed since leads nowhere.
func source(t outreach.Text) ui.Link {
	link := ui.Link{Text: t.ClosestToTitle}
	if t.AnswerID != 0 {
		link.URL = answerURL(knowledge.AnswerID(t.AnswerID))
	}
	return link
}

func percentOf(share float64) int { return int(share*100 + 0.5) }

func attached(media []outreach.Media) string {
	return shown(len(media), "picture or file")
}

func happened(h outreach.Happening) string {
	switch h.Verb {
	case "opt out":
		return "took this as a request to opt out."
	case "clear":
		switch h.Became {
		case "campaign ended":
			return "archived the campaign. Nobody is owed an answer any more."
		case "number released":
			return "gave the number back. Nobody is owed an answer any more."
		}
		return "said that it does not need attention."
	case "hand over":
		return "moved the wait to the 1:1 conversation with this person, since the campaign is archived."
	case "start":
		return "started this 1:1 conversation."
	case "switch mode":
		if h.Became == string(outreach.AgentMode) {
			return "switched to agent mode. Agents answer from the next text on."
		}
		return "switched to bot mode. The bot answers from the next text on."
	}
	return h.Verb
}
