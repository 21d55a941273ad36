package private

import (
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the operating system's user that Postgres runs as: ourselves, unless we are
// root, as whom it refuses to run.
type account struct{ uid, gid int }

// unprivileged is the account for a new cluster made by root.
func unprivileged() account {
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, _ := strconv.Atoi(u.Uid)
			gid, _ := strconv.Atoi(u.Gid)
			return account{uid, gid}
		}
	}
	return account{65534, 65534} // nobody where no file lists users, as in a bare container
}

// credential makes a child run as the account; nil means no change of user.
func (a account) credential() *syscall.Credential {
	if a.uid == os.Geteuid() {
		return nil
	}
	return &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
}

// give hands a file that we made to the account.
func (a account) give(path string) error {
	if a.uid == os.Geteuid() {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}

// reaches reports whether the account can walk to path. Missing folders at its end count
// as open, since makeFolder makes them so. Groups other than the account's own and access
// lists are not considered.
func (a account) reaches(path string) bool {
	path, ok := existing(path)
	for ok {
		info, err := os.Stat(path)
		if err != nil || !a.enters(info) {
			return false
		}
		if path == filepath.Dir(path) {
			return true
		}
		path = filepath.Dir(path)
	}
	return false
}

// enters reports whether the account may enter the folder.
func (a account) enters(info fs.FileInfo) bool {
	of := owner(info)
	switch {
	case a.uid == of.uid:
		return info.Mode()&0o100 != 0
	case a.gid == of.gid:
		return info.Mode()&0o010 != 0
	default:
		return info.Mode()&0o001 != 0
	}
}

// existing is the nearest folder on the way to path that exists, free of symbolic links.
func existing(path string) (string, bool) {
	for {
		real, err := filepath.EvalSymlinks(path)
		if err == nil {
			return real, true
		}
		if !os.IsNotExist(err) || path == filepath.Dir(path) {
			return "", false
		}
		path = filepath.Dir(path)
	}
}

func owner(info fs.FileInfo) account {
	sys := info.Sys().(*syscall.Stat_t)
	return account{int(sys.Uid), int(sys.Gid)}
}
