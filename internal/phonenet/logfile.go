package phonenet

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// logFile appends the log to a file, one JSON object a line. Every write is
// one system call of whole lines, so what was written outlives a kill of the
// process; it does not sync to the disk and is not meant to outlive the
// machine.
type logFile struct {
	file *os.File
	wake chan struct{}

	mu      sync.Mutex
	written uint64 // sequence number of the last entry in the file
	closed  bool   // nothing more will be written
	err     error
	moved   *sync.Cond
}

func newLogFile(file *os.File, written uint64) *logFile {
	f := &logFile{file: file, wake: make(chan struct{}, 1), written: written}
	f.moved = sync.NewCond(&f.mu)
	return f
}

func (f *logFile) notify() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// writeLog runs until the network is closed and then writes the rest.
func (n *Network) writeLog() {
	defer n.running.Done()
	var buf bytes.Buffer
	for {
		select {
		case <-n.file.wake:
			n.writeNew(&buf)
		case <-n.closing:
			n.stopped.Wait()
			n.writeNew(&buf)
			n.file.finish()
			return
		}
	}
}

// writeNew writes everything that is not in the file yet. After an error it
// writes nothing more: a log with a gap would accuse the innocent.
func (n *Network) writeNew(buf *bytes.Buffer) {
	n.mu.Lock()
	log := n.log
	n.mu.Unlock()
	f := n.file
	buf.Reset()
	encoder := json.NewEncoder(buf)
	encoder.SetEscapeHTML(false)
	f.mu.Lock()
	from, err := f.written, f.err
	f.mu.Unlock()
	for seq := from + 1; seq <= log.count && err == nil; seq++ {
		err = encoder.Encode(log.event(seq).entry(seq))
	}
	if err == nil {
		_, err = f.file.Write(buf.Bytes())
	}
	f.mu.Lock()
	if err == nil {
		f.written = log.count
	} else if f.err == nil {
		f.err = fmt.Errorf("write log: %w", err)
	}
	f.mu.Unlock()
	f.moved.Broadcast()
}

func (f *logFile) finish() {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	f.moved.Broadcast()
}

// waitWritten returns once the entry is in the file, or the reason why not.
func (f *logFile) waitWritten(seq uint64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.written < seq && f.err == nil && !f.closed {
		f.moved.Wait()
	}
	switch {
	case f.written >= seq:
		return nil
	case f.err != nil:
		return f.err
	}
	return ErrClosed
}

// openLog opens or creates a log file, cuts off a last line that a kill left
// unfinished, and calls each for every entry.
func openLog(path string, each func(Entry) error) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open log: %w", err)
	}
	whole, err := readLog(file, each)
	if err == nil {
		err = file.Truncate(whole)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("read log %s: %w", path, err), file.Close())
	}
	return file, nil
}

// readLog returns how many bytes of whole lines it read.
func readLog(r io.Reader, each func(Entry) error) (whole int64, err error) {
	in := bufio.NewReaderSize(r, 1<<16)
	for line := 1; ; line++ {
		text, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return whole, nil
		}
		if err != nil {
			return whole, err
		}
		var e Entry
		if err := json.Unmarshal(text, &e); err != nil {
			return whole, fmt.Errorf("line %d: %w", line, err)
		}
		if err := each(e); err != nil {
			return whole, fmt.Errorf("line %d: %w", line, err)
		}
		whole += int64(len(text))
	}
}
