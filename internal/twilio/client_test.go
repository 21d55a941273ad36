package twilio_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
	"parley/internal/twilio"
)

func newOrg(t *testing.T) *dispatchtest.Org {
	t.Helper()
	return dispatchtest.New(t, pgtest.DB(t), phonenet.Faults{}).NewOrg()
}

func text(o *dispatchtest.Org) dispatch.Text {
	return dispatch.Text{
		Org: o.ID, Token: dispatch.Token{1, 2, 3}, From: o.Phone, To: dispatchtest.NewPhone(), Body: "Hi & welcome + 1",
		Deadline: time.Now().Add(time.Minute),
	}
}

// clientOf is a client of the organization's account at another address.
func clientOf(t *testing.T, o *dispatchtest.Org, address string) *twilio.Client {
	t.Helper()
	c, err := twilio.NewClient(o.Vault, twilio.Options{PublicURL: "https://texts.example.edu/", APIURL: address})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

const whole = `{"sid":"SM0123456789abcdef0123456789abcdef","status":"queued"}`

// answer writes an answer as it is.
func answer(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func cut(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	panic(http.ErrAbortHandler)
}

func TestOutcome(t *testing.T) {
	t.Parallel()
	const sid = "SM0123456789abcdef0123456789abcdef"
	rows := []struct {
		name   string
		answer http.HandlerFunc
		want   dispatch.Outcome // without the detail
	}{
		{"whole", answer(201, whole), dispatch.Outcome{Kind: dispatch.Accepted, SID: sid, HTTPStatus: 201}},
		{"half", answer(201, whole[:30]), dispatch.Outcome{Kind: dispatch.Unknown, HTTPStatus: 201}},
		{"empty", answer(201, ""), dispatch.Outcome{Kind: dispatch.Unknown, HTTPStatus: 201}},
		{"no SID", answer(201, `{"status":"queued"}`), dispatch.Outcome{Kind: dispatch.Unknown, HTTPStatus: 201}},
		{"wrong SID", answer(201, `{"sid":"SM12"}`), dispatch.Outcome{Kind: dispatch.Unknown, HTTPStatus: 201}},
		{"SID in more than JSON", answer(201, whole+"<html>"), dispatch.Outcome{Kind: dispatch.Unknown, HTTPStatus: 201}},
		{"shorter than announced", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "500")
			answer(201, whole)(w, r)
		}, dispatch.Outcome{Kind: dispatch.Unknown, HTTPStatus: 201}},
		{"too long", answer(201, strings.Repeat(" ", 1<<20)+whole), dispatch.Outcome{Kind: dispatch.Unknown, HTTPStatus: 201}},
		{"refused", answer(400, `{"code":21211,"message":"no phone","status":400}`), dispatch.Outcome{Kind: dispatch.Rejected, Code: 21211, HTTPStatus: 400}},
		{"opted out", answer(400, `{"code":21610,"message":"unsubscribed","status":400}`), dispatch.Outcome{Kind: dispatch.Rejected, Code: 21610, HTTPStatus: 400}},
		{"of this text though forbidden", answer(403, `{"code":21408,"message":"region","status":403}`), dispatch.Outcome{Kind: dispatch.Rejected, Code: 21408, HTTPStatus: 403}},
		{"the account", answer(401, `{"code":20003,"message":"Authenticate","status":401}`), dispatch.Outcome{Kind: dispatch.Refused, Code: 20003, HTTPStatus: 401}},
		{"forbidden", answer(403, `{"code":20010,"message":"no","status":403}`), dispatch.Outcome{Kind: dispatch.Refused, Code: 20010, HTTPStatus: 403}},
		{"suspended", answer(400, `{"code":30002,"message":"suspended","status":400}`), dispatch.Outcome{Kind: dispatch.Refused, Code: 30002, HTTPStatus: 400}},
		{"401 of a proxy", answer(401, "<html>"), dispatch.Outcome{Kind: dispatch.Unknown, HTTPStatus: 401}},
		{"404 of a proxy", answer(404, `{"message":"no route"}`), dispatch.Outcome{Kind: dispatch.Unknown, HTTPStatus: 404}},
		{"another status in the JSON", answer(404, `{"code":20404,"message":"x","status":400}`), dispatch.Outcome{Kind: dispatch.Unknown, Code: 20404, HTTPStatus: 404}},
		{"429", answer(429, "", "Retry-After", "7"), dispatch.Outcome{Kind: dispatch.Throttled, HTTPStatus: 429, RetryAfter: 7 * time.Second}},
		{"429 in JSON", answer(429, `{"code":20429,"message":"x","status":429}`), dispatch.Outcome{Kind: dispatch.Throttled, Code: 20429, HTTPStatus: 429}},
		{"a number's full queue", answer(400, `{"code":21611,"message":"full","status":400}`), dispatch.Outcome{Kind: dispatch.Throttled, Code: 21611, HTTPStatus: 400}},
		{"500", answer(500, `{"code":20500,"message":"x","status":500}`), dispatch.Outcome{Kind: dispatch.Unknown, Code: 20500, HTTPStatus: 500}},
		{"502", answer(502, "<html>"), dispatch.Outcome{Kind: dispatch.Unknown, HTTPStatus: 502}},
		{"302", answer(302, "", "Location", "/"), dispatch.Outcome{Kind: dispatch.Unknown, HTTPStatus: 302}},
		{"307", answer(307, "", "Location", "/"), dispatch.Outcome{Kind: dispatch.Unknown, HTTPStatus: 307}},
		{"308", answer(308, "", "Location", "/"), dispatch.Outcome{Kind: dispatch.Unknown, HTTPStatus: 308}},
		{"cut", cut, dispatch.Outcome{Kind: dispatch.Unknown}},
		{"no answer", func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		}, dispatch.Outcome{Kind: dispatch.Unknown}},
	}
	o := newOrg(t)
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var posts atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				posts.Add(1)
				row.answer(w, r)
			}))
			t.Cleanup(server.Close)
			client := clientOf(t, o, server.URL)
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			got := client.Post(ctx, text(o))
			t.Log(got.Detail)
			got.Detail = ""
			if diff := cmp.Diff(row.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			client.Close()
			server.CloseClientConnections()
			if n := posts.Load(); n != 1 {
				t.Errorf("it was posted %d times", n)
			}
		})
	}
}

