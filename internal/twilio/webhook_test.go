package twilio_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/outreach"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
	"parley/internal/twilio"
)

// inbox stores inbound texts as the rules of conversations would, as far as a webhook can tell: once
// for each SID.
type inbox struct {
	db *postgres.DB

	mu   sync.Mutex
	fail error // what the next texts meet
	got  []outreach.Inbound
}

func (i *inbox) receive(ctx context.Context, org postgres.OrgID, in outreach.Inbound) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.fail != nil {
		return i.fail
	}
	return i.db.Org(ctx, org, func(tx *postgres.Tx) error {
		n, err := tx.Exec(ctx, `
			with person as (
				insert into contact (org_id, phone) values (@org, @from)
				on conflict (org_id, phone) do update set phone = excluded.phone
				returning id
			)
			insert into message (org_id, contact_id, number_id, author, body, state, sid)
			select @org, person.id, n.id, 'contact', @body, 'received', @sid
			from person
			join phone_number n on n.org_id = @org and n.phone = @to
			on conflict do nothing`, postgres.Args{"from": in.From, "to": in.To, "body": in.Body, "sid": in.SID})
		if n > 0 {
			i.got = append(i.got, in)
		}
		return err
	})
}

func (i *inbox) failing(err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.fail = err
}

func (i *inbox) texts() []outreach.Inbound {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.got)
}

// newInbox is an organization whose inbound texts are stored.
func newInbox(t *testing.T) (*dispatchtest.Org, *inbox) {
	t.Helper()
	w := dispatchtest.New(t, pgtest.DB(t), phonenet.Faults{})
	i := &inbox{db: w.DB}
	w.Received.Receiver = i.receive
	return w.NewOrg(), i
}

var sids int64
var sidsMu sync.Mutex

func newSID() string {
	sidsMu.Lock()
	defer sidsMu.Unlock()
	sids++
	return fmt.Sprintf("SM%032x", 0xabc0000+sids)
}

// inbound is a form as Twilio posts it.
func inbound(o *dispatchtest.Org, body string) url.Values {
	sid := newSID()
	return url.Values{
		"ToCountry": {"US"}, "ToState": {"ID"}, "SmsMessageSid": {sid}, "NumMedia": {"0"}, "ToCity": {""}, "FromZip": {""},
		"SmsSid": {sid}, "FromState": {"ID"}, "SmsStatus": {"received"}, "FromCity": {"BOISE"}, "Body": {body},
		"FromCountry": {"US"}, "To": {string(o.Phone)}, "ToZip": {""}, "NumSegments": {"1"}, "MessageSid": {sid},
		"AccountSid": {o.Account.SID}, "From": {string(dispatchtest.NewPhone())}, "ApiVersion": {"2010-04-01"},
	}
}

