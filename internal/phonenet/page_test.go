package phonenet_test

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"parley/internal/phonenet"
)

// page fetches the page of handsets.
func (w *world) page(path string) (string, http.Header) {
	w.t.Helper()
	res, err := w.api.Client().Get(w.api.URL + path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 {
		w.t.Fatalf("%s: %d, %v", path, res.StatusCode, err)
	}
	return string(text), res.Header
}

// submit posts a form as a browser without script does.
func (w *world) submit(path string, form url.Values) (status int, location, body string) {
	w.t.Helper()
	client := &http.Client{
		Transport:     w.api.Client().Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.PostForm(w.api.URL+path, form)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Location"), string(text)
}

const hostile = `"><script>alert(1)</script><img src=x onerror=alert(1)>' javascript:alert(1)`

// Nothing that a text, a name or a query says becomes part of the page.
func TestPageEscapes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	for i, kind := range []phonenet.HandsetKind{phonenet.Smartphone, phonenet.Keypad, phonenet.Landline, phonenet.OutOfReach} {
		phone := w.Handset("+1208555018" + string(rune('0'+i)))
		p := phonenet.Profile{Name: hostile[:60], OnDesk: true}
		if err := phone.Describe(p); err != nil {
			t.Fatal(err)
		}
		w.send("To", phone.Phone(), "Body", hostile, "MediaUrl", "https://a.example/"+url.PathEscape(hostile))
		if _, err := phone.Send(t.Context(), office, hostile); err != nil {
			t.Fatal(err)
		}
		w.settle()
		p.Kind = kind
		if err := phone.Describe(p); err != nil {
			t.Fatal(err)
		}
		w.send("To", phone.Phone(), "Body", hostile)
		w.settle()
	}
	for _, path := range []string{"/", "/wire", "/?q=" + url.QueryEscape(hostile) + "&with=" + url.QueryEscape(hostile) + "&phone=" + url.QueryEscape(hostile), "/?phone=%2B12085550181&with=%22%3E%3Cscript"} {
		text, head := w.page(path)
		for _, found := range active(text) {
			t.Errorf("%s contains %s", path, found)
		}
		policy := head.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if !strings.Contains(text, "No real text is sent and nothing costs money.") {
			t.Errorf("%s is not marked as simulated", path)
		}
	}
}

// active lists what in a page could run or load something, but for its own
// script.
func active(page string) (found []string) {
	for tokens := html.NewTokenizer(strings.NewReader(page)); tokens.Next() != html.ErrorToken; {
		tag := tokens.Token()
		if tag.Type != html.StartTagToken && tag.Type != html.SelfClosingTagToken {
			continue
		}
		switch tag.Data {
		case "style", "img", "iframe", "object", "base":
			found = append(found, tag.String())
		}
		for _, a := range tag.Attr {
			own := a.Key == "src" && strings.HasPrefix(a.Val, "static/phones.js?v=")
			address := a.Key == "href" || a.Key == "action" || a.Key == "src"
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || a.Key == "src" && !own ||
				address && strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
				found = append(found, tag.String())
			}
		}
		if tag.Data == "script" && tokens.Next() == html.TextToken {
			found = append(found, "a script of its own: "+tokens.Token().Data)
		}
	}
	return found
}

func TestPageForms(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	status, location, _ := w.submit("/handsets", url.Values{
		"phone": {"(208) 555-0181"}, "name": {"Grandma Ruth"}, "kind": {"keypad"}, "colour": {"slate"}, "back": {"q=ruth&evil=1"},
	})
	if status != 303 || location != "./?evil=1&phone=%2B12085550181&q=ruth" {
		t.Errorf("add: %d to %s", status, location)
	}
	ruth := w.Handset("+12085550181")
	if p := ruth.Profile(); p.Name != "Grandma Ruth" || p.Kind != phonenet.Keypad || !p.OnDesk {
		t.Errorf("added %+v", p)
	}
	status, location, _ = w.submit("/handsets/+12085550181/texts", url.Values{"to": {office}, "body": {" who is this "}})
	if status != 303 || location != "./../../?" {
		t.Errorf("text: %d to %s", status, location)
	}
	if texts := ruth.Texts(); len(texts) != 1 || texts[0].Body != "who is this" {
		t.Errorf("on the phone %+v", texts)
	}
	if text, _ := w.page("/"); !strings.Contains(text, "Grandma Ruth") || !strings.Contains(text, "who is this") {
		t.Error("the page does not show the phone")
	}
	status, _, text := w.submit("/handsets", url.Values{"phone": {"555"}, "name": {"Kept name"}})
	if status != 422 || !strings.Contains(text, "That is not a phone number") || !strings.Contains(text, `value="Kept name"`) {
		t.Errorf("bad number: %d", status)
	}
	if status, _, text = w.submit("/handsets/+12085550181/texts", url.Values{"to": {office}, "body": {" "}}); status != 422 || !strings.Contains(text, `role="alert"`) {
		t.Errorf("empty text: %d", status)
	}
	w.submit("/handsets/+12085550181", url.Values{"on_desk": {"no"}})
	w.submit("/handsets/+12085550181", url.Values{"kind": {"out_of_reach"}, "asks_dark": {"yes"}, "dark": {"on"}})
	if p := ruth.Profile(); p.OnDesk || p.Kind != phonenet.OutOfReach || !p.Dark || p.Name != "Grandma Ruth" {
		t.Errorf("changed %+v", p)
	}
}

