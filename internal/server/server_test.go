package server_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/internal/account"
	"parley/internal/account/accounttest"
	"parley/internal/audience"
	"parley/internal/knowledge"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
	"parley/internal/server"
	"parley/internal/sms"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// site is a server with the database of the package behind it.
type site struct {
	t      *testing.T
	ctx    context.Context
	db     *postgres.DB
	server *server.Server
	http   *httptest.Server
	intake *outreach.Intake
}

func newSite(t *testing.T) *site {
	t.Helper()
	return newSiteOn(t, pgtest.DB(t))
}

func newSiteOn(t *testing.T, db *postgres.DB) *site {
	t.Helper()
	s := &site{t: t, ctx: context.Background(), db: db}
	library := knowledge.NewLibrary(s.db, 64<<20)
	public, err := url.Parse("http://texting.example.edu")
	if err != nil {
		t.Fatal(err)
	}
	s.server = server.New(server.Config{DB: s.db, Library: library, Log: slog.New(slog.DiscardHandler), PublicURL: public,
		Messages: http.NotFoundHandler(), Status: http.NotFoundHandler()})
	s.http = httptest.NewServer(s.server)
	s.intake = outreach.NewIntake(s.db, library)
	t.Cleanup(func() { s.http.Close(); s.server.Close(); library.Close() })
	return s
}

// visitor is a browser of one person.
type visitor struct {
	*site
	client *http.Client
}

