package outreach_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

// The rules of conversations and inboxes.

// botCampaign is a campaign that the bot answers, with one person.
func botCampaign(t *testing.T) (*routed, outreach.CampaignID) {
	t.Helper()
	w := newRouted(t)
	w.teach()
	return w, w.run("Open day", settings(outreach.BotMode, w.officeInbox("Registrar")), "ada")
}

// agentCampaign is a campaign that agents answer, with one person who waits.
func agentCampaign(t *testing.T) (*routed, outreach.Conversation) {
	t.Helper()
	w := newRouted(t)
	w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada")
	w.text("ada", unknown)
	return w, w.conversation("ada")
}

func TestCV1_SwitchedToAgentsFromTheNextText(t *testing.T) {
	w, _ := botCampaign(t)
	w.text("ada", known)
	w.wantSent("ada", lotC)
	w.must(w.desk(w.agent).SwitchMode(w.ctx, w.conversation("ada").ID))
	w.nothingSent("ada")
	w.wantSees("ada", map[*account.Actor]string{&w.agent: ""})
	w.text("ada", known)
	w.nothingSent("ada")
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "Registrar"})
}

func TestCV2_NoSwitchWhileSomebodyIsOwedAnAnswer(t *testing.T) {
	w, v := agentCampaign(t)
	refused[account.Conflict](t, w.desk(w.agent).SwitchMode(w.ctx, v.ID), "answered or cleared")
	if w.conversation("ada").Mode != outreach.AgentMode {
		t.Error("the mode has changed")
	}
}

func TestCV3_TheBotAnswersOnlyLaterTexts(t *testing.T) {
	w := newRouted(t)
	w.teach()
	w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada")
	w.text("ada", known)
	desk := w.desk(w.agent)
	w.must(desk.Clear(w.ctx, w.conversation("ada").ID))
	w.must(desk.SwitchMode(w.ctx, w.conversation("ada").ID))
	w.nothingSent("ada")
	w.text("ada", known)
	w.wantSent("ada", lotC)
}

func TestCV4_ClearedEverywhere(t *testing.T) {
	w := newRouted(t)
	w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar"), w.officeInbox("Aid"), w.ben.PersonalInboxID), "ada")
	w.text("ada", unknown)
	v := w.conversation("ada")
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "Registrar", &w.ben: "Aid, Ben"})
	heard := w.listen(outreach.ConversationTopic(v.ID), outreach.InboxTopic, outreach.CampaignTopic(*v.CampaignID))
	w.must(w.desk(w.agent).Clear(w.ctx, v.ID))
	heard()
	w.must(w.desk(w.ben).Clear(w.ctx, v.ID)) // what does not wait is cleared already
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "", &w.ben: "", &w.org.Admin: ""})
	if n := w.audited("clear", "conversation", int64(v.ID)); n != 1 {
		t.Errorf("%d audit rows", n)
	}
}

// listen returns a function that waits until open pages have been told of all topics.
func (w *world) listen(topics ...string) (wait func()) {
	w.t.Helper()
	const listening = "listening"
	events := make(chan string, 1000)
	go w.db.Listen(w.t.Context(), func(e postgres.Event) {
		if e.Org == w.org.ID {
			events <- e.Topic
		}
	})
	for begun := false; !begun; {
		w.in(func(tx *postgres.Tx) error { tx.Publish(listening); return nil })
		select {
		case <-events:
			begun = true
		case <-time.After(50 * time.Millisecond): // told before anybody listened
		}
	}
	return func() {
		w.t.Helper()
		deadline := time.After(10 * time.Second)
		for len(topics) > 0 {
			select {
			case heard := <-events:
				topics = slices.DeleteFunc(topics, func(topic string) bool { return topic == heard })
			case <-deadline:
				w.t.Fatalf("no page was told of %q", topics)
			}
		}
	}
}

func TestCV5_TheNextTextRaisesItAgain(t *testing.T) {
	w, v := agentCampaign(t)
	w.must(w.desk(w.agent).Clear(w.ctx, v.ID))
	w.text("ada", "hello?")
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "Registrar"})
}

