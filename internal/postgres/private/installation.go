package private

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldest is the first major version with security_invoker views, which Parley needs.
const oldest = 15

var errMissing = errors.New(`find Postgres: it is not installed here
  install it (Debian, Ubuntu: apt install postgresql; macOS: brew install postgresql),
  or name the folder that holds initdb and postgres in PGBIN,
  or name a server that is already running in DATABASE_URL`)

// installation is a folder that holds initdb and postgres of one major version.
type installation struct {
	bin   string
	major int
}

// install finds the installation for a cluster of the given major version, or the best
// one for a new cluster if major is 0. PGBIN, where set, is the only folder considered.
func install(ctx context.Context, who account, major int) (installation, error) {
	found, err := installations(ctx, who, candidates(ctx))
	if err != nil {
		return installation{}, err
	}
	for _, in := range found {
		if in.major == major || major == 0 && in.major >= oldest {
			return in, nil
		}
	}
	var have []string
	for _, in := range found {
		have = append(have, fmt.Sprintf("%d in %s", in.major, in.bin))
	}
	if major == 0 {
		return installation{}, fmt.Errorf("find Postgres: need %d or later, have %s", oldest, strings.Join(have, ", "))
	}
	return installation{}, fmt.Errorf("find Postgres %d: have %s", major, strings.Join(have, ", "))
}

// installations keeps the folders from which who can run Postgres. A broken one is passed
// over unless there is no other.
func installations(ctx context.Context, who account, bins []string) ([]installation, error) {
	var found []installation
	var broken error
	for _, bin := range bins {
		if !complete(bin) || !who.reaches(bin) {
			continue
		}
		major, err := version(ctx, bin)
		if err != nil {
			broken = errors.Join(broken, err)
			continue
		}
		found = append(found, installation{bin, major})
	}
	switch {
	case len(found) > 0:
		return found, nil
	case broken != nil:
		return nil, broken
	default:
		return nil, errMissing
	}
}

func complete(bin string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		if _, err := exec.LookPath(filepath.Join(bin, name)); err != nil {
			return false
		}
	}
	return true
}

// candidates are the folders where Postgres may be, the likeliest first.
func candidates(ctx context.Context) []string {
	if bin := os.Getenv("PGBIN"); bin != "" {
		abs, err := filepath.Abs(bin)
		if err != nil {
			return nil
		}
		return []string{abs}
	}
	var bins []string
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		bins = append(bins, strings.TrimSpace(string(out)))
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		// initdb looks for postgres beside itself, which may not be where the link is.
		if path, err = filepath.EvalSymlinks(path); err == nil {
			bins = append(bins, filepath.Dir(path))
		}
	}
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", // Debian, Ubuntu
		"/usr/pgsql-*/bin",          // postgresql.org's packages for Red Hat
		"/usr/libexec/postgresql*",  // Alpine
		"/opt/homebrew/opt/postgresql*/bin",
		"/usr/local/opt/postgresql*/bin",
		"/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	} {
		bins = append(bins, newestFirst(pattern)...)
	}
	return unique(bins)
}

var number = regexp.MustCompile(`\d+`)

// newestFirst lists the folders that match pattern by the first number in their name.
func newestFirst(pattern string) []string {
	bins, _ := filepath.Glob(pattern) // the only error is a malformed pattern
	major := func(bin string) int {
		n, _ := strconv.Atoi(number.FindString(bin))
		return n
	}
	slices.SortStableFunc(bins, func(a, b string) int { return major(b) - major(a) })
	return bins
}

func unique(bins []string) []string {
	var out []string
	for _, bin := range bins {
		if !slices.Contains(out, bin) {
			out = append(out, bin)
		}
	}
	return out
}

// version asks the server in bin for its major version: "postgres (PostgreSQL) 15.18
// (Debian 15.18-0+deb12u1)", "postgres (PostgreSQL) 19beta1".
func version(ctx context.Context, bin string) (int, error) {
	out, err := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--version").Output()
	if err != nil {
		return 0, fmt.Errorf("ask %s/postgres for its version: %w", bin, err)
	}
	_, rest, _ := strings.Cut(string(out), ") ")
	major, err := strconv.Atoi(number.FindString(rest))
	if err != nil {
		return 0, fmt.Errorf("ask %s/postgres for its version: read %q", bin, out)
	}
	return major, nil
}
