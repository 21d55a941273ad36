package pgtest

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"parley/internal/postgres"
	"parley/internal/postgres/private"
	"parley/migrations"
)

// Server is a whole Postgres with one migrated database, for a test that kills it. Unlike
// the shared server it writes as durably as production does.
type Server struct {
	t       testing.TB
	dir     string
	running *private.Server
}

// Cluster starts a server for t alone. It takes about two seconds, and is stopped and
// deleted when t ends.
func Cluster(t testing.TB) *Server {
	t.Helper()
	s := &Server{t: t, dir: folder(t)}
	s.Start()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := s.running.CreateDatabase(ctx, "parley"); err != nil {
		t.Fatal(err)
	}
	if err := migrations.Up(ctx, s.AdminURL()); err != nil {
		t.Fatal(err)
	}
	if err := migrations.Login(ctx, s.AdminURL(), s.URL()); err != nil {
		t.Fatal(err)
	}
	return s
}

// Open is a pool on the server's database, closed when the test ends.
func (s *Server) Open(options ...postgres.Option) *postgres.DB {
	s.t.Helper()
	return open(s.t, s.URL(), options...)
}

// URL is the address of the database for the program's login. It stays the same when the
// server is started again.
func (s *Server) URL() string { return s.running.URLAs(login, "parley") }

// AdminURL is the address of the database for the owner of its tables.
func (s *Server) AdminURL() string { return s.running.URL("parley") }

// Log is what the server has said since it was last started.
func (s *Server) Log() string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.running.Dir(), "log"))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

// Kill ends the server as a power cut would, but for what the operating system still
// writes. Connections end within moments.
func (s *Server) Kill() {
	s.t.Helper()
	pid, err := s.running.PID()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		s.t.Fatal(err)
	}
}

// Start starts the server after Kill and waits until it accepts connections.
func (s *Server) Start() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	running, err := private.Start(ctx, s.dir)
	if err != nil {
		s.t.Fatal(err)
	}
	s.running = running
	s.t.Cleanup(func() {
		if err := running.Stop(); err != nil {
			s.t.Error(err)
		}
	})
}

// folder names a folder for a server, which is deleted when t ends. It is not t.TempDir,
// whose parent is closed to the user that runs Postgres for root.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "pgtest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "pg")
}