func TestCV6_AnsweredIsClearedAndParticipating(t *testing.T) {
	w, v := agentCampaign(t)
	w.must(w.desk(w.agent).Reply(w.ctx, v.ID, outreach.Reply{Body: "Smooth jazz only."}))
	w.wantSent("ada", "Smooth jazz only.")
	w.wantSees("ada", map[*account.Actor]string{&w.agent: ""})
	if got := w.participating(w.agent); !slices.Equal(got, []string{"ada"}) {
		t.Errorf("Ann takes part in %q", got)
	}
	if got := w.participating(w.manager); len(got) > 0 {
		t.Errorf("Dana takes part in %q", got)
	}
}

func TestCV7_CustomResponse(t *testing.T) {
	w := newRouted(t)
	w.teach()
	form := settings(outreach.BotMode, w.officeInbox("Registrar"))
	form.IDKType, form.CustomResponse = outreach.IDKCustom, "See open.example.edu."
	w.run("Open day", form, "ada")
	w.text("ada", unknown)
	w.wantSent("ada", "See open.example.edu.")
	w.wantSees("ada", map[*account.Actor]string{&w.agent: ""})
}

func TestCV8_AskAnAgent(t *testing.T) {
	for _, holding := range []string{"", "A person will answer you here."} {
		t.Run("holding text "+holding, func(t *testing.T) {
			w := newRouted(t)
			w.teach()
			form := settings(outreach.BotMode, w.officeInbox("Registrar"))
			form.HoldingText = holding
			w.run("Open day", form, "ada")
			w.text("ada", unknown)
			if v := w.conversation("ada"); v.WaitingReason != outreach.ReasonIDK {
				t.Errorf("waits for %q", v.WaitingReason)
			}
			if holding == "" {
				w.nothingSent("ada")
			} else {
				w.wantSent("ada", holding)
			}
		})
	}
}

func TestCV13_TheBotHasAnsweredFirst(t *testing.T) {
	w, _ := botCampaign(t)
	w.text("ada", "thanks!")
	w.sent("ada")
	v := w.conversation("ada")
	seen := w.lastText(v.ID)
	w.text("ada", known) // the bot answers while Ann still types
	err := w.desk(w.agent).Reply(w.ctx, v.ID, outreach.Reply{Body: "Lot B!", Seen: seen})
	refused[account.Conflict](t, err, "The bot has just answered")
	w.wantSent("ada", lotC)
	w.must(w.desk(w.agent).Reply(w.ctx, v.ID, outreach.Reply{Body: "Lot B!", Seen: w.lastText(v.ID)}))
	w.wantSent("ada", "Lot B!")
}

// lastText is the newest text on a page of a conversation.
func (w *world) lastText(id outreach.ConversationID) outreach.MessageID {
	w.t.Helper()
	transcript, err := w.desk(w.agent).Transcript(w.ctx, id, 0)
	w.must(err)
	return transcript.Texts[len(transcript.Texts)-1].ID
}

func TestCV14_PrefixOfFirstOrLastName(t *testing.T) {
	w := newRouted(t)
	id := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "Máría", "omar", "Márk Twain")
	for _, name := range []string{"Máría", "omar", "Márk Twain"} {
		w.text(name, "hi")
	}
	for search, want := range map[string]int{"mar": 2, "MÁR": 2, "mark": 1, "ar": 0, "": 3} {
		page, err := w.desk(w.agent).Activity(w.ctx, outreach.ActivityQuery{Campaign: id, Name: search})
		w.must(err)
		if len(page.Rows) != want {
			t.Errorf("%q finds %d, want %d", search, len(page.Rows), want)
		}
	}
}

