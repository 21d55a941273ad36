package main

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// pages are the pages that people of a role must come to by following links: administrators, managers,
// agents. An id is N; of the query only the words that choose another page count. Others that they come
// to are inspected as well.
var pages = map[string]string{
	"/analytics":                   "a m",
	"/calendar":                    "a m g",
	"/campaigns":                   "a m g",
	"/campaigns?area=archived":     "a m g",
	"/campaigns/N":                 "a m g",
	"/campaigns/N/advanced":        "a m g",
	"/campaigns/N/analytics":       "a m g",
	"/campaigns/N/archive":         "a m",
	"/campaigns/N/contacts":        "a m g",
	"/campaigns/N/general":         "a m g",
	"/campaigns/N/review":          "a m",
	"/campaigns/N/template":        "a m",
	"/campaigns/new":               "a m",
	"/campaigns/new?from=library":  "a m",
	"/campaigns/new?from=previous": "a m",
	"/contacts":                    "a m g",
	"/contacts?view=lists":         "a m g",
	"/contacts/N":                  "a m g",
	"/imports":                     "a m",
	"/imports/N":                   "a m",
	"/inbox":                       "a m g",
	"/inbox?tab=participating":     "a m g",
	"/knowledge":                   "a m g",
	"/knowledge/answers/N":         "a m g",
	"/knowledge/answers/new":       "a m",
	"/knowledge/import":            "a m",
	"/knowledge/review":            "a m",
	"/knowledge/settings":          "a m g",
	"/knowledge/starter":           "a m",
	"/lists/N":                     "a m g",
	"/numbers":                     "a m g",
	"/numbers/N":                   "a m g",
	"/numbers/N/release":           "a",
	"/one-to-one/new":              "a m",
	"/settings":                    "a",
	"/settings?tab=audit":          "a",
	"/settings?tab=failed":         "a",
	"/settings?tab=offices":        "a",
	"/settings?tab=strays":         "a",
	"/settings?tab=users":          "a",
	"/settings/users/N":            "a",
	"/transcripts":                 "a m g",
}

// stages are addresses of the demo's campaigns, one active and one archived, that show another page
// than before the launch, which the walk has seen.
var stages = []string{"/campaigns/2", "/campaigns/2/general", "/campaigns/2/advanced", "/campaigns/1", "/campaigns/1/advanced"}

// TestEveryPage walks through the program as people of each role do, one page of each kind, and
// inspects each at both widths.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	d := startDemo(t, seededHome(t))
	b := openBrowser(t)
	for role, name := range map[string]string{"a": "Rosa", "m": "Dana", "g": "Ann"} {
		p := b.tab(name, d.URL)
		p.signIn(d.credentials(name))
		seen := p.walk()
		for page, who := range pages {
			if strings.Contains(who, role) && !seen[page] {
				t.Errorf("no link leads %s to %s", name, page)
			}
		}
		if role == "a" { // who sees every office
			for _, path := range stages {
				p.open(path)
			}
		}
	}
}

// walk follows links to kinds of pages not seen yet, from the first page on, and returns the kinds.
// A link that leads to an error fails the test.
func (p *tab) walk() (seen map[string]bool) {
	p.t.Helper()
	const tries = 3 // of a kind whose addresses lead elsewhere, as a draft's do
	seen = map[string]bool{}
	tried, due := map[string]int{}, []string{p.path()}
	for len(due) > 0 {
		path, kind := due[0], kindOf(due[0])
		due = due[1:]
		if seen[kind] || tried[kind] == tries {
			continue
		}
		tried[kind]++
		p.open(path)
		seen[kindOf(p.path())] = true
		for _, found := range p.troubles() {
			p.t.Errorf("%s, %s: %s", p.who, path, found)
		}
		due = append(due, ask[[]string](p, `[...document.querySelectorAll("a[href^='/']:not([download], [href*='.csv'])")].map((a) => a.getAttribute("href"))`)...)
	}
	return seen
}

var number = regexp.MustCompile(`\b\d+\b`)

// kindOf leaves of an address what tells one kind of page from another.
func kindOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	kind, choice := number.ReplaceAllString(u.Path, "N"), url.Values{}
	for _, name := range []string{"tab", "view", "area", "from"} {
		if value := u.Query().Get(name); value != "" && !number.MatchString(value) {
			choice.Set(name, value)
		}
	}
	if len(choice) > 0 {
		kind += "?" + choice.Encode()
	}
	return kind
}