// A header of that name does nothing at Twilio and lets Go's transport post twice.
func TestNoIdempotencyHeader(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	headers := make(chan http.Header, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		headers <- r.Header.Clone()
		answer(201, whole)(w, r)
	}))
	t.Cleanup(server.Close)
	if out := clientOf(t, o, server.URL).Post(t.Context(), text(o)); out.Kind != dispatch.Accepted {
		t.Fatalf("%+v", out)
	}
	for name := range <-headers {
		if strings.Contains(strings.ToLower(name), "idempoten") {
			t.Errorf("the post has the header %s", name)
		}
	}
}

// A connection that the other side closed while it rested: the first post on it may be unknown or not
// sent, but it is never made twice.
func TestBrokenReusedConnection(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	posts := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		posts <- string(body)
		if len(posts) == 2 {
			panic(http.ErrAbortHandler)
		}
		answer(201, whole)(w, r)
	}))
	t.Cleanup(server.Close)
	client := clientOf(t, o, server.URL)
	if out := client.Post(t.Context(), text(o)); out.Kind != dispatch.Accepted {
		t.Fatalf("%+v", out)
	}
	if out := client.Post(t.Context(), text(o)); out.Kind != dispatch.Unknown {
		t.Errorf("a post whose connection was cut is %s", out.Kind)
	}
	if n := len(posts); n != 2 {
		t.Errorf("two texts were posted %d times", n)
	}
}