// post sends a form with a signature and returns the HTTP status.
func post(o *dispatchtest.Org, path, body, signature string) int {
	o.T.Helper()
	req, err := http.NewRequestWithContext(o.T.Context(), http.MethodPost, o.Public.URL+path, strings.NewReader(body))
	if err != nil {
		o.T.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	req.Header.Set("X-Twilio-Signature", signature)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		o.T.Fatal(err)
	}
	defer res.Body.Close()
	io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

func signed(o *dispatchtest.Org, path string, form url.Values) int {
	o.T.Helper()
	return post(o, path, form.Encode(), phonenet.Sign(o.Account.Token, o.Public.URL+path, form))
}

// stored counts everything that webhooks of the organization can have stored.
func stored(o *dispatchtest.Org) int {
	o.T.Helper()
	return dispatchtest.Value[int](o, `
		select (select count(*) from message where org_id = @org) + (select count(*) from webhook where org_id = @org)
			+ (select count(*) from stray_text where org_id = @org)`, nil)
}

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

// W3 over HTTP: a status that is there before our own record of the text.
func TestW3_StatusBeforeOurRecord(t *testing.T) {
	t.Parallel()
	o, _ := newInbox(t)
	id := o.Queue(dispatchtest.NewPhone(), "agent", "Hi")
	token := dispatch.Token{9, byte(id), byte(id >> 8)}
	o.Exec(`
		with attempted as (
			insert into attempt (org_id, token, message_id, sender_id) values (@org, @token, @id, 0)
		)
		update message set state = 'inflight', token = @token where org_id = @org and id = @id`,
		postgres.Args{"id": id, "token": token})
	sid := newSID()
	form := url.Values{
		"MessageSid": {sid}, "SmsSid": {sid}, "MessageStatus": {"delivered"}, "SmsStatus": {"delivered"},
		"AccountSid": {o.Account.SID}, "From": {string(o.Phone)}, "To": {string(dispatchtest.NewPhone())}, "ApiVersion": {"2010-04-01"},
	}
	if status := signed(o, twilio.StatusPath+"?a="+token.String(), form); status != http.StatusNoContent {
		t.Fatalf("status %d", status)
	}
	want := dispatchtest.Message{State: dispatch.StateDelivered, SID: sid, Token: token}
	if diff := cmp.Diff(want, o.Message(id)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
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

// W10 and W11: what Twilio has not sent, or not so, or not for us, is refused and leaves nothing.
func TestW10_W11_Forged(t *testing.T) {
	t.Parallel()
	o, _ := newInbox(t)
	other := o.NewOrg()
	address := o.Public.URL + twilio.MessagesPath
	sign := func(f url.Values) string { return phonenet.Sign(o.Account.Token, address, f) }
	with := func(f url.Values, change func(url.Values)) url.Values {
		f = maps.Clone(f)
		change(f)
		return f
	}
	form := inbound(o, "Call Eve about the exam")
	set := func(key, value string) url.Values { return with(form, func(f url.Values) { f.Set(key, value) }) }
	rows := []struct {
		name            string
		body, signature string
	}{
		{"no signature", form.Encode(), ""},
		{"no base64", form.Encode(), "***"},
		{"an empty token's signature", form.Encode(), phonenet.Sign("", address, form)},
		{"another address", form.Encode(), phonenet.Sign(o.Account.Token, address+"x", form)},
		{"altered", set("Body", "Call Bob").Encode(), sign(form)},
		{"another account's token", form.Encode(), phonenet.Sign(other.Account.Token, address, form)},
		{"another organization's number, validly signed", func() string {
			return set("To", string(other.Phone)).Encode()
		}(), sign(set("To", string(other.Phone)))},
		{"another organization's account, our signature", set("AccountSid", other.Account.SID).Encode(), sign(set("AccountSid", other.Account.SID))},
		{"an account of nobody's", set("AccountSid", "AC"+strings.Repeat("e", 32)).Encode(), sign(set("AccountSid", "AC"+strings.Repeat("e", 32)))},
		{"a repeated parameter", form.Encode() + "&Body=more", sign(form)},
		{"a repeated parameter first", "Body=more&" + form.Encode(), sign(form)},
		{"re-split: the body ends early", with(form, func(f url.Values) {
			f.Set("Body", "Call ")
			f.Set("Eve", " about the exam")
		}).Encode(), sign(form)},
		{"re-split: no body", with(form, func(f url.Values) {
			f.Del("Body")
			f.Set("BodyCall", " Eve about the exam")
		}).Encode(), sign(form)},
		{"re-split: the sender in the body", with(form, func(f url.Values) {
			f.Set("Body", f.Get("Body")+"From"+f.Get("From"))
			f.Del("From")
		}).Encode(), sign(form)},
		{"an SID without its shape", set("MessageSid", "SM1").Encode(), sign(set("MessageSid", "SM1"))},
		{"SIDs that differ", set("SmsSid", newSID()).Encode(), ""},
		{"a phone without its shape", set("From", "12085550100").Encode(), sign(set("From", "12085550100"))},
	}
	for i := range rows {
		if rows[i].name == "SIDs that differ" {
			values, err := url.ParseQuery(rows[i].body)
			if err != nil {
				t.Fatal(err)
			}
			rows[i].signature = sign(values)
		}
	}
	for _, row := range rows {
		if status := post(o, twilio.MessagesPath, row.body, row.signature); status != http.StatusForbidden {
			t.Errorf("%s: status %d", row.name, status)
		}
	}
	if n := stored(o) + stored(other); n != 0 {
		t.Errorf("%d rows were stored", n)
	}
	if status := signed(o, twilio.MessagesPath, form); status != http.StatusOK {
		t.Errorf("the form as it is: status %d", status)
	}
}

// A status is no easier to forge.
func TestForgedStatus(t *testing.T) {
	t.Parallel()
	o, _ := newInbox(t)
	other := o.NewOrg()
	id := o.Queue(dispatchtest.NewPhone(), "agent", "Hi")
	sid := newSID()
	o.Exec("update message set state = 'accepted', sid = @sid where org_id = @org and id = @id", postgres.Args{"sid": sid, "id": id})
	form := url.Values{
		"MessageSid": {sid}, "MessageStatus": {"delivered"}, "AccountSid": {o.Account.SID},
		"From": {string(o.Phone)}, "To": {string(dispatchtest.NewPhone())},
	}
	path := twilio.StatusPath + "?a=" + dispatch.Token{7}.String()
	good := phonenet.Sign(o.Account.Token, o.Public.URL+path, form)
	foreign := maps.Clone(form)
	foreign.Set("AccountSid", other.Account.SID)
	for name, status := range map[string]int{
		"unsigned":           post(o, path, form.Encode(), ""),
		"another token":      post(o, twilio.StatusPath+"?a="+dispatch.Token{8}.String(), form.Encode(), good),
		"no token":           post(o, twilio.StatusPath, form.Encode(), good),
		"foreign account":    post(o, path, foreign.Encode(), phonenet.Sign(other.Account.Token, o.Public.URL+path, foreign)),
		"repeated parameter": post(o, path, form.Encode()+"&MessageStatus=failed", good),
	} {
		if status != http.StatusForbidden {
			t.Errorf("%s: status %d", name, status)
		}
	}
	if got := o.Message(id).State; got != dispatch.StateAccepted {
		t.Errorf("a forged status made it %s", got)
	}
	if status := post(o, path, form.Encode(), good); status != http.StatusNoContent {
		t.Errorf("the status as it is: %d", status)
	}
	if got := o.Message(id).State; got != dispatch.StateDelivered {
		t.Errorf("the status made it %s", got)
	}
}

// Both tokens sign while one replaces the other.
func TestRotation(t *testing.T) {
	t.Parallel()
	o, inbox := newInbox(t)
	next := o.Account
	next.Token = "rotated"
	o.Org(func(tx *postgres.Tx) error { return o.Vault.Connect(t.Context(), tx, next) })
	o.Vault.Observe(postgres.Event{Missed: true})
	if status := signed(o, twilio.MessagesPath, inbound(o, "old token")); status != http.StatusOK {
		t.Errorf("signed with the old token: status %d", status)
	}
	o.Account = next
	if status := signed(o, twilio.MessagesPath, inbound(o, "new token")); status != http.StatusOK {
		t.Errorf("signed with the new token: status %d", status)
	}
	if n := len(inbox.texts()); n != 2 {
		t.Errorf("%d texts", n)
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

// A text that cannot be processed is answered only once it is kept, and processed later.
func TestFailedTextIsKeptAndRetried(t *testing.T) {
	t.Parallel()
	o, inbox := newInbox(t)
	inbox.failing(errors.New("a rule is broken"))
	form := inbound(o, "hi\x00there")
	for range 2 {
		if status := signed(o, twilio.MessagesPath, form); status != http.StatusOK {
			t.Fatalf("status %d", status)
		}
	}
	if got := dispatchtest.Value[string](o, "select error from webhook where org_id = @org and done_at is null", nil); got != "a rule is broken" {
		t.Errorf("the queue says %q", got)
	}
	due := func() {
		o.Exec("update webhook set due_at = app_now() where org_id = @org", nil)
		if _, err := o.Webhooks.RetryDue(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	due()
	if tries := dispatchtest.Value[int](o, "select tries from webhook where org_id = @org and done_at is null", nil); tries != 2 {
		t.Errorf("%d tries", tries)
	}
	inbox.failing(nil)
	due()
	if texts := inbox.texts(); len(texts) != 1 || texts[0].Body != "hithere" {
		t.Errorf("got %+v", texts)
	}
	if open := dispatchtest.Value[int](o, "select count(*) from webhook where org_id = @org and done_at is null", nil); open != 0 {
		t.Errorf("%d are still in the queue", open)
	}
}

// A panic over one text costs neither the text nor the answer.
func TestPanicKeepsTheText(t *testing.T) {
	t.Parallel()
	o, _ := newInbox(t)
	o.Received.Receiver = func(context.Context, postgres.OrgID, outreach.Inbound) error { panic("ouch") }
	if status := signed(o, twilio.MessagesPath, inbound(o, "hi")); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
	if n := dispatchtest.Value[int](o, "select count(*) from webhook where org_id = @org and error like '%ouch%'", nil); n != 1 {
		t.Errorf("%d kept", n)
	}
}

// While the database is away the carrier is told to try elsewhere.
func TestDatabaseAway(t *testing.T) {
	t.Parallel()
	server := pgtest.Cluster(t)
	w := dispatchtest.New(t, server.Open(), phonenet.Faults{})
	i := &inbox{db: w.DB}
	w.Received.Receiver = i.receive
	o := w.NewOrg()
	form := inbound(o, "hi")
	if status := signed(o, twilio.MessagesPath, form); status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	server.Kill()
	o.Await("the last connection to be gone", func() bool { return o.DB.Ping(t.Context()) != nil })
	later := inbound(o, "hi again")
	if status := signed(o, twilio.MessagesPath, later); status != http.StatusServiceUnavailable {
		t.Errorf("status %d without a database", status)
	}
	server.Start()
	o.Await("the database to be back", func() bool { return signed(o, twilio.MessagesPath, later) == http.StatusOK })
	if n := len(i.texts()); n != 2 {
		t.Errorf("%d texts", n)
	}
}

// After an outage the carrier's list brings the texts whose webhooks nobody answered.
func TestBackfill(t *testing.T) {
	t.Parallel()
	o, inbox := newInbox(t)
	if err := o.Network.AddNumber(o.Account.SID, string(o.Phone), "http://127.0.0.1:1/"); err != nil { // nobody answers
		t.Fatal(err)
	}
	phone := dispatchtest.NewPhone()
	for _, body := range []string{"first", "second"} {
		if _, err := o.Network.Handset(string(phone)).Send(t.Context(), string(o.Phone), body); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		n, err := o.Webhooks.Backfill(t.Context(), o.ID, o.Network.Entries(0, 1)[0].At)
		if err != nil || n != 2 {
			t.Fatalf("%d, %v", n, err)
		}
	}
	var got []string
	for _, in := range inbox.texts() {
		got = append(got, in.Body)
	}
	if diff := cmp.Diff([]string{"first", "second"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
