package page_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/net/html"

	"parley/web/page"
	"parley/web/ui"
)

const (
	hostileText = `"><img src=x onerror=alert(1)><script>alert(2)</script>'{{x}}`
	hostileURL  = `javascript:alert(3)`
)

// poison puts hostile text into every string of a page's data, however deep,
// and a hostile address into every string that is called one.
func poison(value reflect.Value, name string) {
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			poison(value.Elem(), name)
		}
	case reflect.Struct:
		if value.Type() == reflect.TypeFor[time.Time]() || value.Type() == reflect.TypeFor[ui.Clock]() {
			return
		}
		for i := range value.NumField() {
			if name := value.Type().Field(i).Name; !ours[name] {
				poison(value.Field(i), name)
			}
		}
	case reflect.Slice:
		for i := range value.Len() {
			poison(value.Index(i), name)
		}
	case reflect.String:
		if value.Type() == reflect.TypeFor[string]() {
			value.SetString(hostile(name))
		}
	}
}

// ours are fields that name something of the program, never a user's words.
var ours = map[string]bool{"Icon": true, "Class": true, "From": true}

func hostile(name string) string {
	if strings.HasSuffix(name, "URL") || name == "Next" || name == "Previous" || name == "Back" || name == "Export" || name == "Another" || name == "Phones" || name == "Events" {
		return hostileURL
	}
	return hostileText
}

func poisoned[P interface{ HTML() templ.Component }](p P) templ.Component {
	poison(reflect.ValueOf(&p).Elem(), "")
	return p.HTML()
}

func TestHostileTextStaysText(t *testing.T) {
	t.Parallel()
	for name, component := range map[string]templ.Component{
		"activity": poisoned(activityOpen()), "inbox": poisoned(inboxOpen()), "campaigns": poisoned(campaigns()),
		"general": poisoned(general()), "advanced": poisoned(advanced()), "advanced draft": poisoned(advancedDraft()),
		"review": poisoned(review()), "sent": poisoned(sent()), "recipients": poisoned(recipients()), "archive": poisoned(archive()),
		"contacts": poisoned(contacts()), "lists": poisoned(contactLists()), "list": poisoned(contactList()), "contact": poisoned(contact()),
		"file": poisoned(importFile()), "columns": poisoned(importColumns()), "check": poisoned(importCheck()),
		"done": poisoned(importProgress(page.ImportDone)), "knowledge": poisoned(knowledge()), "answer": poisoned(answer()),
		"review queue": poisoned(reviewQueue()), "knowledge settings": poisoned(knowledgeOptions()), "answers import": poisoned(answerImport()),
		"starter": poisoned(starter()),
		"number":  poisoned(phoneNumber()), "transcripts": poisoned(transcripts()), "analytics": poisoned(analytics()),
		"campaign analytics": poisoned(campaignAnalytics()), "settings": poisoned(settings(page.SettingsUsers)),
		"sign-in": poisoned(signInWrong()), "error": poisoned(broken()), "start": poisoned(startClone()),
		"calendar": poisoned(november()), "schedule": poisoned(changeTime()), "template": poisoned(saveTemplate()), "later": poisoned(sentLater()),
	} {
		t.Run(name, func(t *testing.T) { harmless(t, render(t, component)) })
	}
}

// addresses are the attributes that a browser, or htmx, follows.
var addresses = map[string]bool{
	"href": true, "src": true, "action": true, "formaction": true, "hx-get": true, "hx-post": true, "sse-connect": true,
	"hx-put": true, "hx-delete": true, "hx-patch": true, "data": true, "poster": true, "ping": true, "srcset": true,
}

func harmless(t *testing.T, document *html.Node) {
	t.Helper()
	for node := range elements(document) {
		if node.Data == "img" || node.Data == "script" && attribute(node, "src") == "" {
			t.Errorf("hostile text became a <%s>", node.Data)
		}
		for _, a := range node.Attr {
			if strings.HasPrefix(a.Key, "on") {
				t.Errorf("hostile text became %s on <%s>", a.Key, node.Data)
			}
			if addresses[a.Key] && strings.HasPrefix(strings.TrimSpace(strings.ToLower(a.Val)), "javascript:") {
				t.Errorf("<%s %s=%q>", node.Data, a.Key, a.Val)
			}
		}
	}
}
