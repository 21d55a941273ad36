package server

import (
	"context"
	"errors"
	"net/http"
	"time"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/insight"
	"parley/internal/knowledge"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/web/ui"
)

// desk is what a signed-in person may do in their organization. A handler has nothing else: no pool,
// and no way to another organization.
type desk struct {
	account.Actor
	account   account.Desk
	outreach  outreach.Desk
	audience  audience.Desk
	knowledge knowledge.Desk
	insight   insight.Desk
	zone      *time.Location
}

// handler answers a request of a signed-in person, or says why not; the error becomes a page.
type handler func(w http.ResponseWriter, r *http.Request, d *desk) error

const (
	keyOrg  = "org"
	keyUser = "user"
)

// signedIn gives a handler the desk of whoever is signed in; nobody is sent to the sign-in page.
func (s *Server) signedIn(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		actor, err := s.actor(r.Context(), s.DB)
		if err == nil {
			err = h(w, r, s.desk(s.DB, actor))
		}
		if err != nil {
			s.turnDown(w, r, actor, err)
		}
	}
}

// page is signedIn for a handler that shows something: what it reads is one moment of the organization,
// and it can change nothing. What it writes is sent once nothing is read any more, so that a slow browser
// holds no connection to the database.
func (s *Server) page(h handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		org, _ := s.who(r.Context())
		if org == 0 {
			toSignIn(w, r)
			return
		}
		var actor account.Actor
		held := &heldResponse{ResponseWriter: w, status: http.StatusOK}
		err := s.DB.Snapshot(r.Context(), org, func(db *postgres.DB) (err error) {
			if actor, err = s.actor(r.Context(), db); err != nil {
				return err
			}
			return h(held, r, s.desk(db, actor))
		})
		if err != nil {
			s.turnDown(w, r, actor, err)
			return
		}
		if err := account.Seen(r.Context(), s.DB, actor); err != nil {
			s.Log.WarnContext(r.Context(), "the page is shown all the same", "error", err)
		}
		held.send()
	}
}

// turnDown answers a request that came to an error: of nobody, if actor is the zero Actor.
func (s *Server) turnDown(w http.ResponseWriter, r *http.Request, actor account.Actor, err error) {
	if errors.Is(err, errSignedOut) {
		toSignIn(w, r)
		return
	}
	var d *desk
	if actor.User != 0 {
		d = s.desk(s.DB, actor)
	}
	s.fail(w, r, d, err)
}

var errSignedOut = errors.New("nobody is signed in")

// who are the organization and the user of the session; both 0: nobody.
func (s *Server) who(ctx context.Context) (account.OrgID, account.UserID) {
	return account.OrgID(s.sessions.GetInt64(ctx, keyOrg)), account.UserID(s.sessions.GetInt64(ctx, keyUser))
}

// actor finds the person of the session as they are now: a role taken away counts at once.
func (s *Server) actor(ctx context.Context, db *postgres.DB) (account.Actor, error) {
	org, user := s.who(ctx)
	if org == 0 {
		return account.Actor{}, errSignedOut
	}
	actor, err := account.Who(ctx, db, org, user)
	if errors.Is(err, account.ErrNotFound) {
		return account.Actor{}, errSignedOut
	}
	return actor, err
}

// desk is what the actor may do, on db.
func (s *Server) desk(db *postgres.DB, actor account.Actor) *desk {
	zone, err := time.LoadLocation(actor.OrgZone)
	if err != nil {
		zone = time.UTC
	}
	return &desk{
		Actor:     actor,
		account:   account.NewDesk(db, actor),
		outreach:  outreach.NewDesk(db, actor),
		audience:  audience.NewDesk(db, actor),
		knowledge: knowledge.NewDesk(db, s.Library, actor),
		insight:   insight.NewDesk(db, actor),
		zone:      zone,
	}
}

// shell fills in what stands around every page.
func (s *Server) shell(r *http.Request, d *desk) (ui.Shell, error) {
	ctx := r.Context()
	shell := ui.Shell{
		Clock:        d.clock(),
		Organization: d.OrgName,
		User:         ui.Person{Name: d.Name},
		Role:         ui.Role(d.Role),
		Phones:       s.PhonesURL,
		Events:       streamURL(time.Now()),
		Theme:        theme(r),
	}
	if target(r) == "" { // a part of the page before, which asks while this one comes, has no place for it
		shell.Flash = s.takeFlash(ctx)
	}
	var err error
	if shell.Waiting, err = d.outreach.CountWaiting(ctx); err != nil {
		return shell, err
	}
	if shell.ToReview, err = d.knowledge.CountToReview(ctx); err != nil {
		return shell, err
	}
	if shell.Notices, err = d.notices(ctx); err != nil {
		return shell, err
	}
	sending, err := d.outreach.SendingNow(ctx)
	if err != nil || len(sending) == 0 {
		return shell, err
	}
	c := sending[0]
	shell.Sending = &ui.Sending{Title: c.Title, URL: campaignURL(c.ID), Done: c.Handed(), Total: c.Progress.Launched()}
	return shell, nil
}

func theme(r *http.Request) string {
	c, err := r.Cookie("theme")
	if err != nil || (c.Value != "light" && c.Value != "dark") {
		return ""
	}
	return c.Value
}

// flash keeps a sentence for the next page of this person.
func (s *Server) flash(ctx context.Context, text string) { s.sessions.Put(ctx, "flash", text) }

// flashBad is flash for what did not work.
func (s *Server) flashBad(ctx context.Context, text string) { s.sessions.Put(ctx, "flash-bad", text) }

func (s *Server) takeFlash(ctx context.Context) *ui.Flash {
	if text := s.sessions.PopString(ctx, "flash-bad"); text != "" {
		return &ui.Flash{Text: text, Bad: true}
	}
	if text := s.sessions.PopString(ctx, "flash"); text != "" {
		return &ui.Flash{Text: text}
	}
	return nil
}
