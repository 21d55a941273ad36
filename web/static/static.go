// Package static holds what browsers load beside the pages: the style sheet,
// the scripts, the fonts and the icon, embedded in the binary.
//
// Every file is served under an address with a version in it, the hash of all
// of them, and may be kept for ever. One version for the whole tree lets the
// style sheet name its fonts by relative paths. The package knows nothing of
// pages or sessions; nothing in it is private.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"time"
)

// Prefix is the path below which Handler must be mounted.
const Prefix = "/static/"

//go:embed css js fonts vendor icons
var embedded embed.FS

var tree = load(embedded)

// URL is the address of a file of this package, such as "css/parley.css". It
// panics on a name that does not exist, which is a mistake in a template and
// is seen by the first test that renders it.
func URL(name string) string {
	if _, ok := tree.files[name]; !ok {
		panic(fmt.Sprintf("static: no file %q", name))
	}
	return Prefix + tree.version + "/" + name
}

// Handler serves the files below Prefix. The present version is immutable for
// caches. An address of another version, as asked for by a page that an older
// or newer process rendered, gets the present file and is not kept.
func Handler() http.Handler { return tree }

type assets struct {
	version string
	files   map[string]asset
}

type asset struct {
	contentType string
	plain       []byte
	gzipped     []byte // nil where compression would not make it smaller
}

func (a assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	version, name, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, Prefix), "/")
	file, ok := a.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	header := w.Header()
	header.Set("Cache-Control", "public, max-age=31536000, immutable")
	if version != a.version {
		header.Set("Cache-Control", "no-cache")
	}
	header.Set("Content-Type", file.contentType)
	header.Set("X-Content-Type-Options", "nosniff")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(file.body(header, r)))
}

// body chooses the bytes for what the client accepts and names the encoding.
func (f asset) body(header http.Header, r *http.Request) []byte {
	if f.gzipped == nil {
		return f.plain
	}
	header.Set("Vary", "Accept-Encoding")
	if r.Header.Get("Range") != "" || !acceptsGzip(r.Header.Get("Accept-Encoding")) {
		return f.plain
	}
	header.Set("Content-Encoding", "gzip")
	return f.gzipped
}

// acceptsGzip reads an Accept-Encoding header (RFC 9110, 12.5.3) as far as
// browsers and proxies use it: a list of names, each perhaps with a weight.
func acceptsGzip(header string) bool {
	for coding := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(coding, ";")
		if strings.TrimSpace(name) == "gzip" {
			weight = strings.ReplaceAll(weight, " ", "")
			return strings.Trim(strings.TrimPrefix(weight, "q="), "0.") != "" || weight == ""
		}
	}
	return false
}

func load(source fs.FS) assets {
	loaded := assets{files: map[string]asset{}}
	sum := sha256.New()
	err := fs.WalkDir(source, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(source, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %x\n", name, sha256.Sum256(content))
		loaded.files[name] = newAsset(name, content)
		return nil
	})
	if err != nil {
		panic(fmt.Sprintf("static: read embedded files: %v", err))
	}
	loaded.version = hex.EncodeToString(sum.Sum(nil))[:16]
	return loaded
}

// contentTypes does not ask the machine's own tables, which differ.
var contentTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".txt":   "text/plain; charset=utf-8",
	".woff2": "font/woff2",
}

func newAsset(name string, content []byte) asset {
	kind := path.Ext(name)
	made := asset{contentType: contentTypes[kind], plain: content}
	if made.contentType == "" {
		made.contentType = mime.TypeByExtension(kind)
	}
	if zipped := compress(content); len(zipped) < len(content)*9/10 {
		made.gzipped = zipped
	}
	return made
}

func compress(content []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression)
	w.Write(content) // a bytes.Buffer refuses nothing
	w.Close()
	return out.Bytes()
}
