package private

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestKilledProgramLeavesAServerToJoin(t *testing.T) {
	t.Parallel()
	dir := folderWithCluster(t)
	other := startHolder(t, dir)
	url := other.url()
	keep(t, url)
	other.kill()
	value(t, url, "select 'the server outlives the program'")
	s := start(t, dir)
	if diff := cmp.Diff(url, s.URL("postgres")); diff != "" {
		t.Error(diff)
	}
	stop(t, s)
	wantGone(t, s)
}

func TestKilledPostmasterIsReplaced(t *testing.T) {
	t.Parallel()
	dir := folderWithCluster(t)
	s := start(t, dir)
	before := pid(t, s)
	keep(t, s.URL("postgres"))
	idle := connect(t, s.URL("postgres")) // its backend outlives the postmaster for a moment
	if err := syscall.Kill(before, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	again := start(t, dir)
	if after := pid(t, again); after == before {
		t.Errorf("postmaster is still %d", after)
	}
	wantKept(t, s.URL("postgres"))
	if err := idle.Ping(t.Context()); err == nil {
		t.Error("a connection of the dead server still answers")
	}
	stop(t, s)
	stop(t, again)
	wantGone(t, again)
}

func TestStopAfterPostmasterWasKilled(t *testing.T) {
	t.Parallel()
	s := start(t, folderWithCluster(t))
	if err := syscall.Kill(pid(t, s), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	stop(t, s)
}

// After a reboot postmaster.pid is still there, and its process id is someone else's: of
// a program that lives, or of one that has ended but that nobody has waited for.
func TestStaleProcessID(t *testing.T) {
	t.Parallel()
	for name, program := range map[string]func(*testing.T, account) int{
		"other program": otherProgram,
		"zombie":        zombie,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := folderWithCluster(t)
			s := start(t, dir)
			file := filepath.Join(s.cluster.data(), "postmaster.pid")
			written, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			stop(t, s)
			other := program(t, s.cluster.who)
			stale := regexp.MustCompile(`^\d+`).ReplaceAll(written, []byte(strconv.Itoa(other)))
			if err := os.WriteFile(file, stale, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := s.cluster.who.give(file); err != nil {
				t.Fatal(err)
			}
			again := start(t, dir)
			if pid(t, again) == other {
				t.Error("the stale process id was kept")
			}
			stop(t, again)
			if err := syscall.Kill(other, 0); err != nil {
				t.Error("the other program was hit:", err)
			}
		})
	}
}

// otherProgram runs as Postgres would, since Postgres knows a process of another user for
// none of its own.
func otherProgram(t *testing.T, who account) int {
	t.Helper()
	cmd := exec.Command("sleep", "600")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who.credential()}
	cmd.Dir = "/"
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd.Process.Pid
}

func zombie(t *testing.T, who account) int {
	t.Helper()
	cmd := exec.Command("cat")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who.credential()}
	cmd.Dir = "/"
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil { // its standard input is empty, so it ends at once
		t.Fatal(err)
	}
	if _, err := stdout.Read(make([]byte, 1)); err == nil {
		t.Fatal("cat said something")
	}
	t.Cleanup(func() { _ = cmd.Wait() })
	return cmd.Process.Pid
}

// The killed program's initdb goes on for a moment: the next start must neither take what
// it leaves for a cluster nor work in the same folder at the same time.
func TestInterruptedInitdb(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	other := startHolder(t, dir)
	waitFor(t, func() bool {
		_, err := os.Stat(filepath.Join(dir, "data.new", "PG_VERSION"))
		return err == nil
	})
	other.kill()
	if _, err := os.Stat(filepath.Join(dir, "data")); err == nil {
		t.Fatal("initdb was over before it could be interrupted")
	}
	s := start(t, dir)
	value(t, s.URL("postgres"), "select 'works'")
	if _, err := os.Stat(filepath.Join(dir, "data.new")); !os.IsNotExist(err) {
		t.Error("data.new is left:", err)
	}
}

func TestCancelledStartLeavesNothingRunning(t *testing.T) {
	t.Parallel()
	for name, at := range map[string]string{"in initdb": "data.new", "in start": "log"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var dir string
			var err error
			for range 5 { // a busy machine may be late to cancel
				dir = folder(t)
				if err = cancelStart(t, dir, at); err != nil {
					break
				}
			}
			if !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			alive, err := lock(t.Context(), filepath.Join(dir, "alive"), syscall.LOCK_EX)
			if err != nil {
				t.Fatal(err)
			}
			alive.Close()
			start(t, dir)
		})
	}
}

// cancelStart cancels a start when a file appears in its folder, and returns its error.
func cancelStart(t *testing.T, dir, file string) error {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	started := make(chan error, 1)
	go func() {
		s, err := Start(ctx, dir)
		if err == nil {
			err = s.Stop()
		}
		started <- err
	}()
	waitFor(t, func() bool {
		_, err := os.Stat(filepath.Join(dir, file))
		return err == nil
	})
	cancel()
	return <-started
}

func TestServerThatCannotStartSaysWhy(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	s := start(t, dir)
	stop(t, s)
	conf := filepath.Join(s.cluster.data(), "postgresql.conf")
	if err := os.WriteFile(conf, []byte("no_such_setting = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), dir)
	wantError(t, err, "start Postgres", "no_such_setting")
	alive, err := tryLock(s.cluster.path("alive"), syscall.LOCK_EX)
	if err != nil {
		t.Fatal("is the server gone? ", err)
	}
	alive.Close()
}

// waitFor looks every millisecond until the condition holds.
func waitFor(t *testing.T, holds func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline:
			t.Fatal("waited 20 s in vain")
		case <-tick.C:
		}
	}
}
