package outreach_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/outreach"
)

// question launches a yes or no campaign to ada and ben.
func (w *world) question(policy outreach.PolicyForm, a outreach.Answering) outreach.CampaignID {
	w.t.Helper()
	id := w.draft("Coming", "Hi {{first_name}}, are you coming? YES or NO", policy, "ada", "ben")
	c := w.read(id)
	w.must(w.desk(w.manager).SaveGeneral(w.ctx, id, outreach.General{Title: c.Title, Office: w.office, ContentType: outreach.YesNo,
		Message: c.Message, List: *c.ListID, Number: w.number}))
	if policy.Inboxes == nil {
		policy.Inboxes = w.officeInboxes()
	}
	w.must(w.desk(w.manager).SaveAdvanced(w.ctx, id, outreach.Advanced{Policy: policy, AutoArchiveDays: 7, Answering: a}))
	w.launch(id)
	w.sent("ada")
	w.sent("ben")
	return id
}

var answersToBoth = outreach.Answering{YesResponse: "See you, {{first_name}}!", NoResponse: "What a pity."}

func TestCV11_YesNoAndOther(t *testing.T) {
	t.Parallel()
	askAgent := outreach.PolicyForm{Mode: outreach.AgentMode, IDKType: outreach.IDKAgent}
	cases := []struct {
		name      string
		policy    outreach.PolicyForm
		answering outreach.Answering
		text      string
		reply     string
		reason    outreach.Reason // empty: nobody is asked
	}{
		{"yes", askBot, answersToBoth, "yep", "See you, ada!", ""},
		{"yes in Spanish", askBot, answersToBoth, "Sí", "See you, ada!", ""},
		{"no", askBot, answersToBoth, "no thanks", "What a pity.", ""},
		{"of a campaign of agents", askAgent, answersToBoth, "Y", "See you, ada!", ""},
		{"nothing to answer", askBot, outreach.Answering{}, "yes", "", ""},
		{"a yes is handed to a person", askBot, outreach.Answering{YesEscalate: true}, "yes", "", outreach.ReasonEscalated},
		{"a no is handed to a person, and answered", askBot, outreach.Answering{NoResponse: "Why?", NoEscalate: true}, "no", "Why?", outreach.ReasonEscalated},
		{"only a no is handed to a person", askBot, outreach.Answering{NoEscalate: true}, "yes", "", ""},
		{"neither", askBot, answersToBoth, "yes but my form is late?", "", outreach.ReasonNotYesOrNo},
		{"neither, of a campaign of agents", askAgent, answersToBoth, "where is it", "", outreach.ReasonNotYesOrNo},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.question(c.policy, c.answering)
			w.text("ada", c.text)
			got := w.sent("ada")
			if c.reply == "" && len(got) > 0 || c.reply != "" && (len(got) != 1 || got[0] != c.reply) {
				t.Errorf("ada gets %q, want %q", got, c.reply)
			}
			if v := w.conversation("ada"); v.WaitingReason != c.reason {
				t.Errorf("needs attention for %q, want %q", v.WaitingReason, c.reason)
			}
		})
	}
}

func TestYesNo_PeopleAreCountedByTheirLatestAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.question(askBot, answersToBoth)
	said := func(yes, no, other int) {
		t.Helper()
		p, err := w.desk(w.manager).Progress(w.ctx, id)
		w.must(err)
		if p.SaidYes != yes || p.SaidNo != no || p.SaidOther != other {
			t.Errorf("%d yes, %d no, %d other, want %d, %d, %d", p.SaidYes, p.SaidNo, p.SaidOther, yes, no, other)
		}
	}
	w.text("ada", "yes")
	w.text("ben", "no")
	said(1, 1, 0)
	w.text("ada", "Yes!")
	if got := w.sent("ada"); len(got) != 1 {
		t.Errorf("the same answer again is answered: %q", got)
	}
	w.text("ada", "no")
	said(0, 2, 0)
	if got := w.sent("ada"); len(got) != 1 || got[0] != "What a pity." {
		t.Errorf("a changed mind gets %q", got)
	}
	w.text("ben", "could i bring a llama")
	said(0, 1, 1)
	w.text("ben", "yes")
	said(1, 1, 0)
	if v := w.conversation("ben"); v.WaitingReason != outreach.ReasonNotYesOrNo {
		t.Errorf("ben waits for %q", v.WaitingReason)
	}
	if got := w.sent("ben"); len(got) != 1 || got[0] != "What a pity." {
		t.Errorf("ben, who waits for a person, gets %q", got)
	}
}

