package pgtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"github.com/jackc/pgx/v5"
)

// cloneEnv turns the test binary into another test package: it clones a database on the
// server in the folder, prints its name and drops it when its standard input ends.
const cloneEnv = "PGTEST_TEST_CLONE"

func TestMain(m *testing.M) {
	if dir := os.Getenv(cloneEnv); dir != "" {
		if err := cloneAndWait(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	Main(m)
}

func cloneAndWait(dir string) error {
	ctx := context.Background()
	h, err := openHost(ctx, "", dir)
	if err != nil {
		return err
	}
	d, err := h.clone(ctx)
	if err != nil {
		return errors.Join(err, h.close())
	}
	fmt.Println(d.name)
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, d.drop(), h.close())
}

// otherPackage is a process that runs cloneAndWait.
type otherPackage struct {
	t     *testing.T
	cmd   *exec.Cmd
	stdin io.Closer
	lines *bufio.Scanner
}

func startPackage(t *testing.T, dir string) *otherPackage {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), cloneEnv+"="+dir)
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
	return &otherPackage{t, cmd, stdin, bufio.NewScanner(stdout)}
}

// database waits until the process has its database, and returns its name.
func (p *otherPackage) database() string {
	p.t.Helper()
	if !p.lines.Scan() {
		p.t.Fatalf("the other process has no database: %v", p.cmd.Wait())
	}
	return p.lines.Text()
}

func (p *otherPackage) finish() {
	p.t.Helper()
	p.stdin.Close()
	if err := p.cmd.Wait(); err != nil {
		p.t.Fatal(err)
	}
}

func (p *otherPackage) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Kill(); err != nil {
		p.t.Fatal(err)
	}
	_ = p.cmd.Wait() // an error by design
}

func ask[T any](t *testing.T, url, sql string, args ...any) T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	rows, err := conn.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatal(err)
	}
	v, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func newHost(t *testing.T, dir string) *host {
	t.Helper()
	h, err := openHost(t.Context(), "", dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// names lists the databases of this package on h, but for its template.
func names(t *testing.T, h *host) []string {
	t.Helper()
	return ask[[]string](t, h.admin.String(), `
		select coalesce(array_agg(datname::text order by datname), '{}')
		from pg_database where datname like 'parley\_pg%' and datname <> $1`, h.template)
}
