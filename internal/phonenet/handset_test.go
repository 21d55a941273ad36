package phonenet_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/phonenet"
)

func TestInboundFields(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	sent, err := w.Handset(ada).SendMedia(t.Context(), office, "hello", "https://a.example/cat.png")
	if err != nil {
		t.Fatal(err)
	}
	w.settle()
	form := w.program.hooks()[0].form
	for _, name := range strings.Fields("ToCountry ToState SmsMessageSid NumMedia ToCity FromZip SmsSid FromState SmsStatus FromCity Body FromCountry To ToZip NumSegments MessageSid AccountSid From ApiVersion MediaUrl0 MediaContentType0") {
		if form.Get(name) == "" {
			t.Errorf("%s is missing", name)
		}
	}
	for name, want := range map[string]string{
		"Body": "hello", "From": ada, "To": office, "MessageSid": sent.SID, "NumMedia": "1", "AccountSid": account,
		"MediaContentType0": "image/png", "FromCity": "BOISE", "SmsStatus": "received", "NumSegments": "1",
	} {
		if got := form.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if texts := w.Handset(ada).Texts(); texts[0].Status != phonenet.StatusDelivered || !texts[0].Mine {
		t.Errorf("on the phone %+v", texts)
	}
	_, list := w.call(http.MethodGet, "/Messages.json?To="+"%2B12085550142", nil)
	got := list["messages"].([]any)[0].(map[string]any)
	if got["direction"] != "inbound" || got["status"] != "received" {
		t.Errorf("listed %v", got)
	}
}

func TestKeywords(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	phone := w.Handset(ada)
	for i, tc := range []struct {
		text   string
		notice string
		out    bool
	}{
		{"the bus stop", "", false},
		{"START", "", false},
		{"help", "Reply STOP to unsubscribe. Msg&Data Rates May Apply.", false},
		{" Stop ", "You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.", true},
		{"STOP", "", true},
		{"INFO", "", true},
		{"yes", "You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.", false},
		{"optout", "You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.", true},
	} {
		before := len(phone.Texts())
		if _, err := phone.Send(t.Context(), office, tc.text); err != nil {
			t.Fatal(err)
		}
		w.settle()
		notice := ""
		if texts := phone.Texts()[before+1:]; len(texts) > 0 && texts[0].Notice {
			notice = texts[0].Body
		}
		if notice != tc.notice {
			t.Errorf("%q is answered %q", tc.text, notice)
		}
		if w.OptedOut(office, ada) != tc.out {
			t.Errorf("opted out after %q: %v", tc.text, !tc.out)
		}
		if got := w.program.hooks()[i].form.Get("Body"); got != tc.text {
			t.Errorf("the program got %q of %q", got, tc.text)
		}
	}
	if w.OptedOut("+13035550100", ada) {
		t.Error("opted out of a number that was not told so")
	}
	if status, _ := w.send("To", bob); status != 201 {
		t.Error("another person is opted out")
	}
}

func TestHandsetKinds(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		kind   phonenet.HandsetKind
		answer int
		status phonenet.Status
		code   int
		types  bool
	}{
		{phonenet.Smartphone, 201, phonenet.StatusDelivered, 0, true},
		{phonenet.Keypad, 201, phonenet.StatusDelivered, 0, true},
		{phonenet.Landline, 400, phonenet.StatusFailed, 21614, false},
		{phonenet.UnlistedLandline, 201, phonenet.StatusUndelivered, 30006, false},
		{phonenet.OutOfReach, 201, phonenet.StatusUndelivered, 30003, false},
	} {
		t.Run(string(tc.kind), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, optionsWithSeed())
			phone := w.Handset(ada)
			if err := phone.Describe(phonenet.Profile{Kind: tc.kind}); err != nil {
				t.Fatal(err)
			}
			if status, _ := w.send(); status != tc.answer {
				t.Errorf("answer %d, want %d", status, tc.answer)
			}
			w.settle()
			if texts := phone.Texts(); len(texts) != 1 || texts[0].Status != tc.status || texts[0].Code != tc.code {
				t.Errorf("on the phone %+v", texts)
			}
			_, err := phone.Send(t.Context(), office, "hi")
			if errors.Is(err, phonenet.ErrCannotText) == tc.types {
				t.Errorf("send: %v", err)
			}
		})
	}
}

func TestSendIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	for _, tc := range []struct{ from, to, body string }{
		{"555", office, "hi"}, {ada, "", "hi"}, {ada, office, ""}, {ada, strings.Repeat("1", 21), "hi"},
	} {
		if _, err := w.Handset(tc.from).Send(t.Context(), tc.to, tc.body); err == nil {
			t.Errorf("%+v is sent", tc)
		}
	}
	stray, err := w.Handset(ada).Send(t.Context(), "+13035550177", "anybody there?")
	if err != nil || stray.Status != phonenet.StatusFailed || w.count(phonenet.KindStray) != 1 {
		t.Errorf("to nobody: %+v, %v", stray, err)
	}
	if len(w.program.hooks()) != 0 {
		t.Error("a text to nobody reached the program")
	}
}