// TestYesNo_WhoSaidWhat looks for people by their latest answer.
func TestYesNo_WhoSaidWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.question(askBot, answersToBoth)
	said := func(want map[outreach.Filter]string) {
		t.Helper()
		for _, only := range []outreach.Filter{outreach.OnlyYes, outreach.OnlyNo, outreach.OnlyOther} {
			for _, waitingFirst := range []bool{false, true} {
				page, err := w.desk(w.manager).Activity(w.ctx, outreach.ActivityQuery{Campaign: id, Filter: only, WaitingFirst: waitingFirst})
				w.must(err)
				got := ""
				for _, v := range page.Rows {
					got += v.FirstName
					if v.Answer != outreach.Answer(only) {
						t.Errorf("among those who said %s is one who said %q", only, v.Answer)
					}
				}
				if got != want[only] {
					t.Errorf("%q said %s, want %q", got, only, want[only])
				}
			}
		}
	}
	answered := func(want map[string]outreach.Answer) {
		t.Helper()
		rows, _, err := w.desk(w.manager).Recipients(w.ctx, outreach.RecipientQuery{Campaign: id})
		w.must(err)
		got := map[string]outreach.Answer{}
		for _, r := range rows {
			got[r.FirstName] = r.Answer
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("the recipients' answers (-want +got):\n%s", diff)
		}
	}
	w.text("ada", "yes")
	said(map[outreach.Filter]string{outreach.OnlyYes: "ada"})
	answered(map[string]outreach.Answer{"ada": outreach.SaidYes, "ben": ""})
	w.text("ada", "could i bring a llama")
	w.text("ben", "no")
	said(map[outreach.Filter]string{outreach.OnlyNo: "ben", outreach.OnlyOther: "ada"})
	answered(map[string]outreach.Answer{"ada": outreach.SaidOther, "ben": outreach.SaidNo})
}

// TestYesNo_AYesToAColleagueIsNoAnswerToTheCampaign says yes to what a person has asked.
func TestYesNo_AYesToAColleagueIsNoAnswerToTheCampaign(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.question(outreach.PolicyForm{Mode: outreach.AgentMode, IDKType: outreach.IDKAgent}, answersToBoth)
	w.text("ada", "i am not sure")
	w.must(w.desk(w.agent).Reply(w.ctx, w.conversation("ada").ID, outreach.Reply{Body: "Shall I call you?"}))
	w.sent("ada")
	w.text("ada", "yes")
	if got := w.sent("ada"); len(got) > 0 {
		t.Errorf("ada gets %q", got)
	}
	if v := w.conversation("ada"); v.WaitingReason != outreach.ReasonAgentMode {
		t.Errorf("needs attention for %q", v.WaitingReason)
	}
	p, err := w.desk(w.manager).Progress(w.ctx, id)
	w.must(err)
	if p.SaidYes != 0 || p.SaidOther != 1 {
		t.Errorf("%d said yes, %d other", p.SaidYes, p.SaidOther)
	}
}

// TestYesNo_WhoMayBeInDangerIsToldWhereToTurn as by the bot.
func TestYesNo_WhoMayBeInDangerIsToldWhereToTurn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.question(askBot, answersToBoth)
	w.text("ada", "no i want to kill myself")
	if got := w.sent("ada"); len(got) != 1 || got[0] == answersToBoth.NoResponse {
		t.Errorf("ada gets %q", got)
	}
	if v := w.conversation("ada"); v.WaitingReason != outreach.ReasonCrisis {
		t.Errorf("needs attention for %q", v.WaitingReason)
	}
}
