package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// The widths at which pages are looked at: a desk and a phone.
const (
	wide   = 1440
	narrow = 390
)

// patience bounds one act in the browser, on a machine that is busy with other tests.
const patience = 30 * time.Second

// browser is a Chromium without a window and without a past.
type browser struct {
	t   *testing.T
	ctx context.Context
}

func openBrowser(t *testing.T) *browser {
	t.Helper()
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Headless, chromedp.NoFirstRun,
		chromedp.UserDataDir(t.TempDir()), chromedp.WindowSize(wide, 900),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(func() {
		defer cancel()
		ending, stop := context.WithTimeout(ctx, patience)
		defer stop()
		if err := chromedp.Cancel(ending); err != nil {
			t.Error("close the browser:", err)
		}
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal("start Chromium:", err)
	}
	return &browser{t, ctx}
}

func chromium(t *testing.T) string {
	t.Helper()
	names := []string{"chromium", "chromium-browser", "google-chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"}
	if given := os.Getenv("CHROMIUM"); given != "" {
		names = []string{given}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatalf("no Chromium: looked for %s. Type: apt-get install -y chromium", strings.Join(names, ", "))
	return ""
}

// tab is somebody's open page. What goes wrong in its console fails the test at its end.
type tab struct {
	t    *testing.T
	who  string
	base string
	ctx  context.Context

	mu       sync.Mutex // guards problems
	problems []string
}

// tab opens a page that shares no cookies with the others: another person's browser.
func (b *browser) tab(who, base string) *tab {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	b.t.Cleanup(cancel)
	p := &tab{t: b.t, who: who, base: base, ctx: ctx}
	if err := chromedp.Do(ctx); err != nil { // without a time limit, at which the tab would close
		b.t.Fatal("open a tab:", err)
	}
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return // the tab is closed
			}
			if m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleException || m.Type == chromedp.ConsoleWarning {
				p.complain(fmt.Sprintf("%s (%s)", m, m.URL))
			}
		}
	}()
	b.t.Cleanup(func() {
		for _, problem := range p.troubles() {
			b.t.Errorf("%s's console: %s", who, problem)
		}
	})
	return p
}

func (p *tab) complain(problem string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.problems = append(p.problems, problem)
}

// troubles are the errors and warnings of the console since they were last asked for.
func (p *tab) troubles() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	found := p.problems
	p.problems = nil
	return found
}

// replacedNode is what the browser says of an element that a live part of the page has replaced between the
// look for it and the hand on it.
const replacedNode = "Could not find node with given id"

// do does what a person does, who reaches for an element again that was replaced under their hand.
func (p *tab) do(what string, acts ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	err := chromedp.Do(ctx, acts...)
	for err != nil && strings.Contains(err.Error(), replacedNode) {
		err = chromedp.Do(ctx, acts...)
	}
	if err != nil {
		p.t.Fatalf("%s: %s: %v\n%s", p.who, what, err, p.seen())
	}
}

// seen is the page as it can be read, for whoever wants to know why a test failed.
func (p *tab) seen() string {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	seen, err := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href + '\\n' + document.body?.innerText"))
	if err != nil {
		return err.Error()
	}
	return seen
}

// ask evaluates an expression on the page.
func ask[T any](p *tab, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		p.t.Fatalf("%s: ask the page: %v", p.who, err)
	}
	return value
}

// open goes to an address, which must be there, and inspects the page.
func (p *tab) open(path string) {
	p.t.Helper()
	p.arrive("open "+path, chromedp.Navigate(p.base+path))
}

// arrive does what leads to another page, and inspects that.
func (p *tab) arrive(what string, act chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, act)
	if err != nil {
		p.t.Fatalf("%s: %s: %v\n%s", p.who, what, err, p.seen())
	}
	if res.Status >= 400 {
		p.t.Fatalf("%s: %s: %d\n%s", p.who, what, int(res.Status), p.seen())
	}
	p.inspect()
}

//go:embed testdata/inspect.js
var inspection string

// inspect looks at the page at both widths.
func (p *tab) inspect() {
	p.t.Helper()
	for _, width := range []int64{narrow, wide} {
		p.do("resize the window", chromedp.EmulateViewport(width, 900))
		var wrong []string
		eventually(p.t, patience, "the page is loaded", func() bool {
			wrong = ask[[]string](p, inspection)
			return wrong != nil
		})
		for _, w := range wrong {
			p.t.Errorf("%s, %s at %d pixels: %s", p.who, p.path(), width, w)
		}
	}
}

