package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

// soon is how fast what happens must show on open pages. A quiet machine takes some tenths of a
// second; this leaves room for one that runs other tests beside.
const soon = 5 * time.Second

const aidNumber = "+12085550142"

// TestStory is the whole product once through, as people meet it: in browsers, from a file of contacts
// to an agent's answer on a handset.
func TestStory(t *testing.T) {
	d := startDemo(t, seededHome(t))
	b := openBrowser(t)
	s := &story{t: t, demo: d, dana: b.tab("Dana", d.URL), ann: b.tab("Ann", d.URL)}
	s.dana.signIn(d.credentials("Dana"))
	s.ann.signIn(d.credentials("Ann"))

	s.importPeople()
	s.writeCampaign()
	s.launch()
	s.askKnown()
	s.askUnknown()
	s.oneToOne()
	s.stop()
	s.audit()
}

// story is what its steps share.
type story struct {
	t         *testing.T
	demo      *demoProcess
	dana, ann *tab
	before    uint64 // the end of the network's log before the launch
	campaign  string // path
}

const invited = 200

// guest is the phone of a person of the file: fictional numbers of two area codes nobody else has.
func guest(n int) string { return fmt.Sprintf("+1%s55501%02d", []string{"212", "646"}[n/100], n%100) }

func guests() (all []string) {
	for n := range invited {
		all = append(all, guest(n))
	}
	return all
}

// guestFile writes two hundred people as five clerks would, and between them three whom nobody can
// text and one for the second time.
func guestFile() string {
	var b strings.Builder
	b.WriteString("First;Family name;Mobile;Diet\r\n")
	for n := range invited {
		area, line := guest(n)[2:5], guest(n)[8:]
		phone := []string{"(%s) 555-%s", "%s.555.%s", "1 %s 555 %s", " %s555%s ", "+1-%s-555-%s"}[n%5]
		fmt.Fprintf(&b, "Guest;\"O'Neill; %d\";%s;\r\n", n, fmt.Sprintf(phone, area, line))
		switch n {
		case 30:
			b.WriteString("Nobody;Short;212-555;vegan\r\n")
		case 60:
			b.WriteString("Nobody;Word;ask her mother;\r\n")
		case 90:
			b.WriteString("Nobody;Empty;;\r\n")
		case 120:
			b.WriteString("Guest;Again;(212) 555-0100;\r\n")
		}
	}
	return b.String()
}

// importPeople goes through the steps of an import.
func (s *story) importPeople() {
	t, dana := s.t, s.dana
	file := filepath.Join(t.TempDir(), "open_day.csv")
	if err := os.WriteFile(file, []byte(guestFile()), 0o644); err != nil {
		t.Fatal(err)
	}
	dana.open("/contacts")
	dana.follow("Import contacts")
	dana.do("choose the file", chromedp.SetUploadFiles(chromedp.Search(labelled("File")), []string{file}))
	dana.fill("Name of the list", "Open day guests")
	dana.follow("Read the file")

	dana.await(soon, "open_day.csv", "Mobile", "(212) 555-0100")
	dana.choose("Family name becomes", "Last name")
	dana.choose("Mobile becomes", "Phone number")
	dana.choose("Diet becomes", "Leave out")
	dana.follow("Check the rows")

	dana.await(patience, "Every one of the 204 rows is counted once.", "What the import will do")
	want := map[string]int{"New people": invited, "Updated": 0, "Unchanged": 0, "Twice in this file": 1, "Cannot be used": 3}
	if diff := cmp.Diff(want, s.shares()); diff != "" {
		t.Errorf("what the import will do (-want +got):\n%s", diff)
	}
	if !dana.sees("Nobody Short", "212-555", "ask her mother", "3 rows to correct") {
		t.Errorf("rows that cannot be used are not shown:\n%s", dana.seen())
	}
	dana.follow("Import 200 people")
	dana.await(patience, "Done.", "Open day guests")
	if diff := cmp.Diff(want, s.shares()); diff != "" {
		t.Errorf("what the import did (-want +got):\n%s", diff)
	}
	dana.inspect()
}