func TestCV15_TwoAgentsAnswerOne(t *testing.T) {
	w, v := agentCampaign(t)
	colleague := w.org.User(t, "Cleo", account.Agent, w.office)
	seen := w.lastText(v.ID)
	replying := func(when string, want ...string) {
		t.Helper()
		who, err := w.desk(w.agent).WhoReplies(w.ctx, v.ID)
		w.must(err)
		listed, err := w.desk(w.agent).WhoRepliesIn(w.ctx, []outreach.ConversationID{v.ID, v.ID + 1})
		w.must(err)
		if !slices.Equal(who, want) || !slices.Equal(listed[v.ID], want) || len(listed[v.ID+1]) > 0 {
			t.Errorf("%s Ann sees %q replying, and %v in the list; want %q", when, who, listed, want)
		}
	}
	w.must(w.desk(colleague).Typing(w.ctx, v.ID))
	w.must(w.desk(w.agent).Typing(w.ctx, v.ID)) // whom she need not be told of
	replying("while Cleo types", "Cleo")
	w.must(w.desk(colleague).Reply(w.ctx, v.ID, outreach.Reply{Body: "Yes.", Seen: seen}))
	replying("once she has answered")
	refused[account.Conflict](t, w.desk(w.agent).Reply(w.ctx, v.ID, outreach.Reply{Body: "No.", Seen: seen}), "Cleo has just answered")
	w.wantSent("ada", "Yes.")
	w.must(w.desk(w.agent).Reply(w.ctx, v.ID, outreach.Reply{Body: "No.", Seen: w.lastText(v.ID)}))
	w.wantSent("ada", "No.")
	w.must(w.desk(colleague).Typing(w.ctx, v.ID))
	w.ahead.Add(int64(time.Minute))
	replying("a minute after she has stopped")
}

// What the person writes while the agent types is not answered by the answer.
func TestCV15_ContactAndAgentAtOnce(t *testing.T) {
	w, v := agentCampaign(t)
	seen := w.lastText(v.ID)
	w.ahead.Add(int64(time.Hour))
	w.text("ada", "and can it sing?")
	w.must(w.desk(w.agent).Reply(w.ctx, v.ID, outreach.Reply{Body: "Smooth jazz only.", Seen: seen}))
	w.wantSent("ada", "Smooth jazz only.")
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "Registrar"})
	if since := w.conversation("ada").WaitingSince; since.Sub(*v.WaitingSince) < 59*time.Minute {
		t.Errorf("waits since %v, want since the second question", since)
	}
	w.must(w.desk(w.agent).Reply(w.ctx, v.ID, outreach.Reply{Body: "No.", Seen: w.lastText(v.ID)}))
	w.wantSees("ada", map[*account.Actor]string{&w.agent: ""})
}

// An agent's text keeps since when the person had waited for it: not for one that answers what nobody
// waited for, though a text that came unseen waits.
func TestCV15_TheWaitThatAnAnswerEnds(t *testing.T) {
	w, v := agentCampaign(t)
	first := *v.WaitingSince
	seen := w.lastText(v.ID)
	w.must(w.desk(w.agent).Reply(w.ctx, v.ID, outreach.Reply{Body: "Yes.", Seen: seen}))
	w.ahead.Add(int64(time.Hour))
	w.text("ada", "and can it sing?")
	second := *w.conversation("ada").WaitingSince
	w.must(w.desk(w.agent).Reply(w.ctx, v.ID, outreach.Reply{Body: "No.", Seen: seen}))
	w.must(w.desk(w.agent).Reply(w.ctx, v.ID, outreach.Reply{Body: "It cannot.", Seen: w.lastText(v.ID)}))
	w.promises()

	var waits []*time.Time
	w.in(func(tx *postgres.Tx) (err error) {
		waits, err = postgres.Values[*time.Time](w.ctx, tx, `
			select waiting_since from message where org_id = @org and conversation_id = @conversation and author = 'agent' order by id`,
			postgres.Args{"conversation": v.ID})
		return err
	})
	if diff := cmp.Diff([]*time.Time{&first, nil, &second}, waits); diff != "" {
		t.Error("waits (-want +got):\n" + diff)
	}
}

