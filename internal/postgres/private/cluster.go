package private

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// cluster is a folder with
//
//	gate      locked while one process starts or stops the server
//	users     locked, shared, by each process that needs the server
//	alive     locked by the processes of Postgres itself, who inherit it
//	data      the database cluster
//	data.new  a cluster that initdb has not finished
//	log       what the server said since it was last started; log.old the time before
//
// The lock on alive replaces process ids, which name other programs after a reboot, and
// zombies, which look like life to kill(pid, 0) and "pg_ctl status".
type cluster struct {
	dir   string
	who   account
	fsync bool
}

func (c *cluster) path(name string) string { return filepath.Join(c.dir, name) }
func (c *cluster) data() string            { return c.path("data") }

// foreignLimit is how long find waits for processes of Postgres that an earlier process
// started and that do not answer: an initdb whose starter was killed, a server in crash
// recovery, a query that has not noticed that its postmaster was killed.
const foreignLimit = time.Minute

// find returns the socket's folder of the running server, or, if none runs, the lock on
// alive: proof that no process of Postgres is at work in the folder.
func (c *cluster) find(ctx context.Context) (socket string, alive *os.File, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, foreignLimit, errors.New("it is alive but does not answer"))
	defer cancel()
	err = poll(ctx, func() (bool, error) {
		if socket, err = c.answering(ctx); err == nil {
			return true, nil
		}
		alive, err = tryLock(c.path("alive"), syscall.LOCK_EX)
		if errors.Is(err, errHeld) {
			return false, nil
		}
		return err == nil, err
	})
	if err != nil {
		return "", nil, fmt.Errorf("wait for the Postgres of %s: %w", c.dir, err)
	}
	return socket, alive, nil
}

// up joins the running server or starts one, and returns its socket's folder. The caller
// holds the gate.
func (c *cluster) up(ctx context.Context) (socket string, err error) {
	socket, alive, err := c.find(ctx)
	if err != nil || alive == nil {
		return socket, err
	}
	defer alive.Close()
	return c.start(ctx, alive)
}

// start makes the cluster if there is none and runs a server in it, under the lock on
// alive, which both inherit.
func (c *cluster) start(ctx context.Context, alive *os.File) (socket string, err error) {
	major, err := c.major()
	if err != nil {
		return "", err
	}
	in, err := install(ctx, c.who, major)
	if err != nil && major != 0 {
		return "", fmt.Errorf("open %s, which Postgres %d made: %w", c.data(), major, err)
	}
	if err != nil {
		return "", err
	}
	if major == 0 {
		if err := c.create(ctx, in, alive); err != nil {
			return "", fmt.Errorf("create a Postgres cluster: %w", err)
		}
	}
	if err := c.launch(ctx, in, alive); err != nil {
		return "", fmt.Errorf("start Postgres: %w", err)
	}
	return c.answering(ctx)
}

// major is the version that made the cluster, or 0 if there is no cluster yet.
func (c *cluster) major() (int, error) {
	file := filepath.Join(c.data(), "PG_VERSION")
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the cluster's version: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || major <= 0 {
		return 0, fmt.Errorf("read the cluster's version: %s says %q", file, text)
	}
	return major, nil
}

// create runs initdb under another name, so that what an interrupted one leaves behind is
// never taken for a cluster.
func (c *cluster) create(ctx context.Context, in installation, alive *os.File) error {
	if entries, err := os.ReadDir(c.data()); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s holds files but no cluster", c.data())
	}
	scratch := c.path("data.new")
	if err := os.RemoveAll(scratch); err != nil {
		return err
	}
	if err := os.Mkdir(scratch, 0o700); err != nil {
		return err
	}
	if err := c.who.give(scratch); err != nil {
		return err
	}
	args := []string{"-D", scratch, "-U", Superuser, "-A", "trust", "-E", "UTF8", "--locale=C"}
	if !c.fsync {
		args = append(args, "--no-sync")
	}
	cmd := c.command(ctx, filepath.Join(in.bin, "initdb"), alive, args...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return errors.Join(fmt.Errorf("run initdb: %w: %s", err, bytes.TrimSpace(out)), ctx.Err())
	}
	return os.Rename(scratch, c.data())
}

// command prepares a program of Postgres. It runs in a session of its own, which keeps
// Ctrl-C and the terminal's hang-up from it, and holds the lock on alive. The end of ctx
// kills it and its children.
func (c *cluster) command(ctx context.Context, path string, alive *os.File, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.Dir = "/"                              // our own folder may be closed to the account
	cmd.Env = append(os.Environ(), "LC_ALL=C") // over all other locales; messages we can search for
	cmd.ExtraFiles = []*os.File{alive}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Credential: c.who.credential()}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	return cmd
}