// shares are the counts of an import's outcomes as the page shows them.
func (s *story) shares() map[string]int {
	return ask[map[string]int](s.dana, `Object.fromEntries([...document.querySelectorAll(".shares dl > div")].map((part) =>
		[part.querySelector("dt").textContent.trim(), Number(part.querySelector("dd").textContent.replaceAll(",", ""))]))`)
}

const invitation = "Hi {{first_name|there}}, the open day is on Saturday. Questions? Just reply."

// writeCampaign goes through the steps of a campaign from scratch, up to its review.
func (s *story) writeCampaign() {
	dana := s.dana
	dana.open("/campaigns")
	dana.follow("New campaign")
	dana.fill("Title", "Open day")
	dana.follow("Continue")
	dana.choose("Office", "Financial Aid")
	dana.fill("Message", invitation)
	dana.choose("Contact list", "Open day guests")
	dana.choose("Phone number", "(208) 555-0142")
	dana.await(soon, "Draft saved", "Hi Guest, the open day")
	dana.follow("Continue")
	dana.tick("The bot")
	dana.tick("Ask an agent")
	dana.tick("Financial Aid")
	dana.await(soon, "In Financial Aid")
	dana.follow("Review")
	dana.await(soon, "200 people", "Hi Guest, the open day is on Saturday.", "Launch now to 200 people")
}

// launch sends the campaign to every handset and leaves Dana on its Activity.
func (s *story) launch() {
	t := s.t
	s.before = s.demo.phones.logEnd()
	s.dana.follow("Launch now to 200 people")
	s.campaign = s.dana.path()
	want := map[string]int{}
	for _, phone := range guests() {
		want[phone] = 1
	}
	eventually(t, patience, "every handset has its text", func() bool { return len(s.demo.phones.accepted(s.before)) >= invited })
	s.demo.phones.settle()
	if diff := cmp.Diff(want, s.demo.phones.accepted(s.before)); diff != "" {
		t.Errorf("texts in the network's log (-want +got):\n%s", diff)
	}
	for _, phone := range guests() {
		if got := s.demo.phones.last(phone, aidNumber); got != "Hi Guest, the open day is on Saturday. Questions? Just reply." {
			t.Fatalf("%s reads %q", phone, got)
		}
	}
	s.dana.await(soon, "Open day", "Active", "No conversation yet")
}

// askKnown has somebody ask what the knowledge base answers.
func (s *story) askKnown() {
	asker := guest(7)
	s.demo.phones.send(asker, aidNumber, "how do i apply to marlowe")
	eventually(s.t, patience, "the bot answers", func() bool {
		return strings.HasPrefix(s.demo.phones.last(asker, aidNumber), "Apply at marlowe.edu/apply")
	})
	s.dana.await(soon, "1 conversation", "O'Neill; 7", "Bot: Apply at marlowe.edu/apply")
}

