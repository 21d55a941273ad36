package phonenet_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/phonenet"
)

// Whatever answer a fault gives, the log tells whether the text was accepted.
func TestAnswerFaults(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		fault    string
		accepted bool
		status   int // 0: no answer
		check    func(t *testing.T, body map[string]any)
	}{
		{"cut_after_accept", true, 0, nil},
		{"timeout_after_accept", true, 0, nil},
		{"error_500_after_accept", true, 500, hasCode(20500)},
		{"bad_gateway_after_accept", true, 502, isHTML},
		{"half_answer", true, 201, isHalf},
		{"cut_before_accept", false, 0, nil},
		{"error_500", false, 500, hasCode(20500)},
		{"bad_gateway", false, 502, isHTML},
		{"too_many", false, 429, hasHeader("Retry-After", "7")},
		{"too_many_bare", false, 429, hasHeader("Retry-After", "")},
		{"redirect_302", false, 302, hasHeader("Location", "/2010-04-01/Accounts/"+account+"/Messages.json")},
		{"redirect_307", false, 307, hasHeader("Location", "/2010-04-01/Accounts/"+account+"/Messages.json")},
	} {
		t.Run(tc.fault, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, optionsWithSeed())
			w.turn(fmt.Sprintf(`{"%s": 1, "retry_after": "7s", "answer_held": "1ms"}`, tc.fault))
			before := w.LogEnd()
			status, body := w.send()
			if status != tc.status {
				t.Errorf("answer %d %v, want %d", status, body, tc.status)
			}
			if tc.check != nil {
				tc.check(t, body)
			}
			w.settle()
			first := w.Entries(before, 1)[0]
			kind := phonenet.KindRefused
			if tc.accepted {
				kind = phonenet.KindAccepted
			}
			if first.Kind != kind || string(first.Fault) != tc.fault {
				t.Errorf("logged %+v", first)
			}
			if got := w.AcceptedCounts(before)[ada] == 1; got != tc.accepted {
				t.Errorf("accepted %v, want %v", got, tc.accepted)
			}
			if got := len(w.Handset(ada).Texts()) == 1; got != tc.accepted {
				t.Errorf("on the phone %v, want %v", got, tc.accepted)
			}
		})
	}
}

func hasCode(code float64) func(*testing.T, map[string]any) {
	return func(t *testing.T, body map[string]any) {
		if body["code"] != code {
			t.Errorf("code %v, want %v", body["code"], code)
		}
	}
}

func hasHeader(name, value string) func(*testing.T, map[string]any) {
	return func(t *testing.T, body map[string]any) {
		if body[name] != value {
			t.Errorf("%s %q, want %q", name, body[name], value)
		}
	}
}

func isHTML(t *testing.T, body map[string]any) {
	if text, _ := body["text"].(string); !strings.Contains(text, "<html>") {
		t.Errorf("answer %v, want a page", body)
	}
}

func isHalf(t *testing.T, body map[string]any) {
	text, _ := body["text"].(string)
	if !strings.HasPrefix(text, "{") || strings.HasSuffix(text, "}") {
		t.Errorf("answer %q, want half a JSON", text)
	}
}

// turn sets faults over HTTP.
func (w *world) turn(body string) {
	w.t.Helper()
	status, text := w.control(http.MethodPut, "/faults", body)
	if status != 200 {
		w.t.Fatalf("set faults: %d %s", status, text)
	}
}