func (s *site) visitor() *visitor {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return &visitor{site: s, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

func (s *site) signedIn(a account.Actor) *visitor {
	s.t.Helper()
	v := s.visitor()
	res := v.do("POST", "/sign-in", url.Values{"email": {a.Email}, "password": {accounttest.Password}})
	if res.status != http.StatusSeeOther {
		s.t.Fatalf("sign in as %s: %d", a.Email, res.status)
	}
	return v
}

type response struct {
	status   int
	location string
	body     string
}

func (v *visitor) do(method, path string, form url.Values) response {
	v.t.Helper()
	return v.send(method, path, form, nil)
}

// fragment is what the page's own script asks for, for the element of an id or for none.
func (v *visitor) fragment(method, path, id string, form url.Values) response {
	v.t.Helper()
	return v.send(method, path, form, map[string]string{"HX-Request": "true", "HX-Target": id})
}

func (v *visitor) send(method, path string, form url.Values, header map[string]string) response {
	v.t.Helper()
	req, err := http.NewRequest(method, v.http.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	if method == "POST" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := v.client.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	body := strings.ReplaceAll(string(b), res.Header.Get("X-Request-Id"), "REQUEST")
	return response{res.StatusCode, res.Header.Get("Location"), body}
}

// belongings are the ids of an organization's things, by the first word of their address.
type belongings struct {
	org accounttest.Org
	ids map[string]int64
}

var phones atomic.Int64

// furnish gives an organization one of everything that has an address. All that can be read of it
// has the word in it.
func (s *site) furnish(word string) belongings {
	s.t.Helper()
	must := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	org := accounttest.Found(s.t, s.db)
	office := org.Office(s.t, "Registrar")
	b := belongings{org: org, ids: map[string]int64{}}
	people := audience.NewDesk(s.db, org.Admin)
	contact, err := people.AddContact(s.ctx, audience.Person{Phone: "+15415551234", FirstName: word, LastName: "Person"})
	must(err)
	list, err := people.MakeList(s.ctx, word+" list")
	must(err)
	must(people.AddToList(s.ctx, list, contact))
	upload, err := people.Upload(s.ctx, word+".csv", strings.NewReader("phone,first\n2085550199,"+word+"\n"), -1)
	must(err)
	answer, err := knowledge.NewDesk(s.db, knowledge.NewLibrary(s.db, 1<<20), org.Admin).Save(s.ctx,
		knowledge.Draft{Title: word + " question", Text: word + " answer.", Language: "en", Enabled: true})
	must(err)
	phone := sms.Phone(fmt.Sprintf("+1208557%04d", phones.Add(1)))
	var number outreach.NumberID
	must(s.db.Org(s.ctx, org.ID, func(tx *postgres.Tx) (err error) {
		number, err = outreach.AddNumber(s.ctx, tx, outreach.NewNumber{Phone: phone, Kind: outreach.Reusable, Office: office})
		return err
	}))
	desk := outreach.NewDesk(s.db, org.Admin)
	campaign, err := desk.Begin(s.ctx, word+" campaign", office)
	must(err)
	must(desk.SaveGeneral(s.ctx, campaign, outreach.General{Title: word + " campaign", Office: office, Message: word, List: list, Number: number}))
	review, err := desk.Review(s.ctx, campaign)
	must(err)
	must(desk.Launch(s.ctx, campaign, review.Fingerprint))
	must(s.intake.Receive(s.ctx, org.ID, outreach.Inbound{SID: fmt.Sprintf("SM%032x", int64(org.ID)), From: "+15415551234", To: phone, Body: word + " words"}))
	waiting, err := desk.Waiting(s.ctx, 0, outreach.Cursor{})
	must(err)
	b.ids["campaigns"], b.ids["conversations"], b.ids["contacts"], b.ids["lists"] = int64(campaign), int64(waiting.Rows[0].ID), int64(contact), int64(list)
	b.ids["imports"], b.ids["answers"], b.ids["numbers"] = int64(upload), int64(answer), int64(number)
	must(desk.SaveTemplate(s.ctx, campaign, outreach.NewTemplate{Title: word + " text", Topic: word, Language: "en"}))
	must(s.db.Org(s.ctx, org.ID, func(tx *postgres.Tx) (err error) {
		if b.ids["templates"], err = postgres.Value[int64](s.ctx, tx, `select id from template where org_id = @org`, nil); err != nil {
			return err
		}
		b.ids["notices"], err = postgres.Value[int64](s.ctx, tx, `
			insert into notice (org_id, user_id, campaign_id, kind, detail) values (@org, @user, @campaign, 'not_launched', @word) returning id`,
			postgres.Args{"user": org.Admin.User, "campaign": campaign, "word": word})
		return err
	}))
	b.ids["users"] = int64(org.User(s.t, word+" colleague", account.Agent, office).User)
	must(s.db.Org(s.ctx, org.ID, func(tx *postgres.Tx) (err error) {
		b.ids["webhooks"], err = postgres.Value[int64](s.ctx, tx, `
			insert into webhook (org_id, kind, sid, form, error) values (@org, 'message', 'SM1', '{"Body": "secret"}', @word || ' error')
			returning id`, postgres.Args{"word": word})
		return err
	}))
	return b
}

// slowBrowser asks the database something before it reads on.
type slowBrowser struct {
	*httptest.ResponseRecorder
	t  *testing.T
	db *postgres.DB
}

func (b slowBrowser) Write(p []byte) (int, error) {
	ctx, cancel := context.WithTimeout(b.t.Context(), 5*time.Second)
	defer cancel()
	if err := b.db.Ping(ctx); err != nil {
		b.t.Errorf("no connection is left while the page is sent: %v", err)
	}
	return b.ResponseRecorder.Write(p)
}

// TestPage_TakesOneConnectionAndGivesItBackBeforeItIsSent: there is only one.
func TestPage_TakesOneConnectionAndGivesItBackBeforeItIsSent(t *testing.T) {
	t.Parallel()
	s := newSiteOn(t, pgtest.Open(t, postgres.WithMaxConns(1)))
	v := s.signedIn(accounttest.Found(t, s.db).Admin)
	at, err := url.Parse(s.http.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/campaigns", "/inbox", "/knowledge", "/numbers", "/analytics", "/settings", "/nowhere-to-be-found", "/campaigns/7"} {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		r := httptest.NewRequestWithContext(ctx, "GET", path, nil)
		for _, c := range v.client.Jar.Cookies(at) {
			r.AddCookie(c)
		}
		b := slowBrowser{httptest.NewRecorder(), t, s.db}
		s.server.ServeHTTP(b, r)
		cancel()
		if !strings.Contains(b.Body.String(), "</html>") {
			t.Errorf("%s is answered with %d and %.60q", path, b.Code, b.Body)
		}
	}
}
