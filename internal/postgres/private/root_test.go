package private

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestAsAnOrdinaryUser runs this package's other tests again as nobody, if we are root. If
// we are not, they run as an ordinary user already.
func TestAsAnOrdinaryUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		return
	}
	binary := filepath.Join(filepath.Dir(folder(t)), "private.test")
	copyFile(t, os.Args[0], binary)
	cmd := exec.Command(binary, "-test.v")
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), "HOME=/nonexistent")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if ran := strings.Count(string(out), "\n--- PASS"); ran < 10 {
		t.Errorf("only %d tests ran:\n%s", ran, out)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	src, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o755)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(dst, src); err != nil {
		t.Fatal(err)
	}
	if err := dst.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestAsRoot holds what only root meets.
func TestAsRoot(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		return
	}
	t.Run("folder that Postgres cannot reach", rootInClosedFolder)
	t.Run("cluster of an ordinary user", rootInUsersCluster)
	t.Run("folder of another user", rootInStrangersFolder)
	t.Run("socket's folder of another user", rootPassesStrangersSocketFolder)
	t.Run("umask", rootWithTightUmask)
}

func rootInClosedFolder(t *testing.T) {
	t.Parallel()
	closed := t.TempDir() // below a folder of mode 0700
	dir := filepath.Join(closed, "pg")
	s := start(t, dir)
	t.Cleanup(func() { os.RemoveAll(s.Dir()) })
	if !strings.HasPrefix(s.Dir(), elsewhere+"/") {
		t.Errorf("the cluster is in %s", s.Dir())
	}
	other := startHolder(t, dir)
	if got := other.url(); got != s.URL("postgres") {
		t.Errorf("another process finds %s, want %s", got, s.URL("postgres"))
	}
	other.leave()
	stop(t, s)
}

func rootInUsersCluster(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	if err := os.Chmod(filepath.Dir(dir), 0o777); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(filepath.Dir(dir), "private.test")
	copyFile(t, os.Args[0], binary)
	holdAs(t, binary, dir, 65534)
	s := start(t, dir)
	if s.cluster.who.uid != 65534 {
		t.Errorf("root runs it as %d", s.cluster.who.uid)
	}
	stop(t, s)
	holdAs(t, binary, dir, 65534) // root left nothing that shuts the user out
}

func rootInStrangersFolder(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, 1, 1); err != nil {
		t.Fatal(err)
	}
	_, err := Start(t.Context(), dir)
	wantError(t, err, dir, "belongs to user 1")
}

func rootPassesStrangersSocketFolder(t *testing.T) {
	t.Parallel()
	dir := folderWithCluster(t)
	taken, err := socketFolder(dir, unprivileged())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Remove(taken) })
	if err := os.Chown(taken, 1, 1); err != nil {
		t.Fatal(err)
	}
	if s := start(t, dir); s.socket == taken {
		t.Errorf("the server uses %s", taken)
	}
}

func rootWithTightUmask(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	cmd := exec.Command("sh", "-c", fmt.Sprintf("umask 077; exec %s", os.Args[0]))
	cmd.Env = append(os.Environ(), holdEnv+"="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

// holdAs lets another user start the server and, its input being empty, stop it.
func holdAs(t *testing.T, binary, dir string, uid uint32) {
	t.Helper()
	cmd := exec.Command(binary)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), holdEnv+"="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}
