package server

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/httprate"

	"parley/internal/account"
	"parley/web/page"
	"parley/web/ui"
)

type panicError struct{ value any }

func (p panicError) Error() string { return fmt.Sprintf("panic: %v", p.value) }

// notFound is the page for addresses that lead nowhere. Nobody who is not signed in learns more than
// that they have to be.
func (s *Server) notFound(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, nil, account.ErrNotFound)
}

// toSignIn sends a browser to the sign-in page and from there back to where it wanted to go.
func toSignIn(w http.ResponseWriter, r *http.Request) {
	to := "/sign-in"
	if r.Method == http.MethodGet && r.URL.Path != "/" && !isFragment(r) {
		to += "?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()
	}
	if isFragment(r) {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

func (s *Server) signInPage(w http.ResponseWriter, r *http.Request) {
	if _, err := s.actor(r.Context(), s.DB); err == nil {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	p := page.SignIn{Shell: ui.Shell{Theme: theme(r)}, Next: localPath(r.FormValue("next"))}
	s.render(w, r, http.StatusOK, p.HTML())
}

// signIn takes e-mail and password. Where they open several organizations the person chooses one.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) {
	if err := parseForm(w, r); err != nil {
		s.fail(w, r, nil, err)
		return
	}
	found, err := account.SignIn(r.Context(), s.DB, r.PostFormValue("email"), r.PostFormValue("password"))
	if errors.Is(err, account.ErrWrongPassword) {
		s.signInAgain(w, r, http.StatusUnprocessableEntity,
			page.SignIn{Errors: ui.Errors{"password": "E-mail and password do not belong together. Check both and try again."}})
		return
	}
	if err != nil {
		s.fail(w, r, nil, err)
		return
	}
	chosen, ok := choose(found, formID[account.OrgID](r, "organization"))
	if !ok {
		s.signInAgain(w, r, http.StatusOK, page.SignIn{Organizations: organizations(found)})
		return
	}
	if err := s.startSession(r, chosen); err != nil {
		s.fail(w, r, nil, err)
		return
	}
	http.Redirect(w, r, localPath(r.PostFormValue("next")), http.StatusSeeOther)
}

// throttle slows down who guesses passwords: by account, and by the address the request comes from,
// which behind a proxy is everybody's.
func (s *Server) throttle(next http.Handler) http.Handler {
	slower := httprate.WithLimitHandler(func(w http.ResponseWriter, r *http.Request) {
		s.signInAgain(w, r, http.StatusTooManyRequests, page.SignIn{Errors: ui.Errors{"password": "That was too often. Wait a minute, then try again."}})
	})
	byAddress := httprate.LimitBy(120, time.Minute, func(r *http.Request) (string, error) {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		return host, err
	}, slower)
	byAccount := httprate.LimitBy(10, time.Minute, func(r *http.Request) (string, error) {
		return strings.ToLower(strings.TrimSpace(r.PostFormValue("email"))), nil
	}, slower)
	limited := byAddress(byAccount(next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		limited.ServeHTTP(w, r)
	})
}

func choose(found []account.SignedIn, org account.OrgID) (account.SignedIn, bool) {
	for _, f := range found {
		if len(found) == 1 || f.Org == org {
			return f, true
		}
	}
	return account.SignedIn{}, false
}

func (s *Server) startSession(r *http.Request, in account.SignedIn) error {
	ctx := r.Context()
	if err := s.sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("begin a session: %w", err)
	}
	s.sessions.Put(ctx, keyOrg, int64(in.Org))
	s.sessions.Put(ctx, keyUser, int64(in.User))
	s.sessions.RememberMe(ctx, r.PostFormValue("remember") != "")
	return nil
}

// signInAgain shows the form as it was filled in, but for the password.
func (s *Server) signInAgain(w http.ResponseWriter, r *http.Request, status int, p page.SignIn) {
	p.Shell = ui.Shell{Theme: theme(r)}
	p.Next = localPath(r.PostFormValue("next"))
	p.Email = r.PostFormValue("email")
	p.Remember = r.PostFormValue("remember") != ""
	s.render(w, r, status, p.HTML())
}

func organizations(found []account.SignedIn) []ui.Option {
	options := make([]ui.Option, len(found))
	for i, f := range found {
		options[i] = ui.Option{Value: fmt.Sprint(f.Org), Label: f.OrgName}
	}
	return options
}

// localPath keeps a path of ours, so that nobody is sent elsewhere after signing in.
func localPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.Contains(next, `\`) {
		return "/"
	}
	return next
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	if err := s.sessions.Destroy(r.Context()); err != nil {
		s.fail(w, r, nil, fmt.Errorf("end the session: %w", err))
		return
	}
	http.Redirect(w, r, "/sign-in", http.StatusSeeOther)
}

// setTheme keeps light, dark or what the system prefers, for people without script.
func (s *Server) setTheme(w http.ResponseWriter, r *http.Request) {
	if err := parseForm(w, r); err != nil {
		s.fail(w, r, nil, err)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: "theme", Value: r.PostFormValue("theme"), Path: "/", MaxAge: 365 * 24 * 3600, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, localPath(r.PostFormValue("next")), http.StatusSeeOther)
}

// home sends everybody to their work: agents to who waits, the others to the campaigns.
func (s *Server) home(w http.ResponseWriter, r *http.Request, d *desk) error {
	to := "/campaigns"
	if d.Role == account.Agent {
		to = "/inbox"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// nav is the parts of the navigation that change while a page is open.
func (s *Server) nav(w http.ResponseWriter, r *http.Request, d *desk) error {
	shell, err := s.shell(r, d)
	if err != nil {
		return err
	}
	s.render(w, r, http.StatusOK, ui.NavCounts(shell))
	return nil
}
