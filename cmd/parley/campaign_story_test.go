package main

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A campaign of the demo that is over, and the numbers that the stories' campaigns run on.
const (
	lastYear        = "Welcome week: how is it going?"
	lastYearsList   = "Sophomores in halls"
	lastYearsPeople = 80
	registrarNumber = "+12085550167" // reusable
	campaignsNumber = "+12085550110" // provisioned
)

// TestCampaignStory is the life of two campaigns as people see it in browsers: one is made after another
// one's model and launched only as it was last reviewed, and both are archived as their dialogs say.
func TestCampaignStory(t *testing.T) {
	t.Parallel()
	d := startDemo(t, seededHome(t))
	b := openBrowser(t)
	s := &campaignStory{t: t, demo: d, visitors: map[string]*visitor{}, dana: b.tab("Dana", d.URL), ben: b.tab("Ben", d.URL), ann: b.tab("Ann", d.URL)}
	s.dana.signIn(d.credentials("Dana"))
	s.ben.signIn(d.credentials("Ben"))
	s.ann.signIn(d.credentials("Ann"))

	s.clone()
	s.launchAsReviewed()
	s.archiveReusable()
	s.archiveProvisioned()
	d.check()
}

type campaignStory struct {
	t              *testing.T
	demo           *demoProcess
	dana, ben, ann *tab
	campaign       string   // path
	people         []person // who write in it
	visitors       map[string]*visitor
}

// clone goes through the wizard from a previous campaign.
func (s *campaignStory) clone() {
	t, dana := s.t, s.dana
	dana.open("/campaigns")
	dana.follow("New campaign")
	dana.follow("From previous")
	dana.follow(lastYear)
	dana.await(soon, "is cloned: its message, answers, tags, office, inboxes, list and reusable number")
	if got := dana.value("Title"); got != lastYear+" (2)" {
		t.Errorf("the title proposed is %q", got)
	}
	dana.retype("Title", strings.ToUpper(lastYear))
	dana.refused("Continue", http.StatusUnprocessableEntity)
	dana.await(soon, "There is already a campaign called", "“"+strings.ToUpper(lastYear)+" (2)” is free")
	dana.shoot("title-taken")
	dana.retype("Title", "Second week: how is it going?")
	dana.follow("Continue")

	dana.await(soon, "Hi ", "welcome back to Marlowe!", "Draft saved")
	for label, want := range map[string]string{"Contact list": lastYearsList, "Phone number": "(208) 555-0167", "Office": "Registrar"} {
		if got := dana.chosen(label); !strings.HasPrefix(got, want) {
			t.Errorf("the clone's %s is %q, want %s", label, got, want)
		}
	}
	dana.follow("Continue")
	dana.await(soon, "In Registrar and Ben Castillo", "days after launch")
	dana.follow("Review")
	dana.await(soon, "Same list as “"+lastYear+"”.", fmt.Sprintf("“%s”, %d people, not changed since", lastYearsList, lastYearsPeople))
	dana.refused("Launch now", http.StatusUnprocessableEntity)
	dana.await(soon, "Tick the box if you mean the same people again.")
	dana.shoot("same-audience")
	dana.tick("Yes, I mean the same people")
	s.campaign = strings.TrimSuffix(dana.path(), "/launch")
}

// launchAsReviewed has a colleague change the message while Dana looks at the review.
func (s *campaignStory) launchAsReviewed() {
	t, dana := s.t, s.dana
	rosa := s.visit("Rosa")
	general := rosa.get(s.campaign + "/general")
	changed := "Hi {{first_name}}, how was your second week? Just reply."
	rosa.posted(s.campaign+"/general", url.Values{"title": {"Second week: how is it going?"}, "office": {general.option(t, "Registrar")},
		"content": {"simple"}, "message": {changed}, "tags": {"welcome"}, "list": {general.option(t, lastYearsList)},
		"number": {general.option(t, "(208) 555-0167")}, "when": {"now"}, "next": {"advanced"}})

	before := s.demo.phones.logEnd()
	dana.refused("Launch now", http.StatusConflict)
	dana.await(soon, "Not launched: the campaign changed since you reviewed it.", "Message: was Hi {{first_name}}, welcome back to Marlowe!",
		"is now "+changed)
	dana.shoot("changed-since")
	s.demo.phones.settle()
	if got := s.demo.phones.accepted(before); len(got) > 0 {
		t.Errorf("a refused launch has sent %v", got)
	}

	dana.await(soon, "how was your second week? Just reply.", "Launch now to 80 people")
	dana.follow("Launch now to 80 people")
	dana.await(soon, "Second week: how is it going?", "No conversation yet")
	eventually(t, patience, "everybody has the text", func() bool { return len(s.demo.phones.accepted(before)) >= lastYearsPeople })
	s.demo.phones.settle()
	for phone, times := range s.demo.phones.accepted(before) {
		if got := s.demo.phones.last(phone, registrarNumber); times != 1 || !strings.HasSuffix(got, "how was your second week? Just reply.") {
			t.Fatalf("%s got %d texts, the last %q", phone, times, got)
		}
	}
}