func TestSwitchModes_ManyAtOnceButThoseWhoWait(t *testing.T) {
	w := newRouted(t)
	w.teach()
	id := w.run("Open day", settings(outreach.BotMode, w.officeInbox("Registrar")), "ada", "cleo", "dora")
	w.text("ada", unknown)
	w.text("cleo", known)
	w.text("dora", known)
	for _, again := range []bool{false, true} {
		done, err := w.desk(w.agent).SwitchModes(w.ctx, outreach.ActivityQuery{Campaign: id, Filter: outreach.Replied}, outreach.AgentMode)
		w.must(err)
		want := outreach.SwitchedModes{Switched: 2, Waiting: 1}
		if again {
			want.Switched = 0
		}
		if done != want {
			t.Errorf("again: %v: %+v, want %+v", again, done, want)
		}
	}
	for name, mode := range map[string]outreach.Mode{"ada": outreach.BotMode, "cleo": outreach.AgentMode, "dora": outreach.AgentMode} {
		v := w.conversation(name)
		if v.Mode != mode {
			t.Errorf("%s is in %s mode", name, v.Mode)
		}
		if n := w.audited("switch mode", "conversation", int64(v.ID)); (n == 1) != (mode == outreach.AgentMode) {
			t.Errorf("%s has %d audit rows", name, n)
		}
	}
	_, err := w.desk(w.agent).SwitchModes(w.ctx, outreach.ActivityQuery{Campaign: id}, "robot")
	refused[account.Invalid](t, err, "mode")
	w.archive(id)
	_, err = w.desk(w.agent).SwitchModes(w.ctx, outreach.ActivityQuery{Campaign: id}, outreach.BotMode)
	refused[account.Conflict](t, err, "archived")
}

func TestSubscribe_PersonalInbox(t *testing.T) {
	w := newRouted(t)
	id := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada")
	w.text("ada", unknown)
	desk := w.desk(w.agent)
	w.must(desk.Subscribe(w.ctx, id))
	w.must(desk.Subscribe(w.ctx, id))
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "Ann, Registrar"})
	if on, err := desk.Subscribed(w.ctx, id); err != nil || !on {
		t.Errorf("subscribed: %v, %v", on, err)
	}
	if n := w.audited("subscribe", "campaign", int64(id)); n != 1 {
		t.Errorf("%d audit rows", n)
	}
	refused[error](t, w.desk(w.ben).Subscribe(w.ctx, id), "not found") // a campaign of another office
	w.must(desk.Unsubscribe(w.ctx, id))
	w.must(desk.Unsubscribe(w.ctx, id))
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "Registrar"})
	w.must(w.desk(w.manager).SaveAdvanced(w.ctx, id, outreach.Advanced{AutoArchiveDays: 7, Policy: settings(outreach.AgentMode, w.agent.PersonalInboxID)}))
	refused[account.Conflict](t, desk.Unsubscribe(w.ctx, id), "only inbox")
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "Ann"})
}

// TestCV13_TextsThatBeginAConversationAtOnce: a person's first texts come together, in a campaign and
// outside of it, questions and a STOP among them. Each is kept once, all of them in one conversation, and
// nothing is said after the STOP but to texts before it.
func TestCV13_TextsThatBeginAConversationAtOnce(t *testing.T) {
	w := newRouted(t)
	id := w.run("Open day", settings(outreach.BotMode, w.officeInbox("Registrar")), "ada")
	intake := outreach.NewIntake(pgtest.Open(t, postgres.WithMaxConns(24)), w.library)
	for _, name := range []string{"ada", "stranger"} {
		from := w.person(name)
		bodies := []string{unknown, "where do i park", "STOP", "hello", "is it far", "can my cat come", "ok"}
		w.atOnce(len(bodies), func(i int) error {
			return intake.Receive(w.ctx, w.org.ID, outreach.Inbound{SID: fmt.Sprintf("SM%031x%d", i, len(name)), From: from, To: w.phone, Body: bodies[i]})
		})
		type found struct{ Conversations, Texts, Late int }
		var got found
		w.in(func(tx *postgres.Tx) (err error) {
			got, err = postgres.Row[found](w.ctx, tx, `
				select count(distinct m.conversation_id) as conversations, count(*) filter (where m.author = 'contact') as texts,
					count(*) filter (where m.author = 'bot' and m.in_reply_to > stop.id) as late
				from contact c
				join message m on m.org_id = @org and m.contact_id = c.id and m.author <> 'campaign'
				join message stop on stop.org_id = @org and stop.contact_id = c.id and stop.body = 'STOP'
				where c.org_id = @org and c.phone = @phone`, postgres.Args{"phone": from})
			return err
		})
		if got != (found{Conversations: 1, Texts: len(bodies)}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	progress, err := w.desk(w.manager).Progress(w.ctx, id)
	w.must(err)
	if progress.Conversations != 1 || progress.Replied != 1 || progress.OptedOut != 1 {
		t.Errorf("counted %+v", progress)
	}
	w.promises()
}