func (w *world) control(method, path, body string) (int, string) {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.api.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := w.api.Client().Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// The same seed meets the same faults, another one others, and about as many
// as asked for.
func TestFaultsAreSeeded(t *testing.T) {
	t.Parallel()
	const texts = 200
	run := func(seed uint64) string {
		w := newWorld(t, phonenet.Options{Seed: seed, Faults: phonenet.Faults{Error500: 0.2, TooMany: 0.1, Lost: 0.25}})
		var out strings.Builder
		for i := range texts {
			status, _ := w.send("To", fmt.Sprintf("+1208555%04d", i))
			fmt.Fprint(&out, status, " ")
		}
		w.settle()
		for i := range texts {
			for _, text := range w.Handset(fmt.Sprintf("+1208555%04d", i)).Texts() {
				fmt.Fprint(&out, text.Status, text.Code, " ")
			}
		}
		return out.String()
	}
	first := run(1)
	if again := run(1); first != again {
		t.Error("the same seed gave other faults")
	}
	if other := run(2); first == other {
		t.Error("another seed gave the same faults")
	}
	for what, want := range map[string]int{"500 ": 40, "429 ": 20, "undelivered": 35} {
		if got := strings.Count(first, what); got < want/2 || got > want*2 {
			t.Errorf("%s%d times, want about %d", what, got, want)
		}
	}
}

func TestFaultsJSON(t *testing.T) {
	t.Parallel()
	in := phonenet.Faults{
		Latency: phonenet.UpTo(time.Second), TooMany: 0.25, RetryAfter: 7 * time.Second, ListLag: time.Hour,
		Travel: phonenet.Span{Min: time.Millisecond, Max: 4 * time.Second},
	}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out phonenet.Faults
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(in, out); diff != "" {
		t.Error(diff)
	}
	if err := json.Unmarshal([]byte(`{"lost": 0.5}`), &out); err != nil {
		t.Fatal(err)
	}
	in.Lost = 0.5
	if diff := cmp.Diff(in, out); diff != "" {
		t.Errorf("a part of the knobs changed others: %s", diff)
	}
	for _, bad := range []string{`{"lost": 1.1}`, `{"lost": -1}`, `{"lots": 1}`, `{"error_500": 0.6, "too_many": 0.6}`, `{"travel": {"min": "2s", "max": "1s"}}`, `{"list_lag": "soon"}`} {
		w := newWorld(t, optionsWithSeed())
		if status, text := w.control(http.MethodPut, "/faults", bad); status != 400 || !strings.Contains(text, "error") {
			t.Errorf("%s: %d %s", bad, status, text)
		}
	}
}

// Every share of Faults has its knob, so none escapes the checks or the page.
func TestEveryShareHasAKnob(t *testing.T) {
	t.Parallel()
	kind := reflect.TypeFor[phonenet.Faults]()
	for i := range kind.NumField() {
		field := kind.Field(i)
		name := field.Tag.Get("json")
		if field.Type.Kind() != reflect.Float64 || name == "speed" {
			continue
		}
		var f phonenet.Faults
		reflect.ValueOf(&f).Elem().Field(i).SetFloat(2)
		if err := f.Validate(); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOtherCallsMeetFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	w.turn(`{"bad_gateway": 1}`)
	if status, _ := w.call(http.MethodGet, "/Messages.json", nil); status != 502 {
		t.Errorf("list: %d", status)
	}
	w.turn(`{"bad_gateway": 0, "cut_after_accept": 1}`)
	if status, _ := w.call(http.MethodGet, "/Messages.json", nil); status != 200 {
		t.Errorf("a fault that hides an accepted text hid a list: %d", status)
	}
}

func TestListLag(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phonenet.Options{Seed: 7, Faults: phonenet.Faults{ListLag: time.Hour}})
	_, created := w.send()
	_, list := w.call(http.MethodGet, "/Messages.json", url.Values{})
	if got := list["messages"].([]any); len(got) != 0 {
		t.Errorf("listed %v", got)
	}
	if status, _ := w.call(http.MethodGet, "/Messages/"+created["sid"].(string)+".json", nil); status != 200 {
		t.Errorf("fetch %d", status)
	}
	w.turn(`{"list_lag": "0s"}`)
	if _, list = w.call(http.MethodGet, "/Messages.json", url.Values{}); len(list["messages"].([]any)) != 1 {
		t.Errorf("listed %v", list["messages"])
	}
}

func TestCallbackFaults(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, faults, want string }{
		{"dropped", `{"callback_dropped": 1}`, ""},
		{"doubled", `{"callback_doubled": 1}`, "sent sent delivered delivered"},
		{"reordered", `{"callback_reordered": 1}`, "delivered sent"},
		{"reordered and doubled", `{"callback_reordered": 1, "callback_doubled": 1}`, "sent delivered sent delivered"},
		{"delayed", `{"callback_delay": {"min": "1ms", "max": "9ms"}}`, "sent delivered"},
		{"lost", `{"lost": 1}`, "sent undelivered"},
		{"filtered", `{"filtered": 1}`, "sent undelivered"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, optionsWithSeed())
			w.turn(tc.faults)
			w.send("StatusCallback", w.program.URL+"/status")
			w.settle()
			if got := w.program.statuses(); got != tc.want {
				t.Errorf("callbacks %q, want %q", got, tc.want)
			}
			if tc.name == "filtered" && w.program.hooks()[1].form.Get("ErrorCode") != "30007" {
				t.Errorf("callback %v", w.program.hooks()[1].form)
			}
			if got := w.count(phonenet.KindUnsent); tc.name == "dropped" && got != 2 {
				t.Errorf("logged %d dropped callbacks", got)
			}
		})
	}
}
