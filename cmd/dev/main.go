// Command dev is `make dev`: it runs the demo, and rebuilds and restarts it whenever a source file
// changes. Pages (.templ) and the style sheet's sources are generated anew first.
package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// every is how often the tree is looked at: changes are seen faster than a person changes windows.
const every = 400 * time.Millisecond

const binary = "bin/parley"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := watch(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "dev: "+err.Error())
		os.Exit(1)
	}
}

// watch keeps the newest program that builds running until ctx ends.
func watch(ctx context.Context) error {
	var running *exec.Cmd
	last := time.Time{}
	for ctx.Err() == nil {
		changed, newest, err := changes(last)
		if err != nil {
			return err
		}
		if len(changed) > 0 {
			last = newest
			if build(ctx, changed) {
				end(running)
				if running, err = begin(); err != nil {
					return err
				}
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(every):
		}
	}
	end(running)
	return nil
}

// changes are the source files newer than last, and the newest's time.
func changes(last time.Time) (changed []string, newest time.Time, err error) {
	newest = last
	err = filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "." || d.Name() == "node_modules" || d.Name() == "bin") {
			return filepath.SkipDir
		}
		if !isSource(path) {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			return nil // deleted since
		}
		if info.ModTime().After(last) {
			changed = append(changed, path)
		}
		if info.ModTime().After(newest) {
			newest = info.ModTime()
		}
		return nil
	})
	return changed, newest, err
}

// isSource leaves out what is generated, or a build would start the next one.
func isSource(path string) bool {
	switch filepath.Ext(path) {
	case ".go":
		return !strings.HasSuffix(path, "_templ.go") && !strings.HasSuffix(path, "_test.go")
	case ".templ", ".sql", ".js":
		return true
	case ".css":
		return strings.HasPrefix(path, filepath.Join("web", "css"))
	}
	return false
}

// build makes the program and says whether it could.
func build(ctx context.Context, changed []string) bool {
	fmt.Println("dev: building")
	for _, path := range changed {
		if ext := filepath.Ext(path); ext == ".templ" || ext == ".css" {
			if !run(ctx, "make", "generate") {
				return false
			}
			break
		}
	}
	return run(ctx, "go", "build", "-o", binary, "./cmd/parley")
}

func run(ctx context.Context, name string, args ...string) bool {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run() == nil
}

// begin starts the demo in a process group of its own, so that Ctrl-C reaches it once, through us.
func begin() (*exec.Cmd, error) {
	cmd := exec.Command(binary, "demo")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", binary, err)
	}
	return cmd, nil
}

// end stops a running demo and waits for its end.
func end(cmd *exec.Cmd) {
	if cmd == nil {
		return
	}
	_ = cmd.Process.Signal(syscall.SIGTERM) // gone already is as good
	_ = cmd.Wait()
}
