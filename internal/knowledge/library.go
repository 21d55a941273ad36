package knowledge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"

	"parley/internal/account"
	"parley/internal/bot"
	"parley/internal/postgres"
)

// DefaultBytes is the memory that the trained bots of one process may hold unless told otherwise:
// about a hundred organizations of 1,500 variants each.
const DefaultBytes = 256 << 20

// ErrClosed means that the library no longer answers.
var ErrClosed = errors.New("the library is closed")

// Library keeps the trained bots that were used last and trains others as they are asked for. A bot
// is a function of the rows it was trained from: nothing of it is stored, and every process trains
// its own. A Library is safe for concurrent use.
type Library struct {
	db *postgres.DB
	// slots bounds how many bots are trained at once. Whoever waits for one has read its rows already:
	// a training never waits for the database, so it cannot starve behind those who wait for it.
	slots chan struct{}

	editions *editions

	ctx    context.Context // of background work
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu       sync.Mutex // guards the fields below
	models   cache
	flights  map[scope]*flight
	renewals map[scope]*renewal
	closed   bool
}

// flight is one training that several callers wait for.
type flight struct {
	done  chan struct{} // closed when model and err are set
	model *bot.Model
	err   error
}

// renewal is the background training that follows an edit.
type renewal struct {
	done  chan struct{}
	again bool // another edit came meanwhile
}

// NewLibrary makes a library whose models hold at most maxBytes of memory, DefaultBytes if that is
// 0; one model that is larger alone is kept alone. Close ends its background work.
func NewLibrary(db *postgres.DB, maxBytes int) *Library {
	if maxBytes <= 0 {
		maxBytes = DefaultBytes
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Library{
		db: db, ctx: ctx, cancel: cancel,
		slots:    make(chan struct{}, runtime.GOMAXPROCS(0)),
		editions: newEditions(),
		models:   newCache(maxBytes),
		flights:  map[scope]*flight{},
		renewals: map[scope]*renewal{},
	}
}

// Close ends the background work and returns when it has ended. Answer is an error afterwards. A
// second call does nothing.
func (l *Library) Close() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.cancel()
	l.work.Wait()
}

// Answer decides within the caller's transaction: it reads the organization's knowledge version
// there, and trains only when this process has no model of it, which takes a fraction of a second.
// Where it has an older one it answers with that and trains a new one in the background. It changes
// nothing: the same text twice gets the same reply.
func (l *Library) Answer(ctx context.Context, tx *postgres.Tx, q Question) (Reply, error) {
	v, err := l.explain(ctx, tx, q)
	return v.Reply, err
}

// Refresh trains anew, in the background, whatever models of the organization this process serves.
// It is what to do about a Topic event.
func (l *Library) Refresh(org account.OrgID) {
	l.refresh(func(sc scope) bool { return sc.org == org })
}

// RefreshAll is Refresh for every organization: what to do when events may have been lost.
func (l *Library) RefreshAll() {
	l.refresh(func(scope) bool { return true })
}

// refresh returns channels that close when the new models serve.
func (l *Library) refresh(stale func(scope) bool) []<-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	var done []<-chan struct{}
	for _, sc := range l.models.scopes() {
		if stale(sc) && !l.closed {
			done = append(done, l.renew(sc))
		}
	}
	return done
}

// model is the trained bot for a setting: the cached one, though an edit may have made it old, or
// one that is trained at once.
func (l *Library) model(ctx context.Context, tx *postgres.Tx, s setting) (*bot.Model, error) {
	model, f, err := l.find(s)
	if err != nil || model != nil {
		return model, err
	}
	if f == nil {
		known, err := readKnowledge(ctx, tx, s.scope.office)
		if err != nil {
			return nil, err
		}
		if f, err = l.fly(s, known); err != nil {
			return nil, err
		}
	}
	select {
	case <-f.done:
		return f.model, f.err
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for the bot to be trained: %w", ctx.Err())
	}
}

func (l *Library) find(s setting) (*bot.Model, *flight, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, nil, ErrClosed
	}
	t, ok := l.models.use(s.scope)
	if !ok {
		return nil, l.flights[s.scope], nil
	}
	if t.version < s.Version {
		l.renew(s.scope)
	}
	return t.model, nil, nil
}

// fly begins to train, unless somebody began since. It does not depend on the caller's context:
// others may be waiting for the same flight.
func (l *Library) fly(s setting, known bot.Knowledge) (*flight, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return nil, ErrClosed
	}
	if f := l.flights[s.scope]; f != nil {
		return f, nil
	}
	f := &flight{done: make(chan struct{})}
	l.flights[s.scope] = f
	l.work.Go(func() {
		f.model, f.err = l.train(known)
		l.keep(s, f.model)
		l.mu.Lock()
		delete(l.flights, s.scope)
		l.mu.Unlock()
		close(f.done)
	})
	return f, nil
}

// renew begins to train a newer model of what is served, or tells the one that already does to do
// so again. l.mu must be held and the library open.
func (l *Library) renew(sc scope) <-chan struct{} {
	if r := l.renewals[sc]; r != nil {
		r.again = true
		return r.done
	}
	r := &renewal{done: make(chan struct{}), again: true}
	l.renewals[sc] = r
	l.work.Go(func() {
		defer close(r.done)
		for l.goesOn(sc, r) {
			if err := l.retrain(sc); err != nil && l.ctx.Err() == nil {
				// The old model goes on serving, and the next text to be answered tries again.
				slog.ErrorContext(l.ctx, "retrain a bot", "org", sc.org, "office", sc.office, "error", err)
			}
		}
	})
	return r.done
}

// goesOn takes the wish for another training, or ends the renewal.
func (l *Library) goesOn(sc scope, r *renewal) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if r.again && l.ctx.Err() == nil {
		r.again = false
		return true
	}
	delete(l.renewals, sc)
	return false
}

// retrain reads the knowledge as it is now and trains, unless the model served is of that version.
func (l *Library) retrain(sc scope) error {
	var s setting
	var known bot.Knowledge
	err := l.db.Org(l.ctx, sc.org, func(tx *postgres.Tx) (err error) {
		if s, err = readSetting(l.ctx, tx, sc.office); err != nil {
			return err
		}
		known, err = readKnowledge(l.ctx, tx, sc.office)
		return err
	})
	if err != nil {
		return err
	}
	s.scope = sc // also where the office has just lost its last own answer
	l.mu.Lock()
	t, ok := l.models.peek(sc)
	l.mu.Unlock()
	if ok && t.version >= s.Version {
		return nil
	}
	model, err := l.train(known)
	l.keep(s, model)
	return err
}

func (l *Library) train(known bot.Knowledge) (*bot.Model, error) {
	l.slots <- struct{}{}
	defer func() { <-l.slots }()
	model, err := bot.Train(known)
	if err != nil {
		return nil, fmt.Errorf("train a bot: %w", err)
	}
	return model, nil
}

func (l *Library) keep(s setting, model *bot.Model) {
	if model == nil {
		return
	}
	t := trained{scope: s.scope, version: s.Version, model: model, deck: newDeck(), bytes: model.Bytes()}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.models.put(t)
}
