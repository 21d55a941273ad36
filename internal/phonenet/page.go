package phonenet

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"time"
)

//go:embed page
var pageFiles embed.FS

var pageTemplates = template.Must(template.New("").ParseFS(pageFiles, "page/*.html"))

// pagePolicy lets the page load its own files and nothing else: texts are
// hostile, and no inline script or style is needed.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
	"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// routePage registers the page of handsets. All its addresses are relative, so
// it can be mounted below a path.
func (n *Network) routePage(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", n.servePhones)
	mux.HandleFunc("GET /wire", n.serveWire)
	mux.HandleFunc("GET /events", n.serveEvents)
	mux.HandleFunc("GET /static/{file}", serveStatic)
	mux.HandleFunc("POST /handsets", n.form(n.postHandset))
	mux.HandleFunc("POST /handsets/{phone}", n.form(n.postProfile))
	mux.HandleFunc("POST /handsets/{phone}/texts", n.postText)
	mux.HandleFunc("POST /faults", n.form(n.postFaults))
	mux.HandleFunc("POST /answering", n.form(n.postAnswering))
	mux.HandleFunc("POST /everybody", n.form(n.postEverybody))
}

func (n *Network) servePhones(w http.ResponseWriter, r *http.Request) {
	writePage(w, http.StatusOK, "phones", n.phonesView(r.URL.Query()))
}

func (n *Network) serveWire(w http.ResponseWriter, r *http.Request) {
	writePage(w, http.StatusOK, "wire", n.wireView(r.URL.Query()))
}

// writePage renders before it writes, so a broken page is an error and not
// half a page.
func writePage(w http.ResponseWriter, status int, name string, view any) {
	var buf bytes.Buffer
	if err := pageTemplates.ExecuteTemplate(&buf, name, view); err != nil {
		http.Error(w, "the page cannot be shown: "+err.Error(), http.StatusInternalServerError)
		return
	}
	head := w.Header()
	head.Set("Content-Type", "text/html; charset=utf-8")
	head.Set("Content-Security-Policy", pagePolicy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(buf.Bytes())
}

// staticHashes name each version of a file, so that browsers may keep it.
var staticHashes = func() map[string]string {
	hashes := map[string]string{}
	for _, name := range []string{"phones.css", "phones.js", "icon.svg"} {
		data, err := pageFiles.ReadFile(path.Join("page", name))
		if err != nil {
			panic(err) // embedded above
		}
		sum := sha256.Sum256(data)
		hashes[name] = hex.EncodeToString(sum[:6])
	}
	return hashes
}()

func static(name string) string { return "static/" + name + "?v=" + staticHashes[name] }

func serveStatic(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("file")
	if staticHashes[name] == "" {
		http.NotFound(w, r)
		return
	}
	data, err := fs.ReadFile(pageFiles, path.Join("page", name))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}

// eventsPause keeps a busy network from asking pages to renew more often than
// a person can look.
const (
	eventsPause = 250 * time.Millisecond
	eventsBeat  = 20 * time.Second
)

// serveEvents tells a page whenever the log has grown, as server-sent events.
func (n *Network) serveEvents(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	control.SetWriteDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	beat := time.NewTicker(eventsBeat)
	defer beat.Stop()
	for {
		n.mu.Lock()
		last, changed := n.log.count, n.changedLocked()
		n.mu.Unlock()
		fmt.Fprintf(w, "event: change\ndata: %d\n\n", last)
		if control.Flush() != nil {
			return
		}
		n.pause(r.Context(), eventsPause)
		select {
		case <-changed:
		case <-beat.C:
		case <-r.Context().Done():
			return
		case <-n.closing:
			return
		}
	}
}

// backTo is the page with the query a form was sent from.
func backTo(form url.Values) url.Values {
	back, err := url.ParseQuery(form.Get("back"))
	if err != nil {
		return url.Values{}
	}
	return back
}
