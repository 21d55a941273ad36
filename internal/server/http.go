package server

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"

	"github.com/a-h/templ"
	"github.com/go-chi/chi/v5"

	"parley/internal/account"
	"parley/web/ui"
)

// render writes a page or a fragment: to a buffer first, so that a page that breaks half way is an
// error and not half a page.
func (s *Server) render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) {
	var b bytes.Buffer
	if err := c.Render(r.Context(), &b); err != nil {
		s.Log.Error("render a page", "path", r.URL.Path, "request", requestID(r.Context()), "error", err)
		http.Error(w, "Something went wrong. Request "+requestID(r.Context()), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Add("Vary", "HX-Request")
	w.WriteHeader(status)
	_, _ = b.WriteTo(w) // a visitor who has gone is no error
}

// heldResponse keeps what is written until it is sent.
type heldResponse struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (h *heldResponse) WriteHeader(status int) { h.status = status }

func (h *heldResponse) Write(p []byte) (int, error) { return h.body.Write(p) }

func (h *heldResponse) send() {
	h.ResponseWriter.WriteHeader(h.status)
	_, _ = h.body.WriteTo(h.ResponseWriter) // a visitor who has gone is no error
}

// renderForm is render for a page with a form: 422 where it comes back with what is wrong at its fields.
func (s *Server) renderForm(w http.ResponseWriter, r *http.Request, wrong ui.Errors, c templ.Component) {
	status := http.StatusOK
	if len(wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	s.render(w, r, status, c)
}

// isFragment says whether the page's own script asks for a part of it.
func isFragment(r *http.Request) bool { return r.Header.Get("HX-Request") == "true" }

// target is the id of the element that the page's own script wants replaced.
func target(r *http.Request) string { return r.Header.Get("HX-Target") }

// seeOther sends the browser to another page after a form, whether or not the page's own script
// sent it.
func seeOther(w http.ResponseWriter, r *http.Request, url string) {
	if isFragment(r) {
		w.Header().Set("HX-Location", url)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Redirect(w, r, url, http.StatusSeeOther)
}

// refresh makes the page's own script load the page again.
func refresh(w http.ResponseWriter) {
	w.Header().Set("HX-Refresh", "true")
	w.WriteHeader(http.StatusNoContent)
}

// pathID reads an id of the address. What is no id cannot be found.
func pathID[T ~int64](r *http.Request, name string) (T, error) {
	n, err := strconv.ParseInt(chi.URLParam(r, name), 10, 64)
	if err != nil || n < 1 {
		return 0, account.ErrNotFound
	}
	return T(n), nil
}

// formID reads an id of a form or query; empty is 0.
func formID[T ~int64](r *http.Request, name string) T {
	n, err := strconv.ParseInt(r.FormValue(name), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return T(n)
}

// formIDs reads all ids that a form gives under one name, leaving out what is no id.
func formIDs[T ~int64](r *http.Request, name string) []T {
	ids := []T{}
	for _, value := range r.Form[name] {
		if n, err := strconv.ParseInt(value, 10, 64); err == nil && n > 0 {
			ids = append(ids, T(n))
		}
	}
	return ids
}

// maxForm bounds a form that is no file: the longest text is 1,600 characters.
const maxForm = 1 << 20

func parseForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return fmt.Errorf("%w: read the form: %v", errBadRequest, err)
	}
	return nil
}
