package main

import (
	"net"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
)

// students is a list of the demo.
const (
	students     = "All students, fall 2026"
	studentsSize = 2000
)

// TestDemo_SecondRunIsFastAndHasTheSameData starts from what a first run has kept. That one said in
// seededHome what a first run takes.
func TestDemo_SecondRunIsFastAndHasTheSameData(t *testing.T) {
	t.Parallel()
	home := seededHome(t)
	began := time.Now()
	d := startDemo(t, home)
	// Two seconds are promised, and a quiet machine takes half of one; others may be busy.
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the second run took %s", took)
	} else {
		t.Logf("the second run took %s", took)
	}
	if strings.Contains(d.out.String(), "First run") {
		t.Errorf("a second run begins anew:\n%s", d.out.String())
	}
	had := d.holdings()
	for thing, least := range map[string]int{"contacts": studentsSize, "campaigns": 2, "conversations": 60, "answers": 40, "users": 6, "numbers": 4} {
		if had[thing] < least {
			t.Errorf("the demo holds %d %s, want at least %d", had[thing], thing, least)
		}
	}
	d.check()
	d.stopInOrder()

	again := startDemo(t, home)
	if diff := cmp.Diff(had, again.holdings()); diff != "" {
		t.Errorf("a further run holds something else (-before +after):\n%s", diff)
	}
	again.check()
}

// holdings are how many of some things there are, over all organizations.
func (d *demoProcess) holdings() map[string]int {
	d.t.Helper()
	conn, err := pgx.Connect(d.t.Context(), d.DatabaseURL)
	if err != nil {
		d.t.Fatal(err)
	}
	defer conn.Close(d.t.Context())
	held := map[string]int{}
	for name, table := range map[string]string{"contacts": "contact", "campaigns": "campaign", "conversations": "conversation",
		"answers": "answer", "users": "app_user", "numbers": "phone_number"} {
		var n int
		if err := conn.QueryRow(d.t.Context(), "select count(*) from "+table).Scan(&n); err != nil {
			d.t.Fatal(err)
		}
		held[name] = n
	}
	return held
}

// stopInOrder interrupts the demo as Ctrl-C does: nothing of it may be left running.
func (d *demoProcess) stopInOrder() {
	d.t.Helper()
	if code := d.signal(syscall.SIGINT); code != 0 {
		d.t.Errorf("after Ctrl-C the demo ended with code %d:\n%s", code, d.err.String())
	}
	if conn, err := pgx.Connect(d.t.Context(), d.DatabaseURL); err == nil {
		conn.Close(d.t.Context())
		d.t.Error("the demo has ended, and its Postgres runs on")
	}
	for _, address := range []string{d.URL, d.PhonesURL} {
		if u, err := url.Parse(address); err != nil || listens(u.Host) {
			d.t.Errorf("the demo has ended, and somebody listens at %s (%v)", address, err)
		}
	}
}

func listens(host string) bool {
	conn, err := net.Dial("tcp", host)
	if err == nil {
		conn.Close()
	}
	return err == nil
}

func TestDemo_Fresh(t *testing.T) {
	t.Parallel()
	home := seededHome(t)
	d := startDemo(t, home)
	d.signIn("Rosa").posted("/campaigns", url.Values{"title": {"Only until the next fresh start"}})
	account := d.AccountSID
	d.stopInOrder()

	fresh := startDemo(t, home, "--fresh")
	if !strings.Contains(fresh.out.String(), "First run") {
		t.Errorf("--fresh goes on with what was there:\n%s", fresh.out.String())
	}
	if a := fresh.signIn("Rosa").get("/campaigns"); strings.Contains(a.body, "Only until the next fresh start") || fresh.AccountSID == account {
		t.Errorf("--fresh keeps account %s and these campaigns:\n%s", fresh.AccountSID, a.body)
	}
}

func TestDemo_OneInAFolder(t *testing.T) {
	t.Parallel()
	home := seededHome(t)
	d := startDemo(t, home)
	for _, args := range [][]string{{"demo"}, {"demo", "--fresh"}} {
		_, said, code := run(t, []string{"PARLEY_HOME=" + home}, args...)
		if code == 0 || !strings.Contains(said, "another demo runs in "+home) || !strings.Contains(said, "PARLEY_HOME") {
			t.Errorf("a second parley %v in one folder ended with code %d and said %q", args, code, said)
		}
	}
	if a := d.signIn("Rosa").get("/campaigns"); a.status != 200 {
		t.Errorf("the first demo is disturbed: %d", a.status)
	}
}

// A port that somebody asks for is taken or refused; one that is only usual gives way.
func TestDemo_Ports(t *testing.T) {
	t.Parallel()
	home := seededHome(t)
	for _, usual := range []string{demoPort, phonesPort} {
		if l, err := net.Listen("tcp", "127.0.0.1:"+usual); err == nil { // else somebody else has it already
			defer l.Close()
		}
	}
	d := awaitDemo(start(t, []string{"PARLEY_HOME=" + home}, "demo"), home)
	said := d.out.String()
	for _, c := range []struct{ name, usual, url string }{{"PORT", demoPort, d.URL}, {"PHONES_PORT", phonesPort, d.PhonesURL}} {
		if strings.HasSuffix(c.url, ":"+c.usual) || !strings.Contains(said, c.url) ||
			!strings.Contains(said, "Port "+c.usual+" was taken, so Parley chose another. "+c.name+"=... decides.") {
			t.Errorf("with port %s taken the demo is at %s and says:\n%s", c.usual, c.url, said)
		}
	}
	d.signIn("Rosa")

	u, err := url.Parse(d.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"PORT", "PHONES_PORT"} {
		asked := name + "=" + u.Port()
		_, said, code := run(t, []string{"PARLEY_HOME=" + seededHome(t), asked}, "demo")
		if code == 0 || !strings.Contains(said, asked) || !strings.Contains(said, "Choose another port") {
			t.Errorf("with a port that is taken parley demo ended with code %d and said %q", code, said)
		}
	}
}

// The whole demo is killed while it texts two thousand people: program, phone network and all. Nobody
// may be texted twice, and whoever has not got the text must be shown as such.
func TestDemo_KilledInALaunch(t *testing.T) {
	t.Parallel()
	home := seededHome(t)
	d := startDemo(t, home)
	before := d.phones.logEnd()
	campaign := d.signIn("Dana").launch(plan{title: "Library hours", office: "Financial Aid", list: students, number: "(208) 555-0142"})
	eventually(t, time.Minute, "the launch is under way", func() bool { return len(d.phones.accepted(before)) > 300 })
	d.kill()

	d = d.restart(home)
	dana := d.signIn("Dana")
	t.Logf("after the restart: %+v", dana.recipients(campaign))
	l := launch{t, dana, campaign, func() map[string]int { return d.phones.accepted(before) }}
	l.settle(d.phones.settle)
	l.judge(studentsSize)
	d.check()
	d.stopInOrder()
}
