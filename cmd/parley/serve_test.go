package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/internal/phonenet"
	"parley/internal/postgres/pgtest"
)

const secretKey = "SECRET_KEY=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

func TestServe_NamesEverySettingThatIsWrong(t *testing.T) {
	t.Parallel()
	right := map[string]string{"DATABASE_URL": "postgres://parley@localhost/parley", "PUBLIC_URL": "https://texting.example.edu",
		"SECRET_KEY": strings.TrimPrefix(secretKey, "SECRET_KEY=")}
	for _, c := range []struct {
		setting, value string
		remedy         string
	}{
		{"DATABASE_URL", "", "postgres://parley:secret@host/parley"},
		{"PUBLIC_URL", "", "https://texting.example.edu"},
		{"PUBLIC_URL", "texting.example.edu", "It must begin with https://"},
		{"PUBLIC_URL", "https://example.edu/texting", "It must end after the host name: https://example.edu"},
		{"SECRET_KEY", "", "openssl rand -hex 32"},
		{"SECRET_KEY", "swordfish", "64 hexadecimal digits"},
		{"TWILIO_API_URL", "localhost:9090", "leave it out for Twilio itself"},
		{"SEND_IN_FLIGHT", "0", "Give a number from 1 to 1000"},
		{"DATABASE_CONNS", "2", "Give at least 8"},
		{"LOG_FORMAT", "xml", "Give text or json"},
	} {
		t.Run(c.setting+"="+c.value, func(t *testing.T) {
			t.Parallel()
			settings := []string{c.setting + "=" + c.value}
			for name, value := range right {
				if name != c.setting {
					settings = append(settings, name+"="+value)
				}
			}
			_, said, code := run(t, settings, "serve")
			if code != 1 || !strings.Contains(said, c.setting+" ") || !strings.Contains(said, c.remedy) {
				t.Errorf("parley serve ended with code %d and said:\n%s", code, said)
			}
			for name := range right {
				if name != c.setting && strings.Contains(said, "\n"+name+" ") {
					t.Errorf("%s is right, and parley serve said:\n%s", name, said)
				}
			}
		})
	}
	_, said, code := run(t, nil, "serve")
	for name := range right {
		if code != 1 || !strings.Contains(said, name+" is not set") {
			t.Errorf("without any setting parley serve ended with code %d and said:\n%s", code, said)
		}
	}
}

func TestServe_RefusesALoginThatSeesEverything(t *testing.T) {
	t.Parallel()
	d := pgtest.Own(t)
	_, said, code := run(t, []string{"DATABASE_URL=" + d.AdminURL(), "PUBLIC_URL=http://localhost", secretKey}, "serve")
	if code != 1 || !strings.Contains(said, "ADMIN_DATABASE_URL") || !strings.Contains(said, "parley migrate") {
		t.Errorf("with the owner's login parley serve ended with code %d and said:\n%s", code, said)
	}
}

// TestServe_FromAnEmptyDatabase is an installation brought up by a script: schema, organization,
// number, server; then its first text, a launch through a crash, and a stop under load.
func TestServe_FromAnEmptyDatabase(t *testing.T) {
	t.Parallel()
	s := newInstallation(t)
	s.bringUp()
	s.serve()
	s.firstText()
	s.importPeople()
	s.crash()
	s.stop()
}

// installation is a production installation, with the simulated phone network for a carrier.
type installation struct {
	t        *testing.T
	url      string
	settings []string
	admin    string // address of the database for its owner
	database *pgtest.Server
	network  *phonenet.Network
	process  *process
	rosa     *visitor
}

const (
	accountSID  = "AC00112233445566778899aabbccddeeff"
	authToken   = "0123456789abcdef0123456789abcdef"
	schoolPhone = "+12085550142"
)