func TestNotSent(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + listener.Addr().String()
	listener.Close()
	silent, err := net.Listen("tcp", "127.0.0.1:0") // accepts and never speaks TLS
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { silent.Close() })
	short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	t.Cleanup(cancel)
	late := text(o)
	late.Deadline = time.Now()
	rows := map[string]struct {
		ctx     context.Context
		address string
		text    dispatch.Text
	}{
		"connection refused": {t.Context(), closed, text(o)},
		"no such host":       {t.Context(), "http://nowhere.invalid", text(o)},
		"no TLS":             {short, "https://" + silent.Addr().String(), text(o)},
		"past its deadline":  {t.Context(), o.API.URL, late},
	}
	for name, row := range rows {
		out := clientOf(t, o, row.address).Post(row.ctx, row.text)
		if out.Kind != dispatch.NotSent {
			t.Errorf("%s: %s, %s", name, out.Kind, out.Detail)
		}
	}
	if n := len(o.Entries(phonenet.KindAccepted)); n > 0 {
		t.Errorf("%d texts left past their deadline", n)
	}
}

// What is posted is what the phone shows, and the carrier is told where to report and how long to try.
func TestPost(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	post := text(o)
	post.Validity = 90 * time.Minute
	post.Media = []string{"https://texts.example.edu/a.png?x=1", "https://texts.example.edu/b.png"}
	if out := o.Client.Post(t.Context(), post); out.Kind != dispatch.Accepted {
		t.Fatalf("%+v", out)
	}
	got := o.Entries(phonenet.KindAccepted)[0]
	want := phonenet.Entry{
		From: string(post.From), To: string(post.To), Body: post.Body, Media: post.Media, Validity: 5400,
		Callback: o.Public.URL + "/twilio/status?a=" + post.Token.String(),
	}
	got = phonenet.Entry{From: got.From, To: got.To, Body: got.Body, Media: got.Media, Validity: got.Validity, Callback: got.Callback}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The list is read page by page, newest first, as far back as asked.
func TestList(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	began := time.Now()
	var sids []string
	to := dispatchtest.NewPhone()
	for range 5 {
		post := text(o)
		post.To = to
		out := o.Client.Post(t.Context(), post)
		sids = append([]string{out.SID}, sids...)
	}
	other := o.Client.Post(t.Context(), text(o))
	if _, err := o.Network.Handset(string(to)).Send(t.Context(), string(o.Phone), "Hello"); err != nil {
		t.Fatal(err)
	}
	listed, err := o.Client.List(t.Context(), dispatch.Query{Org: o.ID, From: o.Phone, To: to, Since: began})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, l := range listed {
		got = append(got, l.SID)
		if l.Body != "Hi & welcome + 1" || l.From != o.Phone || l.To != to || l.Created.Before(began.Truncate(time.Second)) {
			t.Errorf("listed %+v", l)
		}
	}
	if diff := cmp.Diff(sids, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	all, err := o.Client.List(t.Context(), dispatch.Query{Org: o.ID, Since: began})
	if err != nil || len(all) != 6 || all[0].SID != other.SID {
		t.Errorf("all are %+v, %v", all, err)
	}
	later, err := o.Client.List(t.Context(), dispatch.Query{Org: o.ID, To: to, Since: time.Now().Add(time.Minute)})
	if err != nil || len(later) != 0 {
		t.Errorf("later there are %+v, %v", later, err)
	}
	inbound, err := o.Client.ListInbound(t.Context(), o.ID, began)
	if err != nil || len(inbound) != 1 || inbound[0].Body != "Hello" || inbound[0].From != to {
		t.Errorf("inbound are %+v, %v", inbound, err)
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	ctx := t.Context()
	offers, err := o.Client.Available(ctx, o.ID, twilio.Search{Country: "US", AreaCode: "208", Limit: 3})
	if err != nil || len(offers) == 0 {
		t.Fatalf("%+v, %v", offers, err)
	}
	phone := offers[0].Phone
	sid, err := o.Client.Buy(ctx, o.ID, phone)
	if err != nil {
		t.Fatal(err)
	}
	if found, err := o.Client.Find(ctx, o.ID, phone); err != nil || found != sid {
		t.Errorf("found %q, %v, want %q", found, err, sid)
	}
	for range 2 {
		if err := o.Client.Register(ctx, o.ID, sid); err != nil {
			t.Errorf("register: %v", err)
		}
	}
	for range 2 {
		if err := o.Client.Release(ctx, o.ID, sid); err != nil {
			t.Errorf("release: %v", err)
		}
	}
	if _, err := o.Client.Find(ctx, o.ID, phone); !errors.Is(err, postgres.ErrNotFound) {
		t.Errorf("a released number is found: %v", err)
	}
	if _, err := o.Client.Available(ctx, o.ID, twilio.Search{Country: "US", AreaCode: "zero"}); err == nil {
		t.Error("no error for a wrong area code")
	}
}

func TestVerifyAccount(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	if name, err := o.Client.VerifyAccount(t.Context(), o.Account); err != nil || name != "test" {
		t.Errorf("%q, %v", name, err)
	}
	wrong := o.Account
	wrong.Token = "wrong"
	if _, err := o.Client.VerifyAccount(t.Context(), wrong); err == nil {
		t.Error("a wrong token is accepted")
	}
	wrong.SID = "AC1"
	if _, err := o.Client.VerifyAccount(t.Context(), wrong); err == nil {
		t.Error("an SID without its shape is accepted")
	}
}

func TestVault(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	ctx := t.Context()
	read := func(v *twilio.Vault, org postgres.OrgID) (a twilio.Account, err error) {
		err = o.DB.Org(ctx, org, func(tx *postgres.Tx) error {
			a, err = v.Read(ctx, tx)
			return err
		})
		return a, err
	}
	connect := func(a twilio.Account) {
		t.Helper()
		o.Org(func(tx *postgres.Tx) error { return o.Vault.Connect(ctx, tx, a) })
	}
	next := o.Account
	next.Token = "next"
	connect(next)
	got, err := read(o.Vault, o.ID)
	if err != nil || got.Token != "next" || got.PreviousToken != o.Account.Token {
		t.Errorf("after a rotation: %+v, %v", got, err)
	}
	sealed := dispatchtest.Value[[]byte](o, "select auth_token from carrier_account where org_id = @org", nil)
	if strings.Contains(string(sealed), "next") {
		t.Error("the token is stored as it is")
	}
	foreign, err := twilio.NewVault(o.DB, [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := read(foreign, o.ID); err == nil {
		t.Error("another key opens the token")
	}
	thief := o.NewOrg()
	thief.Exec("update carrier_account set auth_token = @sealed, account_sid = @sid where org_id = @org",
		postgres.Args{"sealed": sealed, "sid": next.SID})
	if _, err := read(o.Vault, thief.ID); err == nil {
		t.Error("another organization opens a copied token")
	}
	other := twilio.Account{SID: "AC" + strings.Repeat("f", 32), Token: "other"}
	connect(other)
	if got, err := read(o.Vault, o.ID); err != nil || got.PreviousToken != "" {
		t.Errorf("another account's token still signs: %+v, %v", got, err)
	}
}

// A process learns of another's change at once.
func TestVaultObserves(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	if a, err := o.Vault.Account(t.Context(), o.ID); err != nil || a.Token != o.Account.Token {
		t.Fatal(a, err)
	}
	next := o.Account
	next.Token = "next"
	other, err := twilio.NewVault(o.DB, dispatchtest.Key)
	if err != nil {
		t.Fatal(err)
	}
	go o.DB.Listen(t.Context(), o.Vault.Observe)
	o.Org(func(tx *postgres.Tx) error { return other.Connect(t.Context(), tx, next) })
	o.Await("the new token to be known", func() bool {
		a, err := o.Vault.Account(t.Context(), o.ID)
		return err == nil && a.Token == "next"
	})
}

func TestSimulatedAccountStaysAtHome(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	o.Exec("update carrier_account set simulated = true where org_id = @org", nil)
	if out := o.Client.Post(t.Context(), text(o)); out.Kind != dispatch.NotSent {
		t.Errorf("a simulated account's text was %s", out.Kind)
	}
	if n := len(o.Entries(phonenet.KindAccepted)); n > 0 {
		t.Error("it reached the carrier")
	}
}
