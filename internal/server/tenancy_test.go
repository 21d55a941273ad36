package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"parley/internal/account"
	"parley/internal/postgres/pgtest"
)

// forms is a plausible form with every field that any page has.
var forms = url.Values{"title": {"Stolen"}, "office": {"1"}, "message": {"Stolen"}, "mode": {"bot"}, "idk": {"agent"}, "inbox": {"1"},
	"archive_days": {"7"}, "text": {"Stolen"}, "fingerprint": {"x"}, "understood": {"on"}, "variants": {"Stolen"}, "language": {"en"},
	"column_0": {"phone"}, "column_1": {"first_name"}, "name": {"Stolen"}, "question": {"Stolen"}}

// route is one line of the table of contents.
type route struct{ method, pattern string }

func (s *site) routes() []route {
	s.t.Helper()
	var all []route
	err := chi.Walk(s.server.Routes(), func(method, pattern string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		if !strings.HasPrefix(pattern, "/static") && !strings.HasPrefix(pattern, "/twilio") {
			all = append(all, route{method, pattern})
		}
		return nil
	})
	if err != nil || len(all) < 30 {
		s.t.Fatalf("walk the routes: %d, %v", len(all), err)
	}
	return all
}

var kindOf = regexp.MustCompile(`([a-z]+)/\{id\}`)

// TestT1_AnotherOrganizationsIDsAreNotThere calls every route that names something with the ids of
// another organization: the answer is that for an id that does not exist, and nothing changes.
func TestT1_AnotherOrganizationsIDsAreNotThere(t *testing.T) {
	s := newSite(t)
	theirs, mine := s.furnish("secret"), s.furnish("ours")
	before := s.fingerprint(theirs)
	v := s.signedIn(mine.org.Admin)
	called := 0
	for _, route := range s.routes() {
		m := kindOf.FindStringSubmatch(route.pattern)
		if m == nil {
			continue
		}
		called++
		id, known := theirs.ids[m[1]]
		if !known {
			t.Fatalf("%s: the test has no id of that kind", route.pattern)
		}
		stolen := v.do(route.method, strings.Replace(route.pattern, "{id}", fmt.Sprint(id), 1), forms)
		random := v.do(route.method, strings.Replace(route.pattern, "{id}", "987654321", 1), forms)
		if stolen.status != http.StatusNotFound || random.status != http.StatusNotFound {
			t.Errorf("%s %s: %d with another organization's id, %d with one that does not exist; want 404", route.method, route.pattern, stolen.status, random.status)
		}
		if scrub(stolen.body) != scrub(random.body) {
			t.Errorf("%s %s tells another organization's id from one that does not exist", route.method, route.pattern)
		}
		if strings.Contains(strings.ToLower(stolen.body), "secret") {
			t.Errorf("%s %s shows what belongs to another organization", route.method, route.pattern)
		}
	}
	if called < 20 {
		t.Errorf("only %d routes name something", called)
	}
	if after := s.fingerprint(theirs); after != before {
		t.Error("something of the other organization has changed")
	}
}

var volatile = regexp.MustCompile(`\d{9}|\d+`)

func scrub(body string) string { return volatile.ReplaceAllString(body, "N") }

// fingerprint is a hash of every row of an organization.
func (s *site) fingerprint(b belongings) string {
	s.t.Helper()
	conn, err := pgx.Connect(s.ctx, pgtest.AdminURL(s.t))
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close(s.ctx)
	rows, err := conn.Query(s.ctx, `
		select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
		where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1`)
	if err != nil {
		s.t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		s.t.Fatal(err)
	}
	var all strings.Builder
	for _, table := range tables {
		var hash *string
		err := conn.QueryRow(s.ctx, fmt.Sprintf(`select md5(string_agg(r::text, '|' order by r::text)) from %s r where org_id = $1`,
			pgx.Identifier{table}.Sanitize()), b.org.ID).Scan(&hash)
		if err != nil {
			s.t.Fatal(err)
		}
		if hash != nil {
			fmt.Fprintln(&all, table, *hash)
		}
	}
	return all.String()
}

// TestT1_NobodyIsSentToSignIn calls every route without a session.
func TestT1_NobodyIsSentToSignIn(t *testing.T) {
	s := newSite(t)
	b := s.furnish("ours")
	before := s.fingerprint(b)
	v := s.visitor()
	open := map[string]bool{"GET /healthz": true, "GET /readyz": true, "GET /sign-in": true, "POST /sign-in": true, "POST /sign-out": true, "POST /theme": true}
	for _, route := range s.routes() {
		if open[route.method+" "+route.pattern] {
			continue
		}
		path := kindOf.ReplaceAllStringFunc(route.pattern, func(m string) string {
			kind, _, _ := strings.Cut(m, "/")
			return fmt.Sprintf("%s/%d", kind, b.ids[kind])
		})
		res := v.do(route.method, path, forms)
		if res.status != http.StatusSeeOther || !strings.HasPrefix(res.location, "/sign-in") {
			t.Errorf("%s %s without a session: %d %s", route.method, route.pattern, res.status, res.location)
		}
	}
	if s.fingerprint(b) != before {
		t.Error("somebody without a session has changed something")
	}
}

// TestT1_AgentsMayNotManage calls with an agent's session what only managers and administrators may do.
func TestT1_AgentsMayNotManage(t *testing.T) {
	s := newSite(t)
	b := s.furnish("ours")
	office := b.org.Office(t, "Other office")
	agent := b.org.User(t, "Agent", account.Agent, office)
	before := s.fingerprint(b)
	v := s.signedIn(agent)
	answers := map[string]bool{"/conversations/{id}/reply": true, "/conversations/{id}/clear": true, "/conversations/{id}/switch-mode": true,
		"/conversations/{id}/opt-out": true, "/conversations/{id}/typing": true, "/knowledge/try": true, "/sign-in": true, "/sign-out": true, "/theme": true}
	for _, route := range s.routes() {
		if route.method != "POST" || answers[route.pattern] {
			continue
		}
		path := kindOf.ReplaceAllStringFunc(route.pattern, func(m string) string {
			kind, _, _ := strings.Cut(m, "/")
			return fmt.Sprintf("%s/%d", kind, b.ids[kind])
		})
		if res := v.do("POST", path, forms); res.status != http.StatusForbidden && res.status != http.StatusNotFound {
			t.Errorf("POST %s as an agent: %d, want 403 or 404", route.pattern, res.status)
		}
	}
	if s.fingerprint(b) != before {
		t.Error("an agent has changed what only managers may")
	}
}
