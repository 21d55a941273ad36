package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"net/http"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/web/page"
)

type requestIDKey struct{}

// withRequestID names each request, so that a person can say which one went wrong.
func withRequestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var b [8]byte
		rand.Read(b[:])
		id := hex.EncodeToString(b[:])
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestIDKey{}, id)))
	})
}

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// trouble is an error as a visitor reads it.
type trouble struct {
	status          int
	title, sentence string
}

func describe(err error) trouble {
	var conflict account.Conflict
	var invalid account.Invalid
	switch {
	case errors.Is(err, account.ErrNotFound):
		return trouble{http.StatusNotFound, "This page does not exist", "It may have been moved, or the address has a typing mistake."}
	case errors.Is(err, account.ErrForbidden):
		return trouble{http.StatusForbidden, "This is not open to your role", "Ask an administrator of your organization if you need it."}
	case errors.As(err, &conflict):
		return trouble{http.StatusConflict, "Something has changed in the meantime", conflict.Error()}
	case errors.As(err, &invalid):
		return trouble{http.StatusUnprocessableEntity, "Something is missing", invalid.Error()}
	case errors.Is(err, errBadRequest):
		return trouble{http.StatusBadRequest, "This address cannot be read", "Go back and try again from the page you came from."}
	case postgres.IsAway(err):
		return trouble{http.StatusServiceUnavailable, "Parley is catching its breath", "The database cannot be reached at the moment. Nothing is lost. Try again in a few seconds."}
	default:
		return trouble{http.StatusInternalServerError, "Something went wrong", "It is our fault, not yours. Try again; if it stays, tell your administrator the number below."}
	}
}

var errBadRequest = errors.New("bad request")

// fail turns an error into a page. What the visitor cannot help is logged under the request's id and
// its text is not shown.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, d *desk, err error) {
	if r.Context().Err() != nil {
		return // nobody is there to read it
	}
	t := describe(err)
	if t.status >= 500 {
		s.Log.Error("answer a request", "method", r.Method, "path", r.URL.Path, "request", requestID(r.Context()), "error", err)
	}
	if isFragment(r) && t.status == http.StatusConflict && d != nil {
		s.flashBad(r.Context(), t.sentence)
		refresh(w)
		return
	}
	p := page.Error{Title: t.title, Text: t.sentence, RequestID: requestID(r.Context())}
	if d != nil {
		if shell, err := s.shell(r, d); err == nil {
			p.Shell = shell
		}
	}
	s.render(w, r, t.status, p.HTML())
}
