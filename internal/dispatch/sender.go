package dispatch

import (
	"context"
	"log/slog"
	"time"

	"parley/internal/postgres"
)

// Options of a Sender. The zero value is the normal setting.
type Options struct {
	// InFlight is how many texts may be on their way to the carrier at once, and so how many a crash
	// can leave unknown: needed speed times the carrier's latency, no more. Default 64.
	InFlight int
	// PollEvery is how often the queue is looked at without being told. Default 1 s.
	PollEvery time.Duration
	// PostTimeout is how long an answer of the carrier is waited for. Default 20 s.
	PostTimeout time.Duration
	// CheckAfter is when, after an attempt of unknown outcome, the carrier's list is consulted; after
	// the last check the text is unresolved. Default 15 s, 1 h, 24 h.
	CheckAfter []time.Duration
	// Log hears about trouble. Default slog.Default().
	Log *slog.Logger
}

const defaultPostTimeout = 20 * time.Second

func (o Options) withDefaults() Options {
	if o.InFlight <= 0 {
		o.InFlight = 64
	}
	if o.PollEvery <= 0 {
		o.PollEvery = time.Second
	}
	if o.PostTimeout <= 0 {
		o.PostTimeout = defaultPostTimeout
	}
	if len(o.CheckAfter) == 0 {
		o.CheckAfter = []time.Duration{15 * time.Second, time.Hour, 24 * time.Hour}
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// Sender claims queued texts and posts them. Any number of them, in any number of processes, may
// work on one database.
type Sender struct {
	db      *postgres.DB
	carrier Carrier
	options Options
	log     *slog.Logger
	stops   *stops
	agenda  *agenda
}

// NewSender prepares a sender; Run makes it work. Beside the connections of its transactions it holds
// two for as long as it runs, so the pool must have at least six.
func NewSender(db *postgres.DB, carrier Carrier, options Options) *Sender {
	options = options.withDefaults()
	return &Sender{
		db: db, carrier: carrier, options: options, log: options.Log,
		stops: newStops(), agenda: newAgenda(),
	}
}

// Run sends until ctx ends. Then it claims nothing more, lets what was posted finish, which takes at
// most PostTimeout, records it and returns nil. It survives the loss of the database: it sends
// nothing until it is back. Run a Sender once.
func (s *Sender) Run(ctx context.Context) error {
	listening := make(chan struct{})
	go func() {
		defer close(listening)
		s.listen(ctx)
	}()
	for ctx.Err() == nil {
		if err := s.live(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("sending stopped and will start anew", "error", err)
			pause(ctx, s.options.PollEvery)
		}
	}
	<-listening
	return nil
}

func (s *Sender) listen(ctx context.Context) {
	for ctx.Err() == nil {
		if err := s.db.Listen(ctx, s.observe); err != nil && ctx.Err() == nil {
			s.log.Error("listen for events", "error", err)
			pause(ctx, s.options.PollEvery)
			s.stops.missed()
		}
	}
}

// pause waits for d or the end of ctx.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
