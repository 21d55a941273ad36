package phonenet_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"
	lookups "github.com/twilio/twilio-go/rest/lookups/v2"
)

// wire sends what twilio-go asks for to the simulated network.
type wire struct {
	base *url.URL
	http *http.Client
}

func (c *wire) AccountSid() string       { return account }
func (c *wire) SetTimeout(time.Duration) {}
func (c *wire) SetOauth(client.OAuth)    {}
func (c *wire) OAuth() client.OAuth      { return nil }

type apiError struct {
	status int
	body   string
}

func (e *apiError) Error() string { return fmt.Sprintf("%d %s", e.status, e.body) }

func (c *wire) SendRequest(method, raw string, data url.Values, _ map[string]any, _ ...byte) (*http.Response, error) {
	at, err := url.Parse(raw)
	if err != nil {
		return nil, err
	}
	at.Scheme, at.Host = c.base.Scheme, c.base.Host
	body := ""
	if method == http.MethodGet {
		if len(data) > 0 {
			at.RawQuery = data.Encode()
		}
	} else {
		body = data.Encode()
	}
	req, err := http.NewRequest(method, at.String(), strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(account, token)
	res, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	if res.StatusCode >= 300 {
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body)
		return nil, &apiError{res.StatusCode, string(text)}
	}
	return res, nil
}

func (w *world) twilio() *client.RequestHandler {
	base, err := url.Parse(w.api.URL)
	if err != nil {
		w.t.Fatal(err)
	}
	return client.NewRequestHandler(&wire{base: base, http: w.api.Client()})
}

func TestTwilioClientMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	s := api.NewApiService(w.twilio())

	p := (&api.CreateMessageParams{}).SetTo(ada).SetFrom(office).SetBody("hi & + ñ").
		SetStatusCallback(w.program.URL + "/status?a=1").SetMediaUrl([]string{"https://a.example/1.png"})
	p.SetValidityPeriod(3600)
	m, err := s.CreateMessage(p)
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^MM[0-9a-f]{32}$`).MatchString(*m.Sid) || *m.Status != "queued" || *m.Body != "hi & + ñ" || *m.NumMedia != "1" {
		t.Errorf("created %s %s %q %s", *m.Sid, *m.Status, *m.Body, *m.NumMedia)
	}
	if _, err := time.Parse(time.RFC1123Z, *m.DateCreated); err != nil {
		t.Error(err)
	}
	w.settle()
	m, err = s.FetchMessage(*m.Sid, nil)
	if err != nil {
		t.Fatal(err)
	}
	if *m.Status != "delivered" || m.DateSent == nil || *m.Price != "-0.00830" || m.ErrorCode != nil {
		t.Errorf("fetched %+v", *m)
	}
	if got := w.program.statuses(); got != "sent delivered" {
		t.Errorf("callbacks %q", got)
	}

	for i := range 6 {
		if _, err := s.CreateMessage((&api.CreateMessageParams{}).SetTo(bob).SetFrom(office).SetBody(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	query := (&api.ListMessageParams{}).SetTo(bob).SetPageSize(4).
		SetDateSentAfter(time.Now().Add(-time.Hour)).SetDateSentBefore(time.Now().Add(time.Hour))
	first, err := s.PageMessage(query, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Messages) != 4 || *first.Messages[0].Body != "5" || first.NextPageUri == nil {
		t.Fatalf("first page: %d texts, next %v", len(first.Messages), first.NextPageUri)
	}
	next, err := url.Parse(*first.NextPageUri)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.PageMessage(query, next.Query().Get("PageToken"), next.Query().Get("Page"))
	if err != nil {
		t.Fatal(err)
	}
	if len(second.Messages) != 2 || *second.Messages[1].Body != "0" || second.NextPageUri != nil {
		t.Errorf("second page: %d texts, next %v", len(second.Messages), second.NextPageUri)
	}
	all, err := s.ListMessage((&api.ListMessageParams{}).SetFrom(office).SetPageSize(2))
	if err != nil || len(all) != 7 {
		t.Errorf("list by library: %d texts, %v", len(all), err)
	}
	old, err := s.ListMessage((&api.ListMessageParams{}).SetDateSentBefore(time.Now().Add(-time.Hour)))
	if err != nil || len(old) != 0 {
		t.Errorf("old texts: %d, %v", len(old), err)
	}
	if _, err := s.FetchMessage("SM00000000000000000000000000000000", nil); !isStatus(err, 404) {
		t.Errorf("unknown message: %v", err)
	}
}

func TestTwilioClientMessagingService(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	mg, err := w.AddMessagingService(account, office)
	if err != nil {
		t.Fatal(err)
	}
	s := api.NewApiService(w.twilio())
	m, err := s.CreateMessage((&api.CreateMessageParams{}).SetTo(ada).SetMessagingServiceSid(mg).SetBody("hi").
		SetStatusCallback(w.program.URL + "/status"))
	if err != nil {
		t.Fatal(err)
	}
	if *m.Status != "accepted" || *m.MessagingServiceSid != mg || *m.NumSegments != "0" {
		t.Errorf("created %s %v %s", *m.Status, m.MessagingServiceSid, *m.NumSegments)
	}
	w.settle()
	if got := w.program.statuses(); got != "queued sent delivered" {
		t.Errorf("callbacks %q", got)
	}
	if got := w.program.hooks()[0].form.Get("MessagingServiceSid"); got != mg {
		t.Errorf("callback of service %q", got)
	}
	_, err = s.CreateMessage((&api.CreateMessageParams{}).SetTo(ada).SetMessagingServiceSid("MG1").SetBody("hi"))
	if !isStatus(err, 400) {
		t.Errorf("unknown service: %v", err)
	}
}

func TestTwilioClientNumbers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	s := api.NewApiService(w.twilio())

	offers, err := s.ListAvailablePhoneNumberLocal("US", (&api.ListAvailablePhoneNumberLocalParams{}).
		SetAreaCode(510).SetSmsEnabled(true).SetContains("555*1").SetLimit(3))
	if err != nil || len(offers) != 3 {
		t.Fatalf("offers: %d, %v", len(offers), err)
	}
	phone := *offers[0].PhoneNumber
	if !strings.HasPrefix(phone, "+1510555") || *offers[0].Locality != "Oakland" || !offers[0].Capabilities.Sms {
		t.Errorf("offered %s in %s", phone, *offers[0].Locality)
	}
	bought, err := s.CreateIncomingPhoneNumber((&api.CreateIncomingPhoneNumberParams{}).SetPhoneNumber(phone).
		SetSmsUrl("https://x.example/in").SetSmsMethod("POST").SetSmsFallbackUrl("https://x.example/fall").SetFriendlyName("Aid"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(*bought.Sid, "PN") || *bought.PhoneNumber != phone || *bought.SmsUrl != "https://x.example/in" || !bought.Capabilities.Sms {
		t.Errorf("bought %+v", *bought)
	}
	_, err = s.CreateIncomingPhoneNumber((&api.CreateIncomingPhoneNumberParams{}).SetPhoneNumber(phone))
	if !isStatus(err, 400) || !strings.Contains(err.Error(), "21422") {
		t.Errorf("bought twice: %v", err)
	}
	again, err := s.ListAvailablePhoneNumberLocal("US", (&api.ListAvailablePhoneNumberLocalParams{}).SetAreaCode(510))
	if err != nil {
		t.Fatal(err)
	}
	for _, offer := range again {
		if *offer.PhoneNumber == phone {
			t.Error("a number that is owned is offered")
		}
	}
	changed, err := s.UpdateIncomingPhoneNumber(*bought.Sid, (&api.UpdateIncomingPhoneNumberParams{}).SetSmsUrl("https://x.example/2"))
	if err != nil || *changed.SmsUrl != "https://x.example/2" || *changed.SmsFallbackUrl != "https://x.example/fall" {
		t.Errorf("changed %+v, %v", changed, err)
	}
	mine, err := s.ListIncomingPhoneNumber((&api.ListIncomingPhoneNumberParams{}).SetPageSize(1))
	if err != nil || len(mine) != 2 {
		t.Errorf("owned: %d, %v", len(mine), err)
	}
	if fetched, err := s.FetchIncomingPhoneNumber(*bought.Sid, nil); err != nil || *fetched.FriendlyName != "Aid" {
		t.Errorf("fetched %+v, %v", fetched, err)
	}
	if err := s.DeleteIncomingPhoneNumber(*bought.Sid, nil); err != nil {
		t.Error(err)
	}
	if err := s.DeleteIncomingPhoneNumber(*bought.Sid, nil); !isStatus(err, 404) {
		t.Errorf("released twice: %v", err)
	}
	area, err := s.CreateIncomingPhoneNumber((&api.CreateIncomingPhoneNumberParams{}).SetAreaCode("303"))
	if err != nil || !strings.HasPrefix(*area.PhoneNumber, "+1303") {
		t.Errorf("bought by area: %+v, %v", area, err)
	}
}

func TestTwilioClientAccountAndLookup(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	s := api.NewApiService(w.twilio())
	acc, err := s.FetchAccount(account)
	if err != nil || *acc.Status != "active" || *acc.FriendlyName != "Marlowe" {
		t.Errorf("account %+v, %v", acc, err)
	}
	if err := w.Handset(bob).Describe(landline()); err != nil {
		t.Fatal(err)
	}
	l := lookups.NewApiService(w.twilio())
	for phone, want := range map[string]string{ada: "mobile", bob: "landline"} {
		found, err := l.FetchPhoneNumber(phone, (&lookups.FetchPhoneNumberParams{}).SetFields("line_type_intelligence"))
		if err != nil || found.LineTypeIntelligence.Type != want || !found.Valid {
			t.Errorf("look up %s: %+v, %v", phone, found, err)
		}
	}
	if _, err := s.UpdateAccount(account, (&api.UpdateAccountParams{}).SetStatus("suspended")); err != nil {
		t.Error(err)
	}
	if _, err := s.FetchAccount(account); !isStatus(err, 403) {
		t.Errorf("suspended account: %v", err)
	}
}

// The signature must satisfy Twilio's own validator.
func TestSignature(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	if _, err := w.Handset(ada).SendMedia(t.Context(), office, "¿dónde? & 100% 😀", "https://a.example/cat.png"); err != nil {
		t.Fatal(err)
	}
	w.send("StatusCallback", w.program.URL+"/status?a=x&b=1")
	w.settle()
	check := client.NewRequestValidator(token)
	for _, h := range w.program.hooks() {
		params := map[string]string{}
		for name := range h.form {
			params[name] = h.form.Get(name)
		}
		if !check.Validate(w.program.URL+h.path, params, h.signature) {
			t.Errorf("%s: signature %s is refused", h.path, h.signature)
		}
	}
	if len(w.program.hooks()) != 3 {
		t.Errorf("%d webhooks, want 3", len(w.program.hooks()))
	}
}

func isStatus(err error, status int) bool {
	var e *apiError
	return errors.As(err, &e) && e.status == status
}
