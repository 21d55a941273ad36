package main

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// newHome is an empty folder for a demo, which a Postgres under another user can reach; t.TempDir is
// closed to others. At the end what is left of the demo is stopped and removed.
func newHome(t *testing.T) string {
	t.Helper()
	home, err := os.MkdirTemp("", "parley-home-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := os.Stat(filepath.Join(home, "postgres", "data", "postmaster.pid")); err == nil {
			if err := forget(context.Background(), home); err != nil {
				t.Error(err)
			}
		}
		if err := os.RemoveAll(home); err != nil {
			t.Error(err)
		}
	})
	if err := os.Chmod(home, 0o755); err != nil {
		t.Fatal(err)
	}
	return home
}

var (
	seeding  sync.Mutex // one test seeds, the others wait for it
	seedFile string     // the folder of a seeded demo, packed
)

// seededHome is a copy of the folder of a demo that has run once.
func seededHome(t *testing.T) string {
	t.Helper()
	seeding.Lock()
	defer seeding.Unlock()
	if seedFile == "" {
		seedFile = seed(t)
	}
	home := newHome(t)
	pack(t, "-xpf", seedFile, "-C", home)
	return home
}

// seed runs a first demo and packs what it has kept.
func seed(t *testing.T) (file string) {
	t.Helper()
	home := newHome(t)
	d := startDemo(t, home)
	d.phones.settle() // statuses still to come would be sent to a port that copies do not have
	if code := d.signal(syscall.SIGINT); code != 0 {
		t.Fatalf("the first demo ended with code %d:\n%s", code, d.err.String())
	}
	file, err := beside("seeded.tar")
	if err != nil {
		t.Fatal(err)
	}
	pack(t, "-cpf", file, "-C", home, ".")
	return file
}

// pack calls tar, which keeps owners where root runs the tests and another user the Postgres.
func pack(t *testing.T, args ...string) {
	t.Helper()
	if out, err := exec.Command("tar", args...).CombinedOutput(); err != nil {
		t.Fatalf("tar %v: %v\n%s", args, err, out)
	}
}

// demoProcess is a demo that runs.
type demoProcess struct {
	*process
	description
	phones phones
}

// description is what people's tools read of demo.json.
type description struct {
	URL          string `json:"url"`
	PhonesURL    string `json:"phones_url"`
	TwilioAPIURL string `json:"twilio_api_url"`
	DatabaseURL  string `json:"database_url"`
	Organization string `json:"organization"`
	AccountSID   string `json:"account_sid"`
	AuthToken    string `json:"auth_token"`
	Users        []struct{ Name, Email, Password, Role string }
	Numbers      []struct{ Phone, Kind string }
}

// startDemo runs a demo in a folder on free ports and returns when it says that it is ready.
func startDemo(t *testing.T, home string, args ...string) *demoProcess {
	t.Helper()
	ports := []string{"PORT=" + freePort(t), "PHONES_PORT=" + freePort(t)}
	return awaitDemo(start(t, append(ports, "PARLEY_HOME="+home), append([]string{"demo"}, args...)...), home)
}

// restart runs a demo that was killed once more, at its old addresses: there the network sends the
// statuses of texts that were under way.
func (d *demoProcess) restart(home string) *demoProcess {
	d.t.Helper()
	return awaitDemo(start(d.t, d.cmd.Env, d.cmd.Args[1:]...), home)
}

// awaitDemo waits until a demo is ready. Two minutes are ample for a first run on a busy machine.
func awaitDemo(p *process, home string) *demoProcess {
	t := p.t
	t.Helper()
	eventually(t, 2*time.Minute, "the demo is ready", func() bool {
		if !p.alive() {
			t.Fatalf("%s ended:\n%s%s", p, p.out.String(), p.err.String())
		}
		return strings.Contains(p.out.String(), "Parley runs.")
	})
	d := &demoProcess{process: p}
	if err := json.Unmarshal([]byte(read(t, descriptionOf(home))), &d.description); err != nil {
		t.Fatal(err)
	}
	d.phones = phones{t, d.PhonesURL}
	return d
}

// check runs parley check on the demo's database; any broken promise fails the test.
func (d *demoProcess) check() {
	d.t.Helper()
	ran(d.t, []string{"DATABASE_URL=" + d.DatabaseURL}, "check")
}

// credentials are how somebody whose name begins so signs in.
func (d *demoProcess) credentials(name string) (email, password string) {
	d.t.Helper()
	for _, u := range d.Users {
		if strings.HasPrefix(u.Name, name) {
			return u.Email, u.Password
		}
	}
	d.t.Fatalf("%s has nobody of the name %s", d.Organization, name)
	return "", ""
}

// signIn opens the program as one of the demo's people.
func (d *demoProcess) signIn(name string) *visitor {
	d.t.Helper()
	email, password := d.credentials(name)
	return signIn(d.t, d.URL, email, password)
}
