package private

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// errHeld means that another process, or another Server of this one, has the lock.
var errHeld = errors.New("lock is held")

// tryLock locks the file at path (syscall.LOCK_EX or LOCK_SH), which it makes if need be.
// The lock lasts until the file is closed here and in every process that inherited it, so
// it cannot outlive its holders whatever kills them.
func tryLock(path string, how int) (*os.File, error) {
	// Read-only, so that root and the folder's owner can lock each other's files; no
	// symbolic link, so that the owner cannot make root open something else.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDONLY|syscall.O_NOFOLLOW, 0o644)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		if err != syscall.EINTR {
			break
		}
	}
	if err == nil {
		return f, nil
	}
	f.Close()
	if err == syscall.EWOULDBLOCK {
		return nil, errHeld
	}
	return nil, &fs.PathError{Op: "lock", Path: path, Err: err}
}

// lock waits for a lock until ctx ends.
func lock(ctx context.Context, path string, how int) (f *os.File, err error) {
	err = poll(ctx, func() (bool, error) {
		f, err = tryLock(path, how)
		if errors.Is(err, errHeld) {
			return false, nil
		}
		return err == nil, err
	})
	return f, err
}

// poll asks every 10 ms until the answer is yes or an error, or ctx ends.
func poll(ctx context.Context, ask func() (bool, error)) error {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		if done, err := ask(); done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
}
