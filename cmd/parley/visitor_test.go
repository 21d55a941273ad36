package main

import (
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// visitor is a signed-in person without a browser: forms work without script.
type visitor struct {
	t      *testing.T
	base   string
	client *http.Client
}

// answer is the page that a request has led to.
type answer struct {
	status int
	path   string // where redirects have ended
	body   string
}

func signIn(t *testing.T, base, email, password string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := &visitor{t, base, &http.Client{Jar: jar, Timeout: time.Minute}}
	if a := v.post("/sign-in", url.Values{"email": {email}, "password": {password}}); a.path == "/sign-in" {
		t.Fatalf("%s cannot sign in: %d\n%s", email, a.status, a.body)
	}
	return v
}

func (v *visitor) read(res *http.Response, err error) answer {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Request.URL.Path, string(body)}
}

func (v *visitor) get(path string) answer {
	v.t.Helper()
	return v.read(v.client.Get(v.base + path))
}

func (v *visitor) post(path string, form url.Values) answer {
	v.t.Helper()
	return v.read(v.client.PostForm(v.base+path, form))
}

// posted is a form that must be taken.
func (v *visitor) posted(path string, form url.Values) answer {
	v.t.Helper()
	a := v.post(path, form)
	if a.status != http.StatusOK {
		v.t.Fatalf("POST %s: %d\n%s", path, a.status, a.body)
	}
	return a
}

// option is the value of the choice of a form whose label begins with words.
func (a answer) option(t *testing.T, words string) string {
	t.Helper()
	for _, m := range regexp.MustCompile(`<option value="([^"]*)"[^>]*>([^<]*)`).FindAllStringSubmatch(a.body, -1) {
		if strings.HasPrefix(html.UnescapeString(m[2]), words) {
			return m[1]
		}
	}
	t.Fatalf("%s offers no choice %q", a.path, words)
	return ""
}

// value is the value of the first field of this name.
func (a answer) value(t *testing.T, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("%s has no field %s:\n%s", a.path, name, a.body)
	}
	return m[1]
}

// launch makes a campaign of agents from list and number, both named by the beginning of their labels,
// and launches it. It returns the path of its page.
func (v *visitor) launch(title, list, number string) (campaign string) {
	v.t.Helper()
	general := v.posted("/campaigns", url.Values{"title": {title}})
	campaign = strings.TrimSuffix(general.path, "/general")
	advanced := v.posted(campaign+"/general", url.Values{"title": {title}, "office": {general.value(v.t, "office")},
		"message": {"Hi {{first_name|there}}, the library is open all night before finals."},
		"list":    {general.option(v.t, list)}, "number": {general.option(v.t, number)}, "next": {"advanced"}})
	review := v.posted(campaign+"/advanced", url.Values{"mode": {"agent"}, "idk": {"agent"},
		"inbox": {advanced.value(v.t, "inbox")}, "archive_days": {"7"}, "next": {"review"}})
	if a := v.posted(campaign+"/launch", url.Values{"fingerprint": {review.value(v.t, "fingerprint")}}); a.path != campaign {
		v.t.Fatalf("the launch led to %s\n%s", a.path, a.body)
	}
	return campaign
}

// recipients are how many texts of a campaign are in each state, as its tab Contacts says it.
type recipients struct{ all, waiting, sent, delivered, failed, skipped, unknown int }

func (v *visitor) recipients(campaign string) recipients {
	v.t.Helper()
	return readRecipients(v.t, v.get(campaign+"/contacts").body)
}

var chip = regexp.MustCompile(`(?s)<a class="chip"[^>]*>(.*?)</a>`)

func readRecipients(t *testing.T, page string) recipients {
	t.Helper()
	count := map[string]int{}
	for _, m := range chip.FindAllStringSubmatch(page, -1) {
		words := strings.TrimSpace(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(m[1], " "))
		at := strings.LastIndex(words, " ")
		n, err := strconv.Atoi(strings.ReplaceAll(words[at+1:], ",", ""))
		if err != nil {
			t.Fatalf("read the count of %q: %v", words, err)
		}
		count[strings.TrimSpace(words[:at])] = n
	}
	return recipients{count["All"], count["Waiting"], count["Sent"], count["Delivered"], count["Failed"], count["Skipped"], count["Outcome unknown"]}
}
