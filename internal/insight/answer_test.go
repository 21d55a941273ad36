package insight_test

import (
	"testing"
	"time"

	"parley/internal/insight"
	"parley/internal/outreach"
)

func TestTheMedianWaitForAnAgent(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		waited  []time.Duration // for each text of an agent; 0: nobody waited for it; below 0: it was skipped
		answers int
		median  time.Duration
	}{
		{"no agent has written", nil, 0, 0},
		{"nobody waited", []time.Duration{0, 0}, 0, 0},
		{"never sent", []time.Duration{-5 * time.Minute}, 0, 0},
		{"one", []time.Duration{0, 5 * time.Minute}, 1, 5 * time.Minute},
		{"the middle of three, not the mean", []time.Duration{time.Minute, 100 * time.Minute, 2 * time.Minute}, 3, 2 * time.Minute},
		{"over days", []time.Duration{25 * time.Hour, 49*time.Hour + 30*time.Minute}, 2, 37*time.Hour + 15*time.Minute},
		{"between the middle two of four", []time.Duration{time.Minute, 100 * time.Minute, 5 * time.Minute, 3 * time.Minute}, 4, 4 * time.Minute},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			start := at("2026-11-09 09:00")
			campaign := w.addCampaign(launch{title: "Open day", at: start})
			for _, waited := range test.waited {
				talk := w.addConversation(talk{campaign: campaign, began: start})
				text := said{conversation: talk, author: outreach.ByAgent, at: start.Add(3 * time.Hour), waited: waited}
				if waited < 0 {
					text.waited, text.state = -waited, "skipped"
				}
				w.addText(text)
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
		w.addText(said{conversation: talk, author: outreach.ByAgent, at: start, waited: time.Duration(i+1) * time.Hour})
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
