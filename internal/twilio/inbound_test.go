package twilio_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/dispatch/dispatchtest"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/twilio"
)

// W1: the same text again, 50 at once and later, is one message.
func TestW1_SameInboundAgain(t *testing.T) {
	t.Parallel()
	o, inbox := newInbox(t)
	form := inbound(o, "where do i park")
	var at sync.WaitGroup
	for range 50 {
		at.Go(func() {
			if status := signed(o, twilio.MessagesPath, form); status != http.StatusOK {
				t.Errorf("status %d", status)
			}
		})
	}
	at.Wait()
	if status := signed(o, twilio.MessagesPath, form); status != http.StatusOK {
		t.Errorf("status %d of a late one", status)
	}
	want := []outreach.Inbound{{SID: form.Get("MessageSid"), From: "", To: o.Phone, Body: "where do i park"}}
	want[0].From = inbox.texts()[0].From
	if diff := cmp.Diff(want, inbox.texts()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The network's own webhook, with a picture, arrives whole.
func TestInboundOverTheNetwork(t *testing.T) {
	t.Parallel()
	o, inbox := newInbox(t)
	phone := dispatchtest.NewPhone()
	if _, err := o.Network.Handset(string(phone)).SendMedia(t.Context(), string(o.Phone), "like this?", "https://media.example/1.png"); err != nil {
		t.Fatal(err)
	}
	if err := o.Network.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	texts := inbox.texts()
	if len(texts) != 1 || texts[0].From != phone || texts[0].Body != "like this?" || len(texts[0].Media) != 1 {
		t.Errorf("got %+v", texts)
	}
}

// W7: what no person wrote is stored and shown cleaned, or refused, and nothing crashes.
func TestW7_Garbage(t *testing.T) {
	t.Parallel()
	many := func(n int) func(url.Values) {
		return func(f url.Values) {
			for i := range n {
				f.Set(fmt.Sprintf("Unknown%d", i), "x")
			}
		}
	}
	rows := []struct {
		name   string
		change func(url.Values)
		status int
		body   string
	}{
		{"NUL", func(f url.Values) { f.Set("Body", "a\x00b") }, 200, "ab"},
		{"bad UTF-8", func(f url.Values) { f.Set("Body", "a\xff\xfeb") }, 200, "a\uFFFDb"},
		{"a lone surrogate", func(f url.Values) { f.Set("Body", "a\xed\xa0\x80b") }, 200, "a\uFFFDb"},
		{"empty", func(f url.Values) { f.Set("Body", "") }, 200, ""},
		{"an unknown parameter", func(f url.Values) { f.Set("Zzz", "new") }, 200, "hi"},
		{"bad UTF-8 elsewhere", func(f url.Values) { f.Set("FromCity", "\xff\x00") }, 200, "hi"},
		{"1,000 parameters", many(1000), 200, "hi"},
		{"10,000 parameters", many(10_000), 413, ""},
		{"10 MB", func(f url.Values) { f.Set("Body", strings.Repeat("x", 10<<20)) }, 413, ""},
		{"a parameter that is no name", func(f url.Values) { f.Set("to[0]", "x") }, 403, ""},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			o, inbox := newInbox(t)
			form := inbound(o, "hi")
			row.change(form)
			if status := signed(o, twilio.MessagesPath, form); status != row.status {
				t.Errorf("status %d, want %d", status, row.status)
			}
			texts := inbox.texts()
			if row.status != 200 {
				if n := stored(o); n != 0 {
					t.Errorf("%d rows were stored", n)
				}
				return
			}
			if len(texts) != 1 || texts[0].Body != row.body {
				t.Errorf("got %+v", texts)
			}
		})
	}
	o, _ := newInbox(t)
	for name, body := range map[string]string{"half an escape": "Body=%4", "a semicolon": "a;b=c"} {
		if status := post(o, twilio.MessagesPath, body, "x"); status != http.StatusBadRequest {
			t.Errorf("%s: status %d", name, status)
		}
	}
}

// W9: a text to a number of the account that nobody here has is kept for the operator, once.
func TestW9_NobodysNumber(t *testing.T) {
	t.Parallel()
	o, _ := newInbox(t)
	form := inbound(o, "anybody there?")
	form.Set("To", string(dispatchtest.NewPhone()))
	for range 2 {
		if status := signed(o, twilio.MessagesPath, form); status != http.StatusOK {
			t.Errorf("status %d", status)
		}
	}
	body := dispatchtest.Value[string](o, "select body from stray_text where org_id = @org", nil)
	if body != "anybody there?" {
		t.Errorf("kept %q", body)
	}
}

// A number that has gone from one organization of an account to another takes its texts along at once,
// also in a process that has just seen it with the former.
func TestAP8_NumberThatChangedHands(t *testing.T) {
	t.Parallel()
	former, _ := newInbox(t)
	latter := former.NewOrg()
	shared := former.Account
	shared.Org = latter.ID
	latter.Org(func(tx *postgres.Tx) error { return former.Vault.Connect(t.Context(), tx, shared) })
	if status := signed(former, twilio.MessagesPath, inbound(former, "before")); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	former.Exec("update phone_number set released_at = now() where org_id = @org and phone = @phone", postgres.Args{"phone": former.Phone})
	former.Exec("delete from number_owner where org_id = @org and phone = @phone", postgres.Args{"phone": former.Phone})
	latter.Account = shared
	latter.NewNumber(former.Phone, 1)
	if status := signed(former, twilio.MessagesPath, inbound(former, "after")); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	for who, want := range map[*dispatchtest.Org]string{former: "before", latter: "after"} {
		got := dispatchtest.Value[string](who, "select string_agg(body, ' ') from message where org_id = @org", nil)
		if got != want {
			t.Errorf("organization %d got %q, want %q", who.ID, got, want)
		}
	}
}

// A new parameter may come without notice between Body and From: then the carrier is asked for the
// text, and it is taken if it is the same.
func TestNewParameterIsConfirmed(t *testing.T) {
	t.Parallel()
	o, inbox := newInbox(t)
	phone := dispatchtest.NewPhone()
	sent, err := o.Network.Handset(string(phone)).Send(t.Context(), string(o.Phone), "hello")
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Network.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	form := inbound(o, "hello")
	form.Set("From", string(phone))
	for _, key := range []string{"MessageSid", "SmsSid", "SmsMessageSid"} {
		form.Set(key, sent.SID)
	}
	form.Set("ChannelMetadata", "{}")
	if status := signed(o, twilio.MessagesPath, form); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
	form.Set("Body", "hell")
	if status := signed(o, twilio.MessagesPath, form); status != http.StatusForbidden {
		t.Errorf("another text: status %d", status)
	}
	if n := len(inbox.texts()); n != 1 {
		t.Errorf("%d texts", n)
	}
}
