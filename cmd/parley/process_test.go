package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"parley/internal/postgres/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// beside is a path next to the test binary. What all tests of a run share is kept there, since go test
// clears that folder away with the binary.
func beside(name string) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	return filepath.Join(filepath.Dir(self), name), nil
}

// builtProgram builds the program once for all tests of a run. It takes the flags of go test, so that
// what the tests have compiled is not compiled again.
var builtProgram = sync.OnceValues(func() (string, error) {
	path, err := beside("parley")
	if err != nil {
		return "", err
	}
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return path, nil
})

// process is one run of the program, ended with the test at the latest.
type process struct {
	t        *testing.T
	cmd      *exec.Cmd
	out, err output
	ended    chan struct{}
}

// start runs the program with these settings and arguments; nothing of the settings of whoever runs
// the tests reaches it.
func start(t *testing.T, settings []string, args ...string) *process {
	t.Helper()
	path, err := builtProgram()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, cmd: exec.Command(path, args...), ended: make(chan struct{})}
	p.cmd.Env = append(surroundings(), settings...)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.err
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		p.cmd.Wait() // how it ended is asked of ProcessState
	}()
	t.Cleanup(p.end)
	return p
}

// surroundings are the variables without which no program finds its way.
func surroundings() (environ []string) {
	for _, name := range []string{"PATH", "HOME", "TMPDIR", "PGBIN"} {
		if value, ok := os.LookupEnv(name); ok {
			environ = append(environ, name+"="+value)
		}
	}
	return environ
}

// longestStop is above the 30 s in which the program promises to end.
const longestStop = 35 * time.Second

// end stops a process that a test has left running, in order if it can, and shows what a failed test
// may want to know.
func (p *process) end() {
	if p.alive() {
		p.cmd.Process.Signal(syscall.SIGINT) // it may have ended by itself
	}
	select {
	case <-p.ended:
	case <-time.After(longestStop):
		p.t.Errorf("%s did not stop within %s of an interrupt", p, longestStop)
		p.cmd.Process.Kill()
		<-p.ended
	}
	if p.t.Failed() {
		p.t.Logf("%s said:\n%s%s", p, p.out.String(), p.err.String())
	}
}

func (p *process) String() string { return fmt.Sprintf("parley %v", p.cmd.Args[1:]) }

func (p *process) alive() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// signal sends a signal and waits for the end; it returns the exit code.
func (p *process) signal(s syscall.Signal) int {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatalf("%s: %v\n%s", p, err, p.err.String())
	}
	return p.wait(longestStop)
}

// kill ends the process as a power cut does.
func (p *process) kill() {
	p.t.Helper()
	p.signal(syscall.SIGKILL)
}

func (p *process) wait(within time.Duration) (code int) {
	p.t.Helper()
	select {
	case <-p.ended:
		return p.cmd.ProcessState.ExitCode()
	case <-time.After(within):
		p.t.Fatalf("%s still runs after %s\n%s", p, within, p.err.String())
		return 0
	}
}

// run is a call of the program that ends by itself.
func run(t *testing.T, settings []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	p := start(t, settings, args...)
	code = p.wait(time.Minute)
	return p.out.String(), p.err.String(), code
}

// ran is a call of the program that must succeed.
func ran(t *testing.T, settings []string, args ...string) (stdout string) {
	t.Helper()
	stdout, stderr, code := run(t, settings, args...)
	if code != 0 {
		t.Fatalf("parley %v ended with code %d:\n%s%s", args, code, stdout, stderr)
	}
	return stdout
}

// output is what a process has printed so far.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// freePort is a port that nobody listens on now.
func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return fmt.Sprint(port(l))
}

// eventually asks again and again until ok says yes, and fails the test if that takes longer than
// within. It returns how long it took.
func eventually(t *testing.T, within time.Duration, what string, ok func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	if !becomes(t, within, ok) {
		t.Fatalf("%s: not within %s", what, within)
	}
	return time.Since(began)
}

// becomes asks again and again until ok says yes, and says no if that takes longer than within.
func becomes(t *testing.T, within time.Duration, ok func() bool) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return false
		}
	}
	return true
}
