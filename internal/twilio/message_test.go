package twilio_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/phonenet"
)

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
	inbound, err := o.Client.ListInbound(t.Context(), o.ID, o.Phone, began)
	if err != nil || len(inbound) != 1 || inbound[0].Body != "Hello" || inbound[0].From != to {
		t.Errorf("inbound are %+v, %v", inbound, err)
	}
}

// Fetch tells where one text is, and one that Twilio does not know from one that it cannot be asked for.
func TestFetch(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	posted := o.Client.Post(t.Context(), text(o))
	if err := o.Network.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	found, err := o.Client.Fetch(t.Context(), o.ID, posted.SID)
	if err != nil || found.SID != posted.SID || found.State != dispatch.StateDelivered || found.Body != "Hi & welcome + 1" {
		t.Errorf("found %+v, %v", found, err)
	}
	for _, sid := range []string{newSID(), "SM1", ""} {
		if _, err := o.Client.Fetch(t.Context(), o.ID, sid); !errors.Is(err, dispatch.ErrNoText) {
			t.Errorf("a text of the SID %q: %v", sid, err)
		}
	}
	other := o.NewOrg()
	if _, err := o.Client.Fetch(t.Context(), other.ID, posted.SID); !errors.Is(err, dispatch.ErrNoText) {
		t.Errorf("another organization fetches the text: %v", err)
	}
	for name, handler := range map[string]http.HandlerFunc{
		"404 of a proxy": answer(404, "<html>"), "half": answer(200, `{"sid":"`+posted.SID), "another text": answer(200, `{"sid":"`+newSID()+`","date_created":"Tue, 24 Nov 2026 09:00:00 +0000"}`),
		"throttled": answer(429, `{"code":20429,"message":"x","status":429}`), "cut": cut,
	} {
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		if _, err := clientOf(t, o, server.URL).Fetch(t.Context(), o.ID, posted.SID); err == nil || errors.Is(err, dispatch.ErrNoText) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
