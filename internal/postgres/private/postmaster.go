package private

import (
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

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// postmaster is what a server says of itself in the file postmaster.pid, which stays
// behind when it is killed. The file's format: src/include/utils/pidfile.h of Postgres.
type postmaster struct {
	pid    int
	socket string // the folder of its socket
	ready  bool   // it said that it accepts connections
}

func readPostmaster(data string) (postmaster, error) {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return postmaster{}, err
	}
	lines := strings.Split(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil {
		return postmaster{}, fmt.Errorf("read postmaster.pid: %w", err)
	}
	pm := postmaster{pid: pid}
	if len(lines) >= 8 {
		pm.socket = strings.TrimSpace(lines[4])
		pm.ready = strings.TrimSpace(lines[7]) == "ready"
	}
	return pm, nil
}

var errSilent = errors.New("no server answers")

// answering is the socket's folder of the running server, if it accepts connections.
func (c *cluster) answering(ctx context.Context) (socket string, err error) {
	pm, err := readPostmaster(c.data())
	if err != nil {
		return "", err
	}
	if !pm.ready || !trusted(pm.socket, c.who) {
		return "", errSilent
	}
	conn, err := pgx.Connect(ctx, socketURL(pm.socket, Superuser, "postgres"))
	var refusal *pgconn.PgError
	if errors.As(err, &refusal) && refusal.Code != "57P03" { // cannot_connect_now
		return pm.socket, nil // such as "too many clients"
	}
	if err != nil {
		return "", err
	}
	return pm.socket, conn.Close(ctx)
}

// settings are given on the command line, so that they also hold for a cluster that an
// older Parley made.
func (c *cluster) settings(socket string) []string {
	set := []string{
		"listen_addresses=",
		"port=" + port,
		"unix_socket_directories=" + socket,
		"unix_socket_permissions=0700",
		"max_connections=200", // a demo, and several test packages at once
		"shared_buffers=128MB",
		"timezone=UTC",
		"log_timezone=UTC",
		"log_line_prefix=%m [%p] %u@%d ",
		"logging_collector=off", // the log is the server's standard error
		"jit=off",               // costs more than it gains on queries of milliseconds
	}
	if !c.fsync {
		set = append(set, "fsync=off", "full_page_writes=off")
	}
	return set
}

// launch runs the postmaster as our child and waits until it accepts connections. It
// outlives us. If it does not come up, or ctx ends first, it is gone when launch returns.
func (c *cluster) launch(ctx context.Context, in installation, alive *os.File) error {
	socket, err := socketFolder(c.dir, c.who)
	if err != nil {
		return err
	}
	log, err := c.openLog()
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := c.postmaster(in, alive, socket)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		_ = os.Remove(socket)
		return err
	}
	var exit error
	gone := make(chan struct{})
	go func() { // for as long as the server lives, so that it does not become a zombie
		defer close(gone)
		exit = cmd.Wait()
	}()
	err = poll(ctx, func() (bool, error) {
		select {
		case <-gone:
			return false, fmt.Errorf("%w: %s", exit, c.lastWords())
		default:
		}
		_, err := c.answering(ctx)
		return err == nil, nil
	})
	if err != nil {
		_ = cmd.Process.Signal(syscall.SIGQUIT) // fails only if it is gone
		<-gone
		_ = os.Remove(socket)
	}
	return err
}

// postmaster prepares the server. A postmaster.pid that a killed server left may name a
// process that lives, and Postgres would then refuse to start; but it takes the id in
// PG_GRANDPARENT_PID (see CreateLockFile in its miscinit.c) for a stale one, and goes on
// to ask the shared memory segment, which no other process can inherit, whether the
// cluster is in use.
func (c *cluster) postmaster(in installation, alive *os.File, socket string) *exec.Cmd {
	args := []string{"-D", c.data()}
	for _, setting := range c.settings(socket) {
		args = append(args, "-c", setting)
	}
	cmd := c.command(context.Background(), filepath.Join(in.bin, "postgres"), alive, args...)
	if stale, err := readPostmaster(c.data()); err == nil {
		cmd.Env = append(cmd.Env, "PG_GRANDPARENT_PID="+strconv.Itoa(stale.pid))
	}
	return cmd
}

// openLog begins a new log and keeps one old one, which bounds what they take.
func (c *cluster) openLog() (*os.File, error) {
	log := c.path("log")
	if err := os.Rename(log, log+".old"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return os.OpenFile(log, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
}

// lastWords is the end of the log, for an error.
func (c *cluster) lastWords() string {
	text, err := os.ReadFile(c.path("log"))
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}

// down stops the server and waits until all of its processes are gone. The caller holds
// the gate and is the last user.
func (c *cluster) down(ctx context.Context) error {
	_, alive, err := c.find(ctx)
	if err != nil {
		return fmt.Errorf("stop Postgres: %w", err)
	}
	pm, err := readPostmaster(c.data())
	if alive == nil {
		// A server that answers wrote postmaster.pid itself, so the id in it is its own.
		if err == nil {
			alive, err = c.halt(ctx, pm.pid)
		}
		if err != nil {
			return fmt.Errorf("stop Postgres: %w", err)
		}
	}
	defer alive.Close()
	if !trusted(pm.socket, c.who) {
		return nil
	}
	if err := emptySocketFolder(pm.socket); err != nil {
		return err
	}
	_ = os.Remove(pm.socket) // it goes unless someone put a file of theirs there
	return nil
}

// halt asks for a fast shutdown, which disconnects whoever is left, and returns the lock
// on alive when the last process of the server has let go of it.
func (c *cluster) halt(ctx context.Context, pid int) (*os.File, error) {
	if err := syscall.Kill(pid, syscall.SIGINT); err != nil {
		return nil, err
	}
	return lock(ctx, c.path("alive"), syscall.LOCK_EX)
}
