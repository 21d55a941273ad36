package main

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"
)

// timings are how long each of several like things took.
type timings []time.Duration

// quantile is the time within which the share q of them was done: 0.95 for the 95th percentile.
func (t timings) quantile(q float64) time.Duration {
	if len(t) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(t))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// sized is the name of a size as figures have it: 10k, 1m.
func sized(n int) string {
	switch {
	case n%million == 0:
		return fmt.Sprintf("%dm", n/million)
	case n%1000 == 0:
		return fmt.Sprintf("%dk", n/1000)
	}
	return strconv.Itoa(n)
}

// timed is how long fn took.
func timed(fn func() error) (time.Duration, error) {
	start := time.Now()
	err := fn()
	return time.Since(start), err
}

// memory prints the most memory that the process has held since the last call, whatever it held it
// for: the program, the simulated network, and the clients that load it, all in one. Only Linux tells.
func (s *stage) memory(name string) error {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		remark(s.out, "%s_peak_rss: this system does not tell", name)
		return nil
	}
	_, rest, _ := bytes.Cut(status, []byte("VmHWM:"))
	fields := bytes.Fields(rest)
	if len(fields) == 0 {
		return fmt.Errorf("read the memory: /proc/self/status has no VmHWM")
	}
	kilobytes, err := strconv.Atoi(string(fields[0]))
	if err != nil {
		return fmt.Errorf("read the memory: %w", err)
	}
	figure(s.out, name+"_peak_rss", float64(kilobytes)/1024, "MB")
	// 5 makes the peak the present value: proc_pid_clear_refs(5).
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		return fmt.Errorf("forget the peak of the memory: %w", err)
	}
	return nil
}
