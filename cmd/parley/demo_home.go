package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"parley/internal/postgres/private"
)

// demoHome is the folder of the demo, as an absolute path.
func demoHome(environ []string) (string, error) {
	home := setting(environ, "PARLEY_HOME")
	if home == "" {
		home = ".parley"
	}
	return filepath.Abs(home)
}

// lockHome makes the folder and holds it: two demos at once need two folders.
func lockHome(home string) (*os.File, error) {
	if err := os.MkdirAll(home, 0o755); err != nil {
		return nil, fmt.Errorf("make the demo's folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(home, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("hold the demo's folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("another demo runs in %s. Stop it, or set PARLEY_HOME to another folder for a second one", home)
	}
	return f, nil
}

// forget removes what earlier demos have kept in the folder, all but the lock.
func forget(ctx context.Context, home string) error {
	server, err := private.Start(ctx, filepath.Join(home, "postgres"))
	if err == nil {
		err = errors.Join(server.Stop(), os.RemoveAll(server.Dir()))
	}
	if err != nil {
		return fmt.Errorf("start over: %w", err)
	}
	entries, err := os.ReadDir(home)
	if err != nil {
		return fmt.Errorf("start over: %w", err)
	}
	for _, e := range entries {
		if e.Name() != "lock" {
			err = errors.Join(err, os.RemoveAll(filepath.Join(home, e.Name())))
		}
	}
	return err
}

// writeWhole replaces a file, so that nobody reads half of it.
func writeWhole(path string, b []byte) error {
	if err := os.WriteFile(path+".new", b, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	return os.Rename(path+".new", path)
}

// secret reads the demo's secret key, and makes it the first time.
func secret(path string) (key [32]byte, err error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		rand.Read(key[:])
		return key, writeWhole(path, []byte(hex.EncodeToString(key[:])))
	}
	if err != nil {
		return key, fmt.Errorf("read the demo's secret key: %w", err)
	}
	k, err := hex.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(k) != len(key) {
		return key, fmt.Errorf("read the demo's secret key: %s is damaged; parley demo --fresh starts over", path)
	}
	return [32]byte(k), nil
}
