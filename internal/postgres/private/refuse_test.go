package private

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func installed(t *testing.T) installation {
	t.Helper()
	c, err := locate(folder(t))
	if err != nil {
		t.Fatal(err)
	}
	in, err := install(t.Context(), c.who, 0)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestClusterOfAnotherVersionIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	data := filepath.Join(dir, "data")
	want := map[string]string{"PG_VERSION": "9\n", "base": "years of work"}
	if err := os.MkdirAll(data, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range want {
		if err := os.WriteFile(filepath.Join(data, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Start(t.Context(), dir)
	in := installed(t)
	wantError(t, err, "Postgres 9", data, strconv.Itoa(in.major), in.bin)
	if diff := cmp.Diff(want, read(t, data)); diff != "" {
		t.Error(diff)
	}
}

func TestFolderThatIsNoClusterIsLeftAlone(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	data := filepath.Join(dir, "data")
	if err := os.MkdirAll(data, 0o755); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"thesis.tex": "years of work"}
	if err := os.WriteFile(filepath.Join(data, "thesis.tex"), []byte(want["thesis.tex"]), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), dir)
	wantError(t, err, "create a Postgres cluster", data)
	if diff := cmp.Diff(want, read(t, data)); diff != "" {
		t.Error(diff)
	}
}

func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = string(text)
	}
	return files
}

func TestMissingPostgresSaysHowToGetIt(t *testing.T) {
	t.Setenv("PGBIN", t.TempDir())
	_, err := Start(t.Context(), folder(t))
	wantError(t, err, "apt install postgresql", "brew install postgresql", "PGBIN", "DATABASE_URL")
}

// fakeBin is a folder with programs that only know their version.
func fakeBin(t *testing.T, version string) string {
	t.Helper()
	bin := folder(t)
	if err := os.MkdirAll(bin, 0o755); err != nil {
		t.Fatal(err)
	}
	script := "#!/bin/sh\necho 'postgres (PostgreSQL) " + version + "'\n"
	for _, name := range []string{"initdb", "postgres"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return bin
}

func TestVersion(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"15.18 (Debian 15.18-0+deb12u1)": 15, "18.1 (Homebrew)": 18, "19beta1": 19, "20devel": 20,
	} {
		got, err := version(t.Context(), fakeBin(t, text))
		if err != nil || got != want {
			t.Errorf("version of %q is %d, %v, want %d", text, got, err, want)
		}
	}
	_, err := version(t.Context(), fakeBin(t, "of the future"))
	wantError(t, err, "of the future")
}

func TestOldPostgresIsRefused(t *testing.T) {
	bin := fakeBin(t, "14.2")
	t.Setenv("PGBIN", bin)
	_, err := Start(t.Context(), folder(t))
	wantError(t, err, "need 15 or later", "14 in "+bin)
}

func TestInstallTakesTheVersionThatMadeTheCluster(t *testing.T) {
	t.Parallel()
	who := account{os.Geteuid(), os.Getegid()}
	newer, older, broken := fakeBin(t, "18.0"), fakeBin(t, "16.4"), fakeBin(t, "?")
	got, err := installations(t.Context(), who, []string{t.TempDir(), broken, newer, older})
	if err != nil {
		t.Fatal(err)
	}
	want := []installation{{newer, 18}, {older, 16}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(installation{})); diff != "" {
		t.Error(diff)
	}
	_, err = installations(t.Context(), who, []string{broken})
	wantError(t, err, broken)
}

// In /tmp anyone may take the name that we want.
func TestSocketFolderHeldByOthers(t *testing.T) {
	t.Parallel()
	who := account{os.Geteuid(), os.Getegid()}
	dir := folderWithCluster(t)
	first, err := socketFolder(dir, who)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(first); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(t.TempDir(), first); err != nil { // to a folder of ours, placed by anyone
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(first) })
	s := start(t, dir)
	if s.socket == first {
		t.Errorf("the server follows the link %s", first)
	}
	other := startHolder(t, dir)
	if diff := cmp.Diff(s.URL("postgres"), other.url()); diff != "" {
		t.Error("another process:", diff)
	}
	other.leave()
}
