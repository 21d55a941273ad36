package main

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"mime/multipart"
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

// plan is a campaign of agents; office, list and number are named by the beginning of their labels.
type plan struct{ title, office, list, number string }

// launch makes a campaign and launches it. It returns the path of its page.
func (v *visitor) launch(p plan) (campaign string) {
	v.t.Helper()
	general := v.posted("/campaigns", url.Values{"title": {p.title}})
	campaign = strings.TrimSuffix(general.path, "/general")
	advanced := v.posted(campaign+"/general", url.Values{"title": {p.title}, "office": {general.option(v.t, p.office)},
		"message": {"Hi {{first_name|there}}, the library is open all night before finals."},
		"list":    {general.option(v.t, p.list)}, "number": {general.option(v.t, p.number)}, "next": {"advanced"}})
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

// importList goes through the steps of an import as its pages propose it, and returns the last page.
func (v *visitor) importList(name, file string) (done string) {
	v.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", name+".csv")
	if err != nil {
		v.t.Fatal(err)
	}
	io.WriteString(part, file) // a buffer takes everything
	form.WriteField("list", name)
	form.Close()
	columns := v.read(v.client.Post(v.base+"/imports", form.FormDataContentType(), &b))
	fields := url.Values{}
	for i, m := range regexp.MustCompile(`(?s)<select[^>]*name="(column_\d+)".*?<option value="([^"]*)" selected`).FindAllStringSubmatch(columns.body, -1) {
		if m[1] != fmt.Sprint("column_", i) {
			v.t.Fatalf("column %d is named %s", i, m[1])
		}
		fields.Set(m[1], m[2])
	}
	v.posted(columns.path+"/columns", fields)
	eventually(v.t, time.Minute, "the file is checked", func() bool {
		return strings.Contains(v.get(columns.path).body, "What the import will do")
	})
	v.posted(columns.path+"/start", nil)
	eventually(v.t, time.Minute, "the file is imported", func() bool {
		done = v.get(columns.path).body
		return strings.Contains(done, "What the import did")
	})
	return done
}