// archiveReusable stops the campaign on a number that the Registrar keeps. Three people have written, and
// Ben has answered one of them.
func (s *campaignStory) archiveReusable() {
	t, dana, ben := s.t, s.dana, s.ben
	people := s.recipientsOf(s.campaign)[:3]
	s.people = people
	for _, p := range people {
		s.demo.phones.send(p.phone, registrarNumber, "do llamas like jazz")
	}
	ben.open("/inbox")
	dana.await(soon, "3 conversations", "3 waiting")
	ben.answer(people[0].name, "Only the trumpets. Ben")
	dana.await(soon, "2 waiting", "Agent: Only the trumpets. Ben")
	s.wantIn("Ben", "My own inbox", people[1:]...)
	s.wantIn("Priya", "Registrar", people[1:]...)

	s.wantConsequences("archive-reusable",
		"2 people wait for an answer. They keep their place in line and move to this number’s own inboxes: Registrar They leave Ben Castillo’s personal inbox, and Ben sees them in Registrar.",
		"1 conversation leaves the Participating tab of 1 colleague. All texts stay readable under Archived.",
		"Later texts to this number wait for a person, as set for the number.",
	)
	dana.confirmArchive(http.StatusOK)
	dana.await(soon, "Stopped and archived.", "Archived")
	s.wantIn("Ben", "My own inbox")
	s.wantIn("Ben", "Registrar", people[1:]...)
	s.wantIn("Priya", "Registrar", people[1:]...)
	s.wantParticipating("Ben", people[0].name, false)
	s.demo.phones.send(people[0].phone, registrarNumber, "thanks") // later texts wait, as the dialog said
	eventually(t, patience, "a later text waits", func() bool { return cmp.Equal(s.inInbox("Priya", "Registrar"), names(people)) })
}

// archiveProvisioned stops a campaign on a number that serves one at a time. Two of its list and somebody
// who is not on it wait; Ann has answered another stranger.
func (s *campaignStory) archiveProvisioned() {
	t, dana, ann := s.t, s.dana, s.ann
	v := s.visit("Dana")
	campaign := v.launch(plan{title: "Third week", office: "Registrar", list: lastYearsList, number: "(208) 555-0110"})
	eventually(t, patience, "everybody has the text", func() bool { c := v.recipients(campaign); return c.waiting+c.sent == 0 })
	people := s.recipientsOf(campaign)[10:12]
	stranger, answered := person{"(208) 555-0901", "+12085550901"}, person{"(208) 555-0902", "+12085550902"}
	s.people = append(slices.Clone(people), stranger, answered)
	for _, p := range s.people {
		s.demo.phones.send(p.phone, campaignsNumber, "who is this")
	}
	ann.open("/inbox")
	ann.await(soon, people[0].name, people[1].name, stranger.name, answered.name, "+")
	ann.answer(answered.name, "The Registrar of Marlowe. Ann")
	s.wantParticipating("Ann", answered.name, true)
	s.wantIn("Ann", "Financial Aid", s.people[:3]...)

	dana.open(campaign)
	s.wantMenuStays(people[1])
	s.wantConsequences("archive-provisioned",
		"3 people wait and will get no answer. Their conversations leave every inbox. Their texts stay readable under Archived.",
		"1 conversation leaves the Participating tab of 1 colleague. All texts stay readable under Archived.",
		"Later texts to this number are kept with the archived campaign. Nobody answers them; STOP still counts.",
		"The number is free for another campaign at once.",
	)
	dana.confirmArchive(http.StatusUnprocessableEntity)
	dana.await(soon, "3 people wait for an answer and will get none. Tick the box if you mean it.")
	dana.tick("I know that 3 people will get no answer")
	dana.confirmArchive(http.StatusOK)
	dana.await(soon, "Stopped and archived.", "Archived")
	ann.readFromTheTop()
	eventually(t, soon, "they leave the agent's open inbox", func() bool { return !ann.lists(people[0].name) && !ann.lists(stranger.name) })
	s.wantIn("Ann", "Financial Aid")
	s.wantParticipating("Ann", answered.name, false)
	s.demo.phones.send(people[0].phone, campaignsNumber, "hello?")
	dana.await(soon, "hello?")
	s.wantIn("Ann", "Financial Aid")
	if got := s.demo.phones.last(people[0].phone, campaignsNumber); got != "" {
		t.Errorf("a late reply is answered with %q", got)
	}
	v.launch(plan{title: "Fourth week", office: "Registrar", list: lastYearsList, number: "(208) 555-0110"}) // free again
}