func (p *tab) path() string {
	p.t.Helper()
	return ask[string](p, "location.pathname + location.search")
}

// pressable finds the first button or link whose words begin so, leaving out closed dialogs and menus.
// The words have no quotes, here and in the others.
func pressable(words string) string {
	return fmt.Sprintf(`((//button | //a)[starts-with(normalize-space(.), "%s")][not(ancestor::dialog[not(@open)] | ancestor::details[not(@open)])])[1]`, words)
}

// conversationRow finds the row of a conversation by the name in it.
func conversationRow(name string) string {
	return fmt.Sprintf(`//*[@id="conversation-list"]//li//a[descendant::b[normalize-space(.) = "%s"]]`, name)
}

// labelled finds the field whose label begins so.
func labelled(label string) string {
	return fmt.Sprintf(`//*[@id = //label[starts-with(normalize-space(.), "%s")]/@for]`, label)
}

// press presses a button or link that keeps the page.
func (p *tab) press(words string) {
	p.t.Helper()
	p.do("press "+words, chromedp.Click(chromedp.Search(pressable(words)), chromedp.NodeVisible))
}

// follow presses a button or link that leads to another page.
func (p *tab) follow(words string) {
	p.t.Helper()
	p.arrive("press "+words, chromedp.Click(chromedp.Search(pressable(words)), chromedp.NodeVisible))
}

// fill types into a field.
func (p *tab) fill(label, value string) {
	p.t.Helper()
	p.do("fill in "+label, chromedp.SendKeys(chromedp.Search(labelled(label)), value))
}

// choose takes the choice of a list whose words begin so, as a click on it does.
func (p *tab) choose(label, words string) {
	p.t.Helper()
	chosen := ask[bool](p, fmt.Sprintf(`(() => {
		const label = [...document.querySelectorAll("label")].find((l) => l.textContent.trim().startsWith(%q));
		const option = [...(label?.control?.options ?? [])].find((o) => o.text.startsWith(%q));
		if (!option) return false;
		option.selected = true;
		for (const name of ["input", "change"]) label.control.dispatchEvent(new Event(name, { bubbles: true }));
		return true;
	})()`, label, words))
	if !chosen {
		p.t.Fatalf("%s: there is no %q to choose as %s\n%s", p.who, words, label, p.seen())
	}
}

// tick ticks a box, if it is not ticked yet, or takes one of several choices.
func (p *tab) tick(label string) {
	p.t.Helper()
	ticked := ask[bool](p, fmt.Sprintf("document.evaluate(%q, document).iterateNext()?.checked ?? false", labelled(label)))
	if !ticked {
		p.do("tick "+label, chromedp.Click(chromedp.Search(labelled(label))))
	}
}

// sees says whether these words can be read on the page now.
func (p *tab) sees(words ...string) bool {
	p.t.Helper()
	seen := ask[string](p, "document.body?.innerText ?? ''")
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(seen, w) })
}

// await waits until these words can be read on the page, which nobody reloads.
func (p *tab) await(within time.Duration, words ...string) time.Duration {
	p.t.Helper()
	defer func() {
		if p.t.Failed() {
			p.t.Logf("%s saw:\n%s", p.who, p.seen())
		}
	}()
	return eventually(p.t, within, fmt.Sprintf("%s sees %q", p.who, words), func() bool { return p.sees(words...) })
}

// openConversation chooses a conversation of the list beside and waits until it is there.
func (p *tab) openConversation(name string) {
	p.t.Helper()
	p.do("open the conversation with "+name, chromedp.Click(chromedp.Search(conversationRow(name)), chromedp.NodeVisible))
	p.awaitPart("Conversation with " + name)
}

// awaitPart waits until the page has a part that screen readers call so.
func (p *tab) awaitPart(label string) {
	p.t.Helper()
	eventually(p.t, soon, fmt.Sprintf("%s finds the part %q", p.who, label), func() bool {
		return ask[bool](p, fmt.Sprintf("document.querySelector(%q) !== null", fmt.Sprintf("[aria-label=%q]", label)))
	})
}

func (p *tab) signIn(email, password string) {
	p.t.Helper()
	p.open("/sign-in")
	p.fill("E-mail", email)
	p.fill("Password", password)
	p.follow("Sign in")
}
