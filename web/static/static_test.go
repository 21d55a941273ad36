package static

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func serve(t *testing.T, path string, header http.Header) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header = header
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, r)
	return w.Result()
}

func TestPresentVersionIsImmutable(t *testing.T) {
	t.Parallel()
	response := serve(t, URL("css/parley.css"), http.Header{})
	if response.StatusCode != http.StatusOK {
		t.Fatalf("status %d, want 200", response.StatusCode)
	}
	want := map[string]string{
		"Content-Type":     "text/css; charset=utf-8",
		"Cache-Control":    "public, max-age=31536000, immutable",
		"Content-Encoding": "",
		"Vary":             "Accept-Encoding",
	}
	for name, value := range want {
		if got := response.Header.Get(name); got != value {
			t.Errorf("%s is %q, want %q", name, got, value)
		}
	}
}

func TestOtherVersionIsServedButNotKept(t *testing.T) {
	t.Parallel()
	response := serve(t, Prefix+"0000000000000000/js/parley.js", http.Header{})
	if got := response.Header.Get("Cache-Control"); response.StatusCode != 200 || got != "no-cache" {
		t.Errorf("status %d, Cache-Control %q; want 200, no-cache", response.StatusCode, got)
	}
}

func TestUnknownFilesAreNotFound(t *testing.T) {
	t.Parallel()
	for _, path := range []string{Prefix, Prefix + tree.version, Prefix + tree.version + "/css", Prefix + "x/../static.go"} {
		if got := serve(t, path, http.Header{}).StatusCode; got != http.StatusNotFound {
			t.Errorf("%s: status %d, want 404", path, got)
		}
	}
}

func TestGzipHoldsTheSameBytes(t *testing.T) {
	t.Parallel()
	header := http.Header{"Accept-Encoding": {"br, gzip"}}
	response := serve(t, URL("vendor/htmx.min.js"), header)
	if got := response.Header.Get("Content-Encoding"); got != "gzip" {
		t.Fatalf("Content-Encoding is %q, want gzip", got)
	}
	reader, err := gzip.NewReader(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(tree.files["vendor/htmx.min.js"].plain) {
		t.Error("the compressed bytes differ from the file")
	}
}

func TestAcceptsGzip(t *testing.T) {
	t.Parallel()
	cases := map[string]bool{
		"": false, "gzip": true, "br;q=1.0, gzip;q=0.5": true, "gzip;q=0": false,
		"gzip; q=0.0": false, "gzip; q=1": true, "identity": false, "xgzip": false,
	}
	for header, want := range cases {
		if got := acceptsGzip(header); got != want {
			t.Errorf("acceptsGzip(%q) = %v, want %v", header, got, want)
		}
	}
}

func TestURLPanicsOnAMissingFile(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic for a file that does not exist")
		}
	}()
	URL("css/missing.css")
}

func TestStyleSheetNamesOnlyFilesThatAreServed(t *testing.T) {
	t.Parallel()
	sheet := string(tree.files["css/parley.css"].plain)
	for i, part := range strings.Split(sheet, "url(") {
		if i == 0 || strings.HasPrefix(part, "data:") || strings.HasPrefix(part, `"data:`) {
			continue
		}
		address, _, _ := strings.Cut(part, ")")
		name := strings.TrimPrefix(strings.Trim(address, `"'`), "../")
		if _, ok := tree.files[name]; !ok {
			t.Errorf("the style sheet asks for %s, which is not embedded", address)
		}
	}
}
