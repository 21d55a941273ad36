package main

import (
	"io"
	"math"
	"slices"
	"syscall"
	"time"

	"parley/internal/bot"
)

// benchSpeed measures training, by processor time, and deciding.
func benchSpeed(c corpus, out io.Writer) error {
	for _, size := range []struct {
		name string
		few  int
	}{{"train_150x10", 10}, {"train_150x100", 100}} {
		spent, err := trainTime(c.knowledge(size.few, 0))
		if err != nil {
			return err
		}
		figure(out, size.name, spent.Seconds(), "s")
	}
	m, err := bot.Train(c.knowledge(10, 0))
	if err != nil {
		return err
	}
	took := make([]time.Duration, 0, len(c.test))
	for _, q := range c.test {
		took = append(took, decideTime(m, q.text))
	}
	slices.Sort(took)
	figure(out, "decide_p50", micros(took[len(took)/2]), "us")
	figure(out, "decide_p99", micros(took[len(took)*99/100]), "us")
	return nil
}

// decideTime is the best of three, so that the figures are the model's and not
// those of what else the machine does.
func decideTime(m *bot.Model, text string) time.Duration {
	best := time.Duration(math.MaxInt64)
	for range 3 {
		start := time.Now()
		m.Decide(text, bot.Balanced)
		best = min(best, time.Since(start))
	}
	return best
}

// trainTime is the best of three, in processor time of the whole program.
func trainTime(k bot.Knowledge) (time.Duration, error) {
	var best time.Duration
	for range 3 {
		before := processorTime()
		if _, err := bot.Train(k); err != nil {
			return 0, err
		}
		if spent := processorTime() - before; best == 0 || spent < best {
			best = spent
		}
	}
	return best, nil
}

func processorTime() time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }
