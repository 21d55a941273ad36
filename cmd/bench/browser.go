package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"parley/internal/account"
	"parley/internal/server"
)

// browser asks the server for pages as a signed-in person, in this process: what it measures is the
// server's time, without a network.
type browser struct {
	server *server.Server
	cookie *http.Cookie
}

// signIn opens a session with e-mail and password, as the form does.
func (s *stage) signIn(who account.Actor) (*browser, error) {
	form := url.Values{"email": {who.Email}, "password": {password}}
	r := httptest.NewRequest(http.MethodPost, "/sign-in", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.server.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if w.Code == http.StatusSeeOther && c.Value != "" {
			return &browser{server: s.server, cookie: c}, nil
		}
	}
	return nil, fmt.Errorf("sign in as %s: the server answered %d", who.Email, w.Code)
}

// get is how long the server took for a page, which must be whole.
func (b *browser) get(path string) (time.Duration, error) {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.AddCookie(b.cookie)
	w := httptest.NewRecorder()
	start := time.Now()
	b.server.ServeHTTP(w, r)
	took := time.Since(start)
	if w.Code != http.StatusOK || !bytes.Contains(w.Body.Bytes(), []byte("</html>")) {
		return 0, fmt.Errorf("read %s: the server answered %d and %d bytes", path, w.Code, w.Body.Len())
	}
	return took, nil
}