func TestTwiML(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, kind, body, want string
		code                   int
	}{
		{"empty response", "text/xml", "<Response/>", "", 0},
		{"empty body", "", "", "", 0},
		{"message", "text/xml; charset=utf-8", "<Response><Message>One &amp; two</Message></Response>", "One & two", 0},
		{"body and media", "application/xml", "<Response><Message><Body>Cat</Body><Media>https://a.example/1.png</Media></Message></Response>", "Cat", 0},
		{"two messages", "text/xml", "<Response><Message>a</Message><Message>b</Message></Response>", "a|b", 0},
		{"plain text", "text/plain", "Hello", "Hello", 0},
		{"not XML", "text/xml", "<Response><Message>", "", 12100},
		{"JSON", "application/json", "{}", "", 12300},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, optionsWithSeed())
			w.program.answers(func(rw http.ResponseWriter, _ hook) {
				rw.Header().Set("Content-Type", tc.kind)
				fmt.Fprint(rw, tc.body)
			})
			if _, err := w.Handset(ada).Send(t.Context(), office, "hi"); err != nil {
				t.Fatal(err)
			}
			w.settle()
			var got []string
			texts := w.Handset(ada).Texts()
			for _, text := range texts[1:] {
				got = append(got, text.Body)
			}
			if strings.Join(got, "|") != tc.want || texts[0].Code != tc.code {
				t.Errorf("on the phone %q, code %d", got, texts[0].Code)
			}
			if len(w.AcceptedCounts(0)) != 0 {
				t.Error("a reply counts as sent by the program")
			}
		})
	}
}

// A program that answers 500 is not called again; its fallback is, once. One
// that hangs up is called twice, then the fallback.
func TestFallback(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		fail  func(http.ResponseWriter)
		paths string
	}{
		{"answers 503", func(rw http.ResponseWriter) { rw.WriteHeader(503) }, "/inbound /fall"},
		{"hangs up", func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, "/inbound /inbound /fall"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, optionsWithSeed())
			if err := w.AddNumber(account, office, w.program.URL+"/inbound", w.program.URL+"/fall"); err != nil {
				t.Fatal(err)
			}
			w.program.answers(func(rw http.ResponseWriter, h hook) {
				if h.path == "/inbound" {
					tc.fail(rw)
				}
			})
			if _, err := w.Handset(ada).Send(t.Context(), office, "hi"); err != nil {
				t.Fatal(err)
			}
			w.settle()
			var paths []string
			for _, h := range w.program.hooks() {
				paths = append(paths, h.path)
			}
			if strings.Join(paths, " ") != tc.paths {
				t.Errorf("called %v, want %s", paths, tc.paths)
			}
			last := w.program.hooks()[len(paths)-1].form
			if last.Get("ErrorCode") != "11200" || last.Get("ErrorUrl") != w.program.URL+"/inbound" {
				t.Errorf("fallback told %v", last)
			}
			if got := w.Handset(ada).Texts()[0].Status; got != phonenet.StatusDelivered {
				t.Errorf("on the phone %v", got)
			}
			if got := w.count(phonenet.KindWebhook); got != len(paths) {
				t.Errorf("logged %d attempts of %d", got, len(paths))
			}
		})
	}
}

func TestProgramIsDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	w.program.answers(func(rw http.ResponseWriter, _ hook) { rw.WriteHeader(500) })
	if _, err := w.Handset(ada).Send(t.Context(), office, "hi"); err != nil {
		t.Fatal(err)
	}
	w.settle()
	if got := w.Handset(ada).Texts()[0]; got.Status != phonenet.StatusFailed || got.Code != 11200 {
		t.Errorf("on the phone %+v", got)
	}
}

// Two numbers of the network can text each other, as two bots would.
func TestNumberToNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	const other = "+13035550100"
	if err := w.AddNumber(account, other, w.program.URL+"/other"); err != nil {
		t.Fatal(err)
	}
	w.send("To", other, "Body", "ping")
	w.settle()
	h := w.program.hooks()
	if len(h) != 1 || h[0].path != "/other" || h[0].form.Get("From") != office || h[0].form.Get("Body") != "ping" {
		t.Errorf("webhooks %+v", h)
	}
}

func TestPhonesAnswerByThemselves(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	// The program answers everything: two machines that would chat for ever.
	var replies atomic.Int32
	w.program.answers(func(rw http.ResponseWriter, h hook) {
		replies.Add(1)
		rw.Header().Set("Content-Type", "text/plain")
		fmt.Fprint(rw, "Thanks, anything else?")
	})
	soon := phonenet.UpTo(time.Millisecond)
	if err := w.SetAnswering(phonenet.Answering{On: true, Share: 1, Delay: soon}); err != nil {
		t.Fatal(err)
	}
	bodies := map[string]bool{}
	for i := range 40 {
		phone := fmt.Sprintf("+1208555%04d", i)
		w.send("To", phone, "Body", "Will you come? Reply YES or NO")
		w.settle()
		for _, text := range w.Handset(phone).Texts() {
			if text.Mine {
				bodies[text.Body] = true
			}
		}
	}
	if len(bodies) < 15 {
		t.Errorf("only %d different answers", len(bodies))
	}
	if got := replies.Load(); got < 40 || got > 120 {
		t.Errorf("%d answers of 40 phones", got)
	}
}

func TestEverybodyAnswers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	w.send()
	w.send("To", bob)
	w.settle()
	if got := w.EverybodyAnswers(); got != 2 {
		t.Errorf("%d phones answer, want 2", got)
	}
	if _, err := w.Handset(bob).Wait(t.Context(), func(texts []phonenet.Text) bool { return len(texts) == 2 }); err != nil {
		t.Fatal(err)
	}
	w.settle()
	if got := w.EverybodyAnswers(); got != 0 {
		t.Errorf("%d phones answer their own text", got)
	}
}
