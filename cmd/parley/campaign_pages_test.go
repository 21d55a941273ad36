package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

// What the story of campaigns asks of pages, beside what every story does.

// value is what a field holds, whose label begins so.
func (p *tab) value(label string) string {
	p.t.Helper()
	return ask[string](p, fmt.Sprintf("document.evaluate(%q, document).iterateNext()?.value ?? ''", labelled(label)))
}

// chosen is the choice taken in a list whose label begins so.
func (p *tab) chosen(label string) string {
	p.t.Helper()
	return ask[string](p, fmt.Sprintf("document.evaluate(%q, document).iterateNext()?.selectedOptions[0].text ?? ''", labelled(label)))
}

// retype types into a field in place of what it holds.
func (p *tab) retype(label, value string) {
	p.t.Helper()
	ask[bool](p, fmt.Sprintf(`(() => {
		const field = document.evaluate(%q, document).iterateNext();
		field?.focus();
		field?.select();
		return true;
	})()`, labelled(label)))
	p.do("retype "+label, chromedp.SendKeys(chromedp.Search(labelled(label)), value))
}

// refused presses what the server answers with a page of that status, which says why, and inspects it.
func (p *tab) refused(words string, status int) {
	p.t.Helper()
	p.meet("press "+words, pressable(words), status)
}

// confirmArchive presses the button of the question whether to stop and archive.
func (p *tab) confirmArchive(status int) {
	p.t.Helper()
	p.meet("stop and archive", `//form[contains(@action, "/archive")]//button[@type="submit"]`, status)
}

func (p *tab) meet(what, pressed string, status int) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.Search(pressed), chromedp.NodeVisible))
	if err != nil {
		p.t.Fatalf("%s: %s: %v\n%s", p.who, what, err, p.seen())
	}
	if int(res.Status) != status {
		p.t.Fatalf("%s: %s: %d, want %d\n%s", p.who, what, int(res.Status), status, p.seen())
	}
	p.inspect()
	for _, problem := range p.troubles() {
		if !strings.Contains(problem, fmt.Sprintf("status of %d", status)) {
			p.complain(problem)
		}
	}
}

// openMenu opens the menu of the campaign of the page.
func (p *tab) openMenu() {
	p.t.Helper()
	p.do("open the menu", chromedp.Click(chromedp.Search(`//summary[contains(., "More acts on this campaign")]`), chromedp.NodeVisible))
}

// askArchive opens the question whether to stop and archive the campaign of the page, and returns what it
// says will happen.
func (p *tab) askArchive() (consequences []string) {
	p.t.Helper()
	p.openMenu()
	p.press("Stop and archive")
	eventually(p.t, soon, p.who+" is asked", func() bool {
		consequences = ask[[]string](p, `[...document.querySelectorAll("dialog[open] .consequences > li > div")].map((said) => said.innerText)`)
		return len(consequences) > 0
	})
	for i, said := range consequences {
		consequences[i] = strings.Join(strings.Fields(said), " ")
	}
	return consequences
}

// answer chooses somebody of the list beside and sends them a text.
func (p *tab) answer(name, text string) {
	p.t.Helper()
	p.openConversation(name)
	p.awaitPart("About " + name)
	p.retype("Reply as "+p.who, text) // in place of what the bot may suggest
	p.press("Send")
}

// lists says whether the list beside has a row of somebody.
func (p *tab) lists(name string) bool {
	p.t.Helper()
	return ask[bool](p, fmt.Sprintf("document.evaluate(%q, document).iterateNext() !== null", conversationRow(name)))
}

// readFromTheTop scrolls the list beside back, which is left as it is while somebody reads far down.
func (p *tab) readFromTheTop() {
	p.t.Helper()
	ask[bool](p, `(document.getElementById("conversation-list").scrollTo(0, 0), true)`)
}

