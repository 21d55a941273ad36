// Package server speaks HTTP: routes, sessions, forms, errors as pages, live events. One file per
// area, and routes.go is the table of contents.
//
// It knows no rule of the product and runs no SQL: a handler is given a desk, what the signed-in
// person may do in their organization, and fills the struct of a page with what the desk tells.
package server

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/alexedwards/scs/pgxstore"
	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/chi/v5"

	"parley/internal/knowledge"
	"parley/internal/postgres"
)

// Config is what a server is made of. All but PhonesURL is required.
type Config struct {
	DB      *postgres.DB
	Library *knowledge.Library
	Log     *slog.Logger
	// PublicURL is the address under which browsers and the carrier reach this server.
	PublicURL *url.URL
	// Messages and Status take the carrier's webhooks.
	Messages, Status http.Handler
	// PhonesURL is the page of the simulated phones; empty on a real carrier.
	PhonesURL string
}

// Server answers browsers and the carrier.
type Server struct {
	Config
	sessions *scs.SessionManager
	store    *pgxstore.PostgresStore
	hub      *hub
	handler  chi.Router
}

// sessionLifetime is how long a session lasts when the person asks to stay signed in; else it ends with
// the browser. An idle limit is not set: it would write the session at every page.
const sessionLifetime = 14 * 24 * time.Hour

// New builds a server. Close ends what it keeps running.
func New(c Config) *Server {
	s := &Server{Config: c, hub: newHub()}
	s.store = pgxstore.NewWithCleanupInterval(c.DB.Pool(), 10*time.Minute)
	s.sessions = scs.New()
	s.sessions.Store = s.store
	s.sessions.HashTokenInStore = true
	s.sessions.Lifetime = sessionLifetime
	s.sessions.Cookie.Name = "parley"
	s.sessions.Cookie.Persist = false
	s.sessions.Cookie.SameSite = http.SameSiteLaxMode
	s.sessions.Cookie.Secure = c.PublicURL.Scheme == "https"
	s.sessions.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) { s.fail(w, r, nil, err) }
	s.handler = s.routes()
	return s
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Listen passes the events of all processes on to the open pages until ctx ends.
func (s *Server) Listen(ctx context.Context) error {
	defer s.hub.close()
	return s.DB.Listen(ctx, s.hub.tell)
}

// Close ends the clean-up of old sessions.
func (s *Server) Close() { s.store.StopCleanup() }