// askUnknown has somebody ask what only a person can answer, and Ann answer it.
func (s *story) askUnknown() {
	t, ann, asker := s.t, s.ann, guest(42)
	ann.open("/inbox")
	before := counted(ann)
	s.demo.phones.send(asker, aidNumber, "can my llama come to the open day")
	t.Logf("a question shows in the agent's inbox after %s", ann.await(soon, "can my llama come", "O'Neill; 42"))
	s.dana.await(soon, "2 conversations", "can my llama come", "1 waiting")
	eventually(t, soon, "the tab of the inbox counts one more", func() bool { return counted(ann) == before+1 })

	ann.openConversation("Guest O'Neill; 42")
	ann.awaitPart("About Guest O'Neill; 42")
	ann.await(soon, "The bot did not know the answer.")
	ann.inspect()
	ann.fill("Reply as Ann", "Only if it carries an umbrella. Ann")
	ann.press("Send")
	t.Logf("an answer shows on the manager's page after %s", s.dana.await(soon, "Agent: Only if it carries an umbrella. Ann"))
	ann.await(soon, "Only if it carries an umbrella. Ann")
	eventually(t, soon, "the composer is empty", func() bool { return ask[string](ann, `document.getElementById("composer-text").value`) == "" })
	eventually(t, patience, "the handset shows the answer", func() bool {
		return s.demo.phones.last(asker, aidNumber) == "Only if it carries an umbrella. Ann"
	})
	eventually(t, soon, "nobody waits on the manager's page", func() bool { return !s.dana.sees("1 waiting") })

	answered := ask[string](ann, openConversation)
	ask[bool](ann, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {altKey: true, code: "KeyN", key: "n", bubbles: true}))`)
	eventually(t, soon, "Alt+N opens the next who waits", func() bool {
		now := ask[string](ann, openConversation)
		return now != "" && now != answered
	})

	ann.follow("Participating")
	ann.await(soon, "O'Neill; 42")
	s.dana.openConversation("Guest O'Neill; 7")
	s.dana.await(soon, "how do i apply to marlowe", "% sure")
}

// openConversation names the conversation that is open on a page; nothing while another takes its place.
const openConversation = `document.querySelector("[data-conversation]")?.dataset.conversation ?? ""`

// counted is how many need attention as the tab of the inbox says.
func counted(p *tab) int {
	return ask[int](p, `Number(document.querySelector(".list-counts a").textContent.replace(/\D/g, ""))`)
}

// oneToOne has Dana text somebody by herself, and begin another such text: it has nothing of the first.
func (s *story) oneToOne() {
	dana, guest := s.dana, guest(3)
	dana.open("/one-to-one/new")
	dana.fill("To", guest)
	dana.fill("Text", "Your umbrella is at the desk. Dana")
	dana.follow("Send")
	dana.await(soon, "Your umbrella is at the desk. Dana")
	eventually(s.t, patience, "the handset shows the text", func() bool {
		return s.demo.phones.last(guest, aidNumber) == "Your umbrella is at the desk. Dana"
	})
	dana.open("/one-to-one/new")
	if left := ask[string](dana, `document.querySelector("form[data-draft] textarea").value`); left != "" {
		s.t.Errorf("the next 1:1 begins with %q", left)
	}
	dana.open(s.campaign)
}

// stop has somebody opt out, and texts everybody again.
func (s *story) stop() {
	t, leaver := s.t, guest(99)
	s.demo.phones.send(leaver, aidNumber, "STOP")
	s.dana.await(soon, "3 conversations", "STOP")
	s.dana.openConversation("Guest O'Neill; 99")
	s.dana.await(soon, "has opted out and may not be texted")

	before := s.demo.phones.logEnd()
	v := s.demo.signIn("Dana")
	again := v.launch(plan{title: "Open day, reminder", office: "Financial Aid", list: "Open day guests", number: "(208) 555-0142"})
	eventually(t, patience, "the reminder is out", func() bool {
		c := v.recipients(again)
		return c.waiting+c.sent == 0
	})
	if diff := cmp.Diff(recipients{all: invited, delivered: invited - 1, skipped: 1}, v.recipients(again), cmp.AllowUnexported(recipients{})); diff != "" {
		t.Errorf("recipients of the reminder (-want +got):\n%s", diff)
	}
	others := slices.DeleteFunc(guests(), func(phone string) bool { return phone == leaver })
	if diff := cmp.Diff(others, slices.Sorted(maps.Keys(s.demo.phones.accepted(before)))); diff != "" {
		t.Errorf("who got the reminder (-want +got):\n%s", diff)
	}
}

// audit compares what the page, parley check and the network's log say of the campaign.
func (s *story) audit() {
	t := s.t
	s.demo.phones.settle()
	s.dana.open(s.campaign + "/contacts")
	got := readRecipients(t, ask[string](s.dana, "document.documentElement.outerHTML"))
	if diff := cmp.Diff(recipients{all: invited, delivered: invited}, got, cmp.AllowUnexported(recipients{})); diff != "" {
		t.Errorf("recipients (-want +got):\n%s", diff)
	}
	s.demo.check()
}