// shoot keeps a picture of the page at both widths in the folder that SCREENSHOTS names, if it names one.
func (p *tab) shoot(name string) {
	p.t.Helper()
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		return
	}
	for _, width := range []int64{narrow, wide} {
		p.do("resize the window", chromedp.EmulateViewport(width, 900))
		ctx, cancel := context.WithTimeout(p.ctx, patience)
		picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		cancel()
		if err == nil {
			err = os.WriteFile(filepath.Join(folder, fmt.Sprintf("%s-%d.png", name, width)), picture, 0o644)
		}
		if err != nil {
			p.t.Errorf("take a picture of %s: %v", name, err)
		}
	}
}

// person is somebody with a phone, by the name that lists show.
type person struct{ name, phone string }

func names(people []person) (all []string) {
	for _, p := range people {
		all = append(all, p.name)
	}
	slices.Sort(all)
	return all
}

// visit is somebody signed in without a browser.
func (s *campaignStory) visit(who string) *visitor {
	s.t.Helper()
	if s.visitors[who] == nil {
		s.visitors[who] = s.demo.signIn(who)
	}
	return s.visitors[who]
}

// recipientsOf are those of a campaign who have got its text.
func (s *campaignStory) recipientsOf(campaign string) (people []person) {
	s.t.Helper()
	file := s.visit("Dana").get(campaign + "/recipients.csv?state=delivered").body
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff"))).ReadAll()
	if err != nil {
		s.t.Fatal("read the file of recipients:", err)
	}
	for _, row := range rows[1:] {
		people = append(people, person{row[1] + " " + row[2], strings.TrimPrefix(row[0], "'")})
	}
	return people
}

// wantConsequences has Dana asked whether to stop and archive the campaign of her page, takes a picture, and
// compares what the question says will happen.
func (s *campaignStory) wantConsequences(picture string, want ...string) {
	s.t.Helper()
	got := s.dana.askArchive()
	s.dana.shoot(picture)
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("what archiving will do (-want +got):\n%s", diff)
	}
}

// wantMenuStays has somebody text while Dana has the menu of the campaign open: the list beside follows, and
// what she has open stays until she closes it.
func (s *campaignStory) wantMenuStays(by person) {
	s.t.Helper()
	s.dana.openMenu()
	s.demo.phones.send(by.phone, campaignsNumber, "and is it today")
	s.dana.await(soon, "and is it today")
	const isOpen = `document.querySelector("#campaign-head details.menu")?.open ?? false`
	s.dana.await(soon, "Stop and archive")
	if !ask[bool](s.dana, isOpen) {
		s.t.Error("the menu closes when somebody texts")
	}
	s.dana.openMenu() // closes it
	if ask[bool](s.dana, isOpen) {
		s.t.Error("the menu does not close")
	}
}

// wantIn checks which of the story's people wait in an inbox of somebody.
func (s *campaignStory) wantIn(who, inbox string, want ...person) {
	s.t.Helper()
	if diff := cmp.Diff(names(want), s.inInbox(who, inbox)); diff != "" {
		s.t.Errorf("who waits in %s's inbox %q (-want +got):\n%s", who, inbox, diff)
	}
}

// inInbox are the names of the story's people who wait in an inbox, in the order of the alphabet.
func (s *campaignStory) inInbox(who, inbox string) []string {
	s.t.Helper()
	v := s.visit(who)
	return s.listed(v.get("/inbox?inbox=" + v.get("/inbox").option(s.t, inbox)))
}

var rowName = regexp.MustCompile(`<span class="row-line"><b>([^<]*)</b>`)

func (s *campaignStory) listed(a answer) (found []string) {
	s.t.Helper()
	for _, m := range rowName.FindAllStringSubmatch(a.body, -1) {
		if name := html.UnescapeString(m[1]); slices.Contains(names(s.people), name) {
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found
}

func (s *campaignStory) wantParticipating(who, name string, want bool) {
	s.t.Helper()
	if got := slices.Contains(s.listed(s.visit(who).get("/inbox?tab=participating")), name); got != want {
		s.t.Errorf("%s takes part in the conversation with %s: %v, want %v", who, name, got, want)
	}
}
