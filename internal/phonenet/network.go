package phonenet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// ErrClosed is returned by waits that end because the network was closed.
var ErrClosed = errors.New("phone network is closed")

// Options of a network. The zero value is a perfect network in memory.
type Options struct {
	// Seed makes SIDs and faults repeatable; 0 draws one.
	Seed uint64
	// LogPath is a file that gets every entry of the log and from which New
	// restores messages, handsets, opt-outs, numbers and settings. Empty: the
	// log is in memory only.
	LogPath string
	// Durable makes the API answer only after the entry is in the file.
	Durable bool
	// Faults at the start; a reopened log's last setting wins over it.
	Faults Faults
	// Workers deliver webhooks at the same time; default 64.
	Workers int
	// Transport carries webhooks; default dials with Twilio's limits of 5 s to
	// connect and 15 s to answer.
	Transport http.RoundTripper
	// Logger hears about failed webhooks; default none.
	Logger *slog.Logger
}

const defaultWorkers = 64

// Network is a simulated phone network. Its methods may be used by several
// goroutines at once.
type Network struct {
	options  Options
	seed     uint64
	client   *http.Client
	courier  *courier
	schedule *schedule
	file     *logFile // nil: memory only

	closing  chan struct{}
	stop     context.CancelFunc // ends webhooks in flight
	running  sync.WaitGroup     // the writer of the log
	stopped  sync.WaitGroup     // everything that records
	underWay atomic.Int64       // steps and webhooks that are not done

	mu        sync.Mutex
	sids      sidSource
	log       eventLog
	changed   chan struct{} // closed at the next entry; nil: nobody waits
	faults    Faults
	answering Answering
	accounts  map[string]*account
	numbers   map[string]*number
	messages  map[string]*message // by SID
	handsets  map[string]*handset
	recent    recency
	desk      []*handset // that were ever put on the desk, in that order
	optOuts   map[pair]bool
	pending   map[*account][]*message // restored texts that wait for their account's token
	today     dayCount
	closed    bool
}

// pair is a sender and a person.
type pair struct{ line, person string }

// New starts a network. Close it to stop its goroutines.
func New(options Options) (*Network, error) {
	if err := options.Faults.Validate(); err != nil {
		return nil, fmt.Errorf("start phone network: %w", err)
	}
	n := newNetwork(options)
	if err := n.open(); err != nil {
		return nil, fmt.Errorf("start phone network: %w", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	n.stop = stop
	n.start(ctx)
	return n, nil
}

func newNetwork(options Options) *Network {
	if options.Workers <= 0 {
		options.Workers = defaultWorkers
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	n := &Network{
		options: options, seed: options.Seed, faults: options.Faults,
		courier: newCourier(), schedule: newSchedule(), closing: make(chan struct{}),
		accounts: map[string]*account{}, numbers: map[string]*number{}, messages: map[string]*message{},
		handsets: map[string]*handset{}, optOuts: map[pair]bool{}, pending: map[*account][]*message{},
	}
	if n.seed == 0 {
		n.seed = randomSeed()
	}
	n.client = webhookClient(options)
	return n
}

// open restores the log file, if there is one, and records the opening. Each
// opening gets its own source of SIDs, so that one that was answered but not
// written before a kill is never given again.
func (n *Network) open() error {
	openings := uint64(0)
	if n.options.LogPath != "" {
		restore := &restorer{network: n}
		file, err := openLog(n.options.LogPath, restore.apply)
		if err != nil {
			return err
		}
		restore.finish()
		openings = restore.openings
		n.file = newLogFile(file, n.log.count)
	}
	n.sids = sidSource{seed: mix(n.seed + openings)}
	n.recordLocked(event{kind: KindOpened, note: fmt.Sprint(n.seed)})
	return nil
}

func (n *Network) start(ctx context.Context) {
	n.stopped.Go(func() { n.schedule.run(n.closing, n.finished) })
	for range n.options.Workers {
		n.stopped.Go(func() { n.carry(ctx) })
	}
	if n.file != nil {
		n.running.Add(1)
		go n.writeLog()
	}
}

// Close stops every goroutine, cuts webhooks in flight, writes the rest of the
// log and returns the error that kept it from being written, if any. Texts
// under way go on when the log is reopened. A second Close does nothing.
func (n *Network) Close() error {
	n.mu.Lock()
	if n.closed {
		n.mu.Unlock()
		return nil
	}
	n.closed = true
	n.mu.Unlock()
	close(n.closing)
	n.stop()
	n.courier.close()
	n.stopped.Wait()
	n.running.Wait()
	n.client.CloseIdleConnections()
	if n.file == nil {
		return nil
	}
	return errors.Join(n.file.err, n.file.file.Close())
}

// after runs fn once d has passed, on the schedule's goroutine, unless the
// network is closed before. Until then the network is not settled.
func (n *Network) after(d time.Duration, fn func()) {
	n.at(time.Now().Add(d), fn)
}

func (n *Network) at(due time.Time, fn func()) {
	n.underWay.Add(1)
	n.schedule.add(due, fn)
}

// finished takes one thing off what is under way.
func (n *Network) finished() {
	if n.underWay.Add(-1) > 0 {
		return
	}
	n.mu.Lock()
	n.changeLocked()
	n.mu.Unlock()
}

// SetFaults turns the knobs. Texts already on their way keep what was drawn
// for them.
func (n *Network) SetFaults(f Faults) error {
	if err := f.Validate(); err != nil {
		return fmt.Errorf("set faults: %w", err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.faults = f
	n.recordLocked(event{kind: KindFaults, note: mustJSON(f)})
	return nil
}

// Faults returns the present setting.
func (n *Network) Faults() Faults {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.faults
}