func TestPageSetsTheNetwork(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	w.turn(`{"error_500": 0.5}`)
	if status, _, _ := w.submit("/faults", url.Values{"speed": {"10"}, "lost": {"5"}, "travel": {"4"}}); status != 303 {
		t.Errorf("sliders: %d", status)
	}
	if f := w.Faults(); f.Speed != 10 || f.Lost != 0.05 || f.Travel.Max.Seconds() != 4 || f.Error500 != 0.5 {
		t.Errorf("set %+v", f)
	}
	for name, value := range map[string]string{"lost": "101", "speed": "fast", "travel": "-1", "error_500": "NaN", "list_lag": "1e300"} {
		if status, _, text := w.submit("/faults", url.Values{name: {value}}); status != 422 || !strings.Contains(text, `role="alert"`) {
			t.Errorf("%s=%s: %d", name, value, status)
		}
	}
	w.submit("/answering", url.Values{"on": {"on"}})
	if !w.Answering().On {
		t.Error("phones do not answer")
	}
	w.submit("/answering", url.Values{})
	if w.Answering().On {
		t.Error("phones still answer")
	}
	w.turn(`{"error_500": 0, "lost": 0, "speed": 0, "travel": {}}`)
	w.send()
	w.settle()
	w.submit("/everybody", url.Values{})
	w.settle()
	if texts := w.Handset(ada).Texts(); len(texts) < 2 || !texts[1].Mine {
		t.Errorf("nobody answered: %+v", texts)
	}
}

// A page of another site must not turn knobs or send texts.
func TestOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	req, err := http.NewRequest(http.MethodPost, w.api.URL+"/everybody", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Origin", "https://evil.example")
	res, err := w.api.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 403 {
		t.Errorf("answer %d, want 403", res.StatusCode)
	}
}

// A campaign reaches many phones: the newest are listed, any can be found.
func TestPhoneBook(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	for i := range 100 {
		w.send("To", "+120855520"+string(rune('0'+i/10))+string(rune('0'+i%10)))
	}
	w.settle()
	text, _ := w.page("/")
	if got := strings.Count(text, `class="row `); got != 60 || !strings.Contains(text, "60 of 100 phones") {
		t.Errorf("%d rows", got)
	}
	text, _ = w.page("/?q=555-2007")
	if got := strings.Count(text, `class="row `); got != 1 || !strings.Contains(text, "1 match") {
		t.Errorf("search found %d", got)
	}
	text, _ = w.page("/?phone=%2B12085552007")
	if first := strings.Index(text, `id="p12085552007"`); first < 0 || first > strings.Index(text, `id="p12085552099"`) {
		t.Error("the phone asked for is not first")
	}
}

func TestEventsTellOfChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	res, err := w.api.Client().Get(w.api.URL + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	var data []string
	for lines.Scan() {
		if number, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			if data = append(data, number); len(data) == 2 {
				break
			}
			w.send()
		}
	}
	if len(data) != 2 || data[0] == data[1] {
		t.Errorf("events %v, %v", data, lines.Err())
	}
}

// The page can be mounted below a path: no address starts at the root.
func TestAddressesAreRelative(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	w.send()
	w.settle()
	below := httptest.NewServer(http.StripPrefix("/phones", w.Handler()))
	defer below.Close()
	res, err := below.Client().PostForm(below.URL+"/phones/handsets/"+ada+"/texts", url.Values{"to": {office}, "body": {"hi"}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.Request.URL.Path != "/phones/" {
		t.Fatalf("came to %s, %v", res.Request.URL, err)
	}
	if found := regexp.MustCompile(`(href|src|action)="/`).FindString(string(text)); found != "" {
		t.Errorf("the page has %q", found)
	}
	style := regexp.MustCompile(`static/phones\.css\?v=[0-9a-f]+`).FindString(string(text))
	if res, err := below.Client().Get(below.URL + "/phones/" + style); err != nil || res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/css") {
		t.Errorf("%s: %v, %v", style, res, err)
	} else {
		res.Body.Close()
	}
}
