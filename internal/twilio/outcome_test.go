package twilio_test

import (
	"context"
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
	"parley/internal/phonenet"
)

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
