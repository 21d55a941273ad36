package main

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// TestLearning is how the bot learns from people, as they meet it in browsers and on handsets.
func TestLearning(t *testing.T) {
	d := startDemo(t, seededHome(t))
	b := openBrowser(t)
	l := &learning{t: t, demo: d, phones: d.phones, dana: b.tab("Dana", d.URL), ann: b.tab("Ann", d.URL)}
	l.dana.signIn(d.credentials("Dana"))
	l.ann.signIn(d.credentials("Ann"))

	l.taught()
	l.corrected()
	l.chosen()
}

// learning is what its steps share.
type learning struct {
	t         *testing.T
	demo      *demoProcess
	phones    phones
	dana, ann *tab
}

// student is somebody whom a campaign of the demo has texted, and who has not answered yet.
type student struct{ name, phone string }

var (
	priya = student{"Priya Tsosie", "+15035550100"}
	mei   = student{"Mei Taylor", "+15035550101"}
	lin   = student{"Lin García", "+15035550102"}
	aria  = student{"Aria Robinson", "+15035550103"}
	minh  = student{"Minh Park", "+15035550104"}
)

// asks has a student text the campaign.
func (l *learning) asks(s student, words string) { l.phones.send(s.phone, aidNumber, words) }

// reads waits until the student's handset shows a text that begins so.
func (l *learning) reads(s student, words string) {
	l.t.Helper()
	eventually(l.t, patience, s.name+" reads "+words, func() bool {
		return strings.HasPrefix(l.phones.last(s.phone, aidNumber), words)
	})
}

// waiting opens a conversation of the inbox, in which somebody waits.
func (l *learning) waiting(p *tab, s student) {
	l.t.Helper()
	p.open("/inbox")
	p.await(soon, s.name)
	p.openConversation(s.name)
}

// answered opens a conversation of the campaign, in which nobody waits, and returns its address.
func (l *learning) answered(p *tab, s student) (path string) {
	l.t.Helper()
	p.open("/campaigns")
	p.follow("FAFSA priority deadline")
	p.open(p.path() + "?q=" + url.QueryEscape(s.name)) // the only one found is open
	p.awaitPart("Conversation with " + s.name)
	return p.path()
}

// press presses a button or link of a conversation in one step: between finding and pressing it, the page
// may have fetched the conversation again.
func (l *learning) press(p *tab, words string) {
	l.t.Helper()
	eventually(l.t, soon, p.who+" presses "+words, func() bool {
		return ask[bool](p, fmt.Sprintf(`(() => {
			const found = document.evaluate(%q, document).iterateNext();
			found?.click();
			return found !== null;
		})()`, pressable(words)))
	})
}

// group finds what belongs to a question of the review queue.
func group(question, inside string) string {
	return fmt.Sprintf(`//form[.//input[@name="question" and @value="%s"]]%s`, question, inside)
}

// What two answers of the starter library begin with.
const (
	newPhone   = "Go to marlowe.edu/mfa"
	oldCredits = "Look up your old classes at marlowe.edu/transfer"
)

// taught has somebody ask what the bot does not know: an agent sees them wait, a manager teaches the bot
// with one click, and the next person who asks it in other words is answered.
func (l *learning) taught() {
	const question = "my phone broke and i cant get into canvas"
	l.asks(priya, question)
	l.waiting(l.ann, priya)
	l.ann.await(soon, "The bot did not know the answer.")

	l.dana.open("/knowledge/review")
	l.dana.arrive("teach the bot", chromedp.Click(chromedp.Search(
		group(question, `//button[@name="answer" and contains(., "I have a new phone")]`)), chromedp.NodeVisible))
	l.dana.await(soon, "Learned. The next person who asks gets the answer.")

	l.asks(mei, "broke my phone, how do i get into canvas")
	l.reads(mei, newPhone)
}

// corrected has an agent say that what the bot answered is no answer, take that back and say it again: the
// text waits in the review, with the answer that was wrong.
func (l *learning) corrected() {
	const question = "im locked out of my account"
	l.asks(lin, question)
	l.reads(lin, "Call the desk of your hall")
	l.phones.settle() // what is delivered later would replace what is pressed
	conversation := l.answered(l.ann, lin)
	l.press(l.ann, "I am locked out of my room.")
	l.ann.await(soon, "Ways people ask this")

	l.ann.open(conversation)
	l.press(l.ann, "Does not answer their question")
	l.ann.await(soon, "Marked as wrong by Ann Okafor. It waits in the review.")
	l.dana.open("/knowledge/review")
	l.dana.await(soon, "Answered wrongly once with “I am locked out of my room.”")
	if l.dana.found(group(question, `//button[contains(., "I am locked out of my room")]`)) {
		l.t.Error("the answer that was wrong is proposed again")
	}

	l.press(l.ann, "Undo")
	l.ann.await(soon, "Does not answer their question")
	l.dana.open("/knowledge/review")
	if l.dana.found(group(question, "")) {
		l.t.Error("what was taken back waits in the review")
	}
	l.press(l.ann, "Does not answer their question")
	l.ann.await(soon, "Marked as wrong by Ann Okafor")
	l.dana.open("/knowledge/review")
	l.dana.arrive("teach the bot", chromedp.Click(chromedp.Search(group(question, `//button[contains(., "I forgot my password")]`)), chromedp.NodeVisible))
	l.ann.await(soon, "Marked as wrong by Ann Okafor, and reviewed.")
}

// chosen has an agent send a suggested answer with its key: the handset shows it once, and the bot answers
// the next person who asks the same.
func (l *learning) chosen() {
	const question = "are my old credits from another college worth anything"
	l.asks(aria, question)
	l.waiting(l.ann, aria)
	l.ann.await(soon, "Suggested answers", "Will my credits transfer?")
	l.ann.inspect()
	l.ann.fill("Reply as Ann", "One moment")
	for range 2 {
		l.ann.do("press Alt and 1", chromedp.KeyEvent("1", chromedp.KeyModifiers(chromedp.ModifierAlt)))
	}
	l.reads(aria, oldCredits)
	l.ann.await(soon, oldCredits, "Ann Okafor")
	eventually(l.t, soon, "what was typed is there still", func() bool {
		return ask[string](l.ann, `document.getElementById("composer-text").value`) == "One moment"
	})
	l.phones.settle()
	if n := len(l.phones.thread(aria.phone, aidNumber)); n != 3 {
		l.t.Errorf("the handset has %d texts, want the campaign's, the question and one answer", n)
	}
	l.dana.open("/knowledge/review")
	if l.dana.found(group(question, "")) {
		l.t.Error("the question waits in the review although an agent has chosen its answer")
	}
	manager := l.demo.signIn("Dana")
	eventually(l.t, patience, "the bot has learned", func() bool {
		return strings.Contains(manager.posted("/knowledge/try", url.Values{"question": {question}}).body, "The bot would answer.")
	})
	l.asks(minh, question)
	l.reads(minh, oldCredits)
}

// found says whether the page has what an XPath describes.
func (p *tab) found(xpath string) bool {
	p.t.Helper()
	return ask[bool](p, fmt.Sprintf("document.evaluate(%q, document).iterateNext() !== null", xpath))
}
