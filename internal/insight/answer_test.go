package insight_test

import (
	"testing"
	"time"

	"parley/internal/insight"
	"parley/internal/outreach"
)

// TestTheWaitForAnAgent: a wait begins with the first text that nothing has settled and ends with the
// agent's next text.
func TestTheWaitForAnAgent(t *testing.T) {
	t.Parallel()
	type line struct {
		minute  int
		author  outreach.Author
		thought string
		state   string
	}
	const contact, bot, agent, system = outreach.ByContact, outreach.ByBot, outreach.ByAgent, outreach.BySystem
	for _, test := range []struct {
		name    string
		idk     outreach.IDKType
		talks   [][]line // one conversation each
		answers int
		median  time.Duration
	}{
		{"nobody has answered", "", [][]line{{{0, contact, "", ""}}}, 0, 0},
		{"one answer", "", [][]line{{{0, contact, "", ""}, {5, agent, "", ""}}}, 1, 5 * time.Minute},
		{"the first text counts, not the last", "", [][]line{{{0, contact, "", ""}, {7, contact, "", ""}, {10, agent, "", ""}}}, 1, 10 * time.Minute},
		{"a second text of the agent is no answer", "", [][]line{{{0, contact, "", ""}, {2, agent, "", ""}, {50, agent, "", ""}}}, 1, 2 * time.Minute},
		{"an agent who writes first", "", [][]line{{{0, agent, "", ""}, {30, contact, "", ""}, {31, agent, "", ""}}}, 1, time.Minute},
		{"what the bot answered has not waited", "", [][]line{{{0, contact, "answer", ""}, {0, bot, "", ""}, {600, contact, "unknown", ""}, {603, agent, "", ""}}}, 1, 3 * time.Minute},
		{"nor has small talk", "", [][]line{{{0, contact, "small_talk", ""}, {600, contact, "unknown", ""}, {604, agent, "", ""}}}, 1, 4 * time.Minute},
		{"a holding text is no answer", "", [][]line{{{0, contact, "unknown", ""}, {0, bot, "", ""}, {1, contact, "", ""}, {8, agent, "", ""}}}, 1, 8 * time.Minute},
		{"a custom response is one", outreach.IDKCustom, [][]line{{{0, contact, "unknown", ""}, {0, bot, "", ""}, {60, contact, "", ""}, {61, agent, "", ""}}}, 1, time.Minute},
		{"who asked for a person waits, whatever the IDK type", outreach.IDKCustom, [][]line{{{0, contact, "asked_for_person", ""}, {0, bot, "", ""}, {9, agent, "", ""}}}, 1, 9 * time.Minute},
		{"help is answered by itself", "", [][]line{{{0, contact, "", ""}, {0, system, "", ""}, {60, contact, "", ""}, {62, agent, "", ""}}}, 1, 2 * time.Minute},
		{"an answer that was never sent is none", "", [][]line{{{0, contact, "", ""}, {2, agent, "", "cancelled"}}}, 0, 0},
		{"between the middle two of four", "", [][]line{
			{{0, contact, "", ""}, {1, agent, "", ""}, {10, contact, "", ""}, {13, agent, "", ""}},
			{{0, contact, "", ""}, {5, agent, "", ""}}, {{0, contact, "", ""}, {100, agent, "", ""}}}, 4, 4 * time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			start := at("2026-11-09 09:00")
			campaign := w.addCampaign(launch{title: "Open day", idk: test.idk, at: start})
			for _, lines := range test.talks {
				talk := w.addConversation(talk{campaign: campaign, began: start})
				for _, l := range lines {
					w.addText(said{conversation: talk, author: l.author, thought: l.thought, state: l.state, at: start.Add(time.Duration(l.minute) * time.Minute)})
				}
			}
			report, err := w.desk().Campaign(t.Context(), campaign)
			if err != nil {
				t.Fatal(err)
			}
			if report.Answers != test.answers || report.MedianAnswer != test.median {
				t.Errorf("%d answers, median %v; want %d, %v", report.Answers, report.MedianAnswer, test.answers, test.median)
			}
		})
	}
}

func TestAnswersOfOtherCampaignsDoNotCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	start := at("2026-11-09 09:00")
	campaign, other := w.addCampaign(launch{title: "Open day", at: start}), w.addCampaign(launch{title: "Other", at: start})
	for i, c := range []outreach.CampaignID{campaign, other, 0} {
		talk := w.addConversation(talk{campaign: c, began: start})
		w.addText(said{conversation: talk, author: outreach.ByContact, at: start})
		w.addText(said{conversation: talk, author: outreach.ByAgent, at: start.Add(time.Duration(i+1) * time.Hour)})
	}
	one, err := w.desk().Campaign(t.Context(), campaign)
	if err != nil {
		t.Fatal(err)
	}
	all, err := w.desk().Organization(t.Context(), insight.Query{})
	if err != nil {
		t.Fatal(err)
	}
	if one.Answers != 1 || one.MedianAnswer != time.Hour {
		t.Errorf("the campaign: %d answers, median %v; want 1, 1h", one.Answers, one.MedianAnswer)
	}
	if all.Answers != 2 || all.MedianAnswer != 90*time.Minute {
		t.Errorf("all campaigns: %d answers, median %v; want 2, 1h30m: the 1:1 is in no campaign", all.Answers, all.MedianAnswer)
	}
}
