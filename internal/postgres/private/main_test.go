package private

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// holdEnv turns the test binary into a program that starts the server of the folder it
// names, prints its URL, and stops when its standard input ends.
const holdEnv = "PRIVATE_TEST_HOLD"

func TestMain(m *testing.M) {
	if dir := os.Getenv(holdEnv); dir != "" {
		if err := hold(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(run(m))
}

// base holds the folders of all tests.
var base string

func run(m *testing.M) int {
	var err error
	if base, err = os.MkdirTemp("/tmp", "private-test-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(base)
	if err := os.Chmod(base, 0o711); err != nil { // root's account must reach it
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// folder is a new folder's name, which the account of root can reach and t.TempDir's not.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(base, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "pg")
}

// idle has the clusters of tests that are over, since initdb takes longer than all else
// that most tests do.
var idle = make(chan string, 100)

// folderWithCluster is a folder in which a server starts without initdb.
func folderWithCluster(t *testing.T) string {
	t.Helper()
	var dir string
	select {
	case dir = <-idle:
	default:
		dir = folder(t)
		s, err := Start(t.Context(), dir, Fsync(false))
		if err != nil {
			t.Fatal(err)
		}
		stop(t, s)
	}
	t.Cleanup(func() { idle <- dir })
	return dir
}

func hold(dir string) error {
	s, err := Start(context.Background(), dir, Fsync(false))
	if err != nil {
		return err
	}
	fmt.Println(s.URL("postgres"))
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return err
	}
	return s.Stop()
}

// holder is another process that shares a server.
type holder struct {
	t     *testing.T
	cmd   *exec.Cmd
	stdin io.Closer
	lines *bufio.Scanner
}

func startHolder(t *testing.T, dir string) *holder {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), holdEnv+"="+dir)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return &holder{t, cmd, stdin, bufio.NewScanner(stdout)}
}

// url waits until the holder's server answers.
func (h *holder) url() string {
	h.t.Helper()
	if !h.lines.Scan() {
		h.t.Fatalf("the other process did not start a server: %v", h.cmd.Wait())
	}
	return h.lines.Text()
}

func (h *holder) leave() {
	h.t.Helper()
	h.stdin.Close()
	if err := h.cmd.Wait(); err != nil {
		h.t.Fatal("the other process did not stop in order:", err)
	}
}

func (h *holder) kill() {
	h.t.Helper()
	if err := h.cmd.Process.Kill(); err != nil {
		h.t.Fatal(err)
	}
	_ = h.cmd.Wait() // an error by design
}

func start(t *testing.T, dir string, opts ...Option) *Server {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	s, err := Start(ctx, dir, append([]Option{Fsync(false)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func stop(t *testing.T, s *Server) {
	t.Helper()
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
}

func pid(t *testing.T, s *Server) int {
	t.Helper()
	id, err := s.PID()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// value asks for one text.
func value(t *testing.T, url, sql string) string {
	t.Helper()
	var v string
	if err := connect(t, url).QueryRow(t.Context(), sql).Scan(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// keep writes a row that wantKept finds again.
func keep(t *testing.T, url string) {
	t.Helper()
	conn := connect(t, url)
	for _, sql := range []string{"drop table if exists kept", "create table kept as select 'kept' as v"} {
		if _, err := conn.Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
}

func wantKept(t *testing.T, url string) {
	t.Helper()
	if got := value(t, url, "select v from kept"); got != "kept" {
		t.Errorf("kept row is %q", got)
	}
}

// wantGone fails unless no process of Postgres is left in the folder of s.
func wantGone(t *testing.T, s *Server) {
	t.Helper()
	alive, err := tryLock(filepath.Join(s.Dir(), "alive"), syscall.LOCK_EX)
	if err != nil {
		t.Fatal("is the server gone? ", err)
	}
	alive.Close()
	if _, err := os.Stat(s.socket); !os.IsNotExist(err) {
		t.Errorf("the socket's folder %s is still there: %v", s.socket, err)
	}
}

// wantError fails unless err says every one of the texts.
func wantError(t *testing.T, err error, texts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("got no error")
	}
	for _, text := range texts {
		if !strings.Contains(err.Error(), text) {
			t.Errorf("error %q does not say %q", err, text)
		}
	}
}
