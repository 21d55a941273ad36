package private

import (
	"net"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
)

func TestProcessesShareOneServerAndTheLastStopsIt(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	first, second := startHolder(t, dir), startHolder(t, dir)
	s := start(t, dir)
	got := []string{first.url(), second.url()}
	want := []string{s.URL("postgres"), s.URL("postgres")}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	first.leave()
	stop(t, s)
	value(t, s.URL("postgres"), "select 'the second process still holds it'")
	second.leave()
	wantGone(t, s)
}

func TestOneProcessMayShareWithItself(t *testing.T) {
	t.Parallel()
	dir := folderWithCluster(t)
	first, second := start(t, dir), start(t, dir)
	stop(t, first)
	stop(t, first) // does not take the share of the second
	value(t, second.URL("postgres"), "select 'still here'")
	stop(t, second)
	wantGone(t, second)
}

func TestDataSurvivesRestart(t *testing.T) {
	t.Parallel()
	dir := folderWithCluster(t)
	s := start(t, dir)
	if err := s.CreateDatabase(t.Context(), "parley"); err != nil {
		t.Fatal(err)
	}
	keep(t, s.URL("parley"))
	stop(t, s)
	again := start(t, dir)
	wantKept(t, again.URL("parley"))
	if again.socket != s.socket {
		t.Errorf("the socket moved from %s to %s, where no pool would look for it", s.socket, again.socket)
	}
}

func TestURL(t *testing.T) {
	t.Parallel()
	s := &Server{socket: "/tmp/parley-0a-0"}
	got := []string{s.URL("parley"), s.URLAs("app", "parley")}
	want := []string{
		"postgres://postgres@/parley?host=%2Ftmp%2Fparley-0a-0&port=5432",
		"postgres://app@/parley?host=%2Ftmp%2Fparley-0a-0&port=5432",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	durable, fast := start(t, folderWithCluster(t), Fsync(true)), start(t, folderWithCluster(t))
	want := map[string]string{
		"listen_addresses": "", "max_connections": "200", "shared_buffers": "128MB", "TimeZone": "UTC",
		"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on", "server_encoding": "UTF8",
	}
	show := func(s *Server) map[string]string {
		got := map[string]string{}
		for name := range want {
			got[name] = value(t, s.URL("postgres"), "show "+name)
		}
		return got
	}
	if diff := cmp.Diff(want, show(durable)); diff != "" {
		t.Error(diff)
	}
	want["fsync"], want["full_page_writes"] = "off", "off"
	if diff := cmp.Diff(want, show(fast)); diff != "" {
		t.Error("without fsync:", diff)
	}
}

func TestSurroundingsDoNotSteerTheServer(t *testing.T) {
	for _, name := range []string{"PGDATA", "PGPORT", "PGHOST", "PGUSER", "PGDATABASE", "LC_ALL", "LANG"} {
		t.Setenv(name, "1")
	}
	s := start(t, folder(t))
	if diff := cmp.Diff("C", value(t, s.URL("postgres"), "show lc_messages")); diff != "" {
		t.Error(diff)
	}
}

// TestRunningServer asks one server what holds for each.
func TestRunningServer(t *testing.T) {
	t.Parallel()
	s := start(t, folderWithCluster(t))
	for name, test := range map[string]func(*testing.T, *Server){
		"CreateDatabase by many at once": createDatabaseByManyAtOnce,
		"URL serves psql":                urlServesPsql,
		"session of its own":             sessionOfItsOwn,
		"socket is for its owner alone":  socketIsForItsOwnerAlone,
	} {
		t.Run(name, func(t *testing.T) { test(t, s) })
	}
}

func createDatabaseByManyAtOnce(t *testing.T, s *Server) {
	t.Helper()
	const name = `odd "name" ü/?`
	var g errgroup.Group
	for range 8 {
		g.Go(func() error { return s.CreateDatabase(t.Context(), name) })
	}
	if err := g.Wait(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(name, value(t, s.URL(name), "select current_database()")); diff != "" {
		t.Error(diff)
	}
}

func urlServesPsql(t *testing.T, s *Server) {
	t.Helper()
	psql := filepath.Join(installed(t).bin, "psql")
	out, err := exec.Command(psql, "-XAt", s.URL("postgres"), "-c", "select current_user").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if diff := cmp.Diff("postgres\n", string(out)); diff != "" {
		t.Error(diff)
	}
}

// Ctrl-C goes to the terminal's foreground process group.
func sessionOfItsOwn(t *testing.T, s *Server) {
	t.Helper()
	group, err := syscall.Getpgid(pid(t, s))
	if err != nil {
		t.Fatal(err)
	}
	if group != pid(t, s) {
		t.Errorf("process group of postmaster %d is %d", pid(t, s), group)
	}
}

func socketIsForItsOwnerAlone(t *testing.T, s *Server) {
	t.Helper()
	var stat syscall.Stat_t
	if err := syscall.Lstat(s.socket, &stat); err != nil {
		t.Fatal(err)
	}
	if mode := stat.Mode & 0o777; mode != 0o700 {
		t.Errorf("mode of %s is %o", s.socket, mode)
	}
	if int(stat.Uid) != s.cluster.who.uid {
		t.Errorf("owner of %s is %d, want %d", s.socket, stat.Uid, s.cluster.who.uid)
	}
	conn, err := net.Dial("unix", filepath.Join(s.socket, ".s.PGSQL."+port))
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}