func newInstallation(t *testing.T) *installation {
	t.Helper()
	network, err := phonenet.New(phonenet.Options{Faults: phonenet.Faults{Latency: phonenet.UpTo(40 * time.Millisecond)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { network.Close() })
	if err := network.AddAccount(phonenet.Account{SID: accountSID, Token: authToken, Name: "Marlowe University"}); err != nil {
		t.Fatal(err)
	}
	if err := network.AddNumber(accountSID, schoolPhone); err != nil {
		t.Fatal(err)
	}
	api := httptest.NewServer(network.Handler())
	t.Cleanup(api.Close)
	database := pgtest.Cluster(t)
	admin, login := emptyDatabase(t, database)
	at := freePort(t)
	return &installation{t: t, url: "http://localhost:" + at, admin: admin, database: database, network: network, settings: []string{secretKey,
		"DATABASE_URL=" + login, "PUBLIC_URL=http://localhost:" + at, "LISTEN=localhost:" + at, "TWILIO_API_URL=" + api.URL, "LOG_FORMAT=json"}}
}

// emptyDatabase is a database without a schema, as its owner and as the program will sign in there.
func emptyDatabase(t *testing.T, server *pgtest.Server) (admin, login string) {
	t.Helper()
	u, err := url.Parse(server.AdminURL())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if _, err := conn.Exec(t.Context(), "create database texting"); err != nil {
		t.Fatal(err)
	}
	u.Path = "/texting"
	admin = u.String()
	u.User = url.UserPassword("texting_program", "swordfish")
	return admin, u.String()
}

func (s *installation) bringUp() {
	t := s.t
	t.Helper()
	if _, said, code := run(t, s.settings, "serve"); code != 1 {
		t.Errorf("on a database without a schema parley serve ended with code %d and said:\n%s", code, said)
	}
	for range 2 { // a script may be run again
		ran(t, append(s.settings, "ADMIN_DATABASE_URL="+s.admin), "migrate")
	}
	var org struct{ Organization int64 }
	s.read(&org, "org", "add", "--name", "Marlowe University", "--zone", "America/Boise", "--send-from", "00:00", "--send-until", "24:00",
		"--admin-name", "Rosa Delgado", "--admin-email", "rosa@marlowe.example", "--admin-password", "correct horse",
		"--account-sid", accountSID, "--auth-token", authToken)
	var added struct {
		Registered string `json:"webhooks_registered"`
	}
	s.read(&added, "number", "add", "--org", fmt.Sprint(org.Organization), "--phone", "(208) 555-0142", "--label", "Front desk", "--speed", "400")
	if added.Registered != "yes" {
		t.Errorf("the number's webhooks are not registered: %s", added.Registered)
	}
}

// read runs a verb that answers in JSON.
func (s *installation) read(into any, args ...string) {
	s.t.Helper()
	if err := json.Unmarshal([]byte(ran(s.t, s.settings, args...)), into); err != nil {
		s.t.Fatalf("parley %v: %v", args, err)
	}
}

// serve starts the server and waits until it says that it is ready.
func (s *installation) serve() {
	s.t.Helper()
	s.process = start(s.t, s.settings, "serve")
	eventually(s.t, time.Minute, "the server is ready", func() bool {
		return s.process.alive() && s.answers("/healthz") == "ok\n" && s.answers("/readyz") == "ready\n"
	})
	if s.rosa == nil {
		s.rosa = signIn(s.t, s.url, "rosa@marlowe.example", "correct horse")
	}
}

// answers is what a machine reads, empty if nobody answers.
func (s *installation) answers(path string) string {
	res, err := http.Get(s.url + path)
	if err != nil {
		return ""
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		return ""
	}
	return string(body)
}

// firstText comes from a handset that nobody knows, outside any campaign.
func (s *installation) firstText() {
	s.t.Helper()
	if _, err := s.network.Handset("+15415550123").Send(s.t.Context(), schoolPhone, "is anybody there at noon"); err != nil {
		s.t.Fatal(err)
	}
	eventually(s.t, patience, "the text waits in the administrator's inbox", func() bool {
		return strings.Contains(s.rosa.get("/inbox").body, "is anybody there at noon")
	})
}

const neighbours = 2000

// importPeople brings two thousand people from a file.
func (s *installation) importPeople() {
	var b strings.Builder
	b.WriteString("First name,Phone\n")
	for n := range neighbours {
		fmt.Fprintf(&b, "Neighbour,+1%d55501%02d\n", []int{212, 213, 214, 215, 216, 217, 218, 219, 224, 225, 228, 229, 231, 234, 239, 240, 248, 251, 252, 253}[n/100], n%100)
	}
	if got := s.rosa.importList("Neighbours", b.String()); !strings.Contains(got, "2,000") {
		s.t.Errorf("two thousand people were imported, and the page says:\n%s", got)
	}
}

func (s *installation) launch(title string) launch {
	s.t.Helper()
	before := s.network.LogEnd()
	campaign := s.rosa.launch(plan{title: title, office: "Main office", list: "Neighbours", number: "(208) 555-0142"})
	l := launch{s.t, s.rosa, campaign, func() map[string]int { return s.network.AcceptedCounts(before) }}
	eventually(s.t, time.Minute, "the launch is under way", func() bool { return len(l.accepted()) > 300 })
	return l
}

func (s *installation) settle() {
	s.t.Helper()
	if err := s.network.Settle(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// crash kills the server in a launch. The network goes on, and reaches nobody for a while.
func (s *installation) crash() {
	s.t.Helper()
	l := s.launch("Street fair")
	s.process.kill()
	if n := len(l.accepted()); n == neighbours {
		s.t.Fatal("the launch was over before the server was killed")
	}
	s.serve()
	l.settle(s.settle)
	l.judge(neighbours)
	ran(s.t, s.settings, "check")
}

// stop asks the server to end in a launch, as a supervisor does, which waits 30 s before it kills.
func (s *installation) stop() {
	t := s.t
	t.Helper()
	l := s.launch("Street fair, thank you")
	began := time.Now()
	if code := s.process.signal(syscall.SIGTERM); code != 0 {
		t.Errorf("after SIGTERM the server ended with code %d", code)
	}
	took, sent := time.Since(began), len(l.accepted())
	t.Logf("the server ended %s after SIGTERM, with %d of %d texts sent", took, sent, neighbours)
	if took > 30*time.Second || sent == neighbours {
		t.Errorf("the server ended after %s, with %d of %d texts sent", took, sent, neighbours)
	}
	s.serve()
	if r := s.rosa.recipients(l.campaign); r.unknown > 0 {
		t.Errorf("a stop in order leaves texts in doubt: %+v", r)
	}
	l.settle(s.settle)
	l.judge(neighbours)
	if r := s.rosa.recipients(l.campaign); r.unknown > 0 {
		t.Errorf("a stop in order leaves texts in doubt: %+v", r)
	}
	ran(t, s.settings, "check")
}
