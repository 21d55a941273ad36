package private

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// elsewhere holds the clusters of folders that Postgres cannot reach when we are root,
// such as all of /root.
const elsewhere = "/var/lib/parley"

// locate makes the folder of a cluster and decides who runs it. Both are the same for
// every process of one user, or of root, that names dir.
func locate(dir string) (*cluster, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	who := account{os.Geteuid(), os.Getegid()}
	if who.uid == 0 {
		if who, dir, err = locateForRoot(dir); err != nil {
			return nil, err
		}
	}
	if err := makeFolder(dir); err != nil {
		return nil, fmt.Errorf("make the folder for Postgres: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("look at the folder for Postgres: %w", err)
	}
	if of := owner(info); of.uid != os.Geteuid() && of.uid != who.uid {
		return nil, fmt.Errorf("use %s for Postgres: it belongs to user %d", dir, of.uid)
	}
	return &cluster{dir: dir, who: who, fsync: true}, nil
}

// locateForRoot lets the owner of an existing cluster keep running it.
func locateForRoot(dir string) (account, string, error) {
	if who, ok := runner(dir); ok {
		return who, dir, nil
	}
	who := unprivileged()
	if who.reaches(dir) {
		return who, dir, nil
	}
	sum := sha256.Sum256([]byte(dir))
	dir = filepath.Join(elsewhere, fmt.Sprintf("%s-%x", filepath.Base(dir), sum[:6]))
	if kept, ok := runner(dir); ok {
		who = kept
	}
	if !who.reaches(dir) {
		return who, dir, fmt.Errorf("use %s for Postgres: user %d cannot enter it", dir, who.uid)
	}
	return who, dir, nil
}

// runner is the owner of the cluster in dir, if there is one and it is not root.
func runner(dir string) (account, bool) {
	info, err := os.Lstat(filepath.Join(dir, "data"))
	if err != nil || !info.IsDir() || owner(info).uid == 0 {
		return account{}, false
	}
	return owner(info), true
}

// makeFolder is os.MkdirAll, with folders that the account which root chooses can enter
// whatever the umask says.
func makeFolder(dir string) error {
	mode := fs.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o755
	}
	err := os.Mkdir(dir, mode)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeFolder(filepath.Dir(dir)); err == nil {
			err = os.Mkdir(dir, mode)
		}
	}
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return os.Chmod(dir, mode)
}

// port is part of the name of the socket's file; nothing listens on TCP.
const port = "5432"

// socketFolder makes the folder for the socket of the cluster in dir. It is in /tmp since
// a socket's path may have no more than 103 bytes on macOS and 107 on Linux, and its name
// stays the same so that connection pools find a server that was restarted. Names that
// others hold in /tmp, which anyone may write to, are passed over.
func socketFolder(dir string, who account) (string, error) {
	sum := sha256.Sum256([]byte(dir))
	for i := range 10 {
		folder := fmt.Sprintf("/tmp/parley-%x-%d", sum[:6], i)
		err := os.Mkdir(folder, 0o700)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return "", fmt.Errorf("make a folder for the socket: %w", err)
		}
		if !trusted(folder, who) {
			continue
		}
		return folder, prepareSocketFolder(folder, who)
	}
	return "", fmt.Errorf("make a folder for the socket: others own /tmp/parley-%x-0 to 9", sum[:6])
}

// trusted reports whether folder is a real folder, ours or the account's.
func trusted(folder string, who account) bool {
	info, err := os.Lstat(folder)
	if err != nil || !info.IsDir() {
		return false
	}
	of := owner(info)
	return of.uid == os.Geteuid() || of.uid == who.uid
}

func prepareSocketFolder(folder string, who account) error {
	if err := os.Chmod(folder, 0o700); err != nil {
		return fmt.Errorf("close the socket's folder to others: %w", err)
	}
	if err := who.give(folder); err != nil {
		return fmt.Errorf("hand over the socket's folder: %w", err)
	}
	return emptySocketFolder(folder)
}

// emptySocketFolder removes what a server that was killed left in its socket's folder.
// Only a caller who knows that none runs may do so.
func emptySocketFolder(folder string) error {
	for _, name := range []string{".s.PGSQL." + port, ".s.PGSQL." + port + ".lock"} {
		if err := os.Remove(filepath.Join(folder, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove a dead server's socket: %w", err)
		}
	}
	return nil
}
