package static

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// The style sheet is built by Node and committed. Its first line carries the
// hash of what it was built from, as web/build.mjs describes it.
func TestStyleSheetIsUpToDate(t *testing.T) {
	t.Parallel()
	first, _, _ := strings.Cut(string(tree.files["css/parley.css"].plain), "\n")
	want := fmt.Sprintf("/* inputs %s */", hashOfInputs(t, os.DirFS("..")))
	if first != want {
		t.Errorf("web/static/css/parley.css is stale: run `make css`\n got %s\nwant %s", first, want)
	}
}

func hashOfInputs(t *testing.T, web fs.FS) string {
	t.Helper()
	inputs := []string{"build.mjs", "package-lock.json"}
	for folder, ending := range map[string]string{"css": ".css", "page": ".templ", "ui": ".templ"} {
		inputs = append(inputs, filesBelow(t, web, folder, ending)...)
	}
	slices.Sort(inputs)
	sum := sha256.New()
	for _, name := range inputs {
		content, err := fs.ReadFile(web, name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(sum, "%x  %s\n", sha256.Sum256(content), name)
	}
	return fmt.Sprintf("%x", sum.Sum(nil))
}

func filesBelow(t *testing.T, web fs.FS, folder, ending string) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(web, folder, func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && path.Ext(name) == ending {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// vendored lists every file that others wrote. What is not in this table may
// not be in those folders, and the other way round.
var vendored = map[string]struct{ project, version, licence, sha256 string }{
	"vendor/htmx.min.js":          {"htmx", "2.0.11", "0BSD", "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"},
	"vendor/htmx-ext-sse.min.js":  {"htmx-ext-sse", "2.2.4", "0BSD", "98a46496de0c3605fbffdce9167ba427bdd9553184f83f149c261891a92c0136"},
	"fonts/inter-latin.woff2":     {"Inter, latin", "5.3.0", "OFL-1.1", "2c295d99e26dcf357d4d01bcf270fd6924b600c9a13dd8c363ef114f4c6976fa"},
	"fonts/inter-latin-ext.woff2": {"Inter, latin extended", "5.3.0", "OFL-1.1", "5e6d4fe9d9f4bff8b2a2469d25ab19576bb85331e22c6ed51398e16f95d56a9c"},
	"fonts/LICENSE.txt":           {"Inter, its licence", "5.3.0", "OFL-1.1", "3b0a5fca3d17942cde889069889dedbbbd075e9b599968c82a95f4d944e9b345"},
}

func TestVendoredFilesAreTheOnesListed(t *testing.T) {
	t.Parallel()
	for name, file := range tree.files {
		if !strings.HasPrefix(name, "vendor/") && !strings.HasPrefix(name, "fonts/") {
			continue
		}
		listed, ok := vendored[name]
		if !ok {
			t.Errorf("%s is not listed with its version and licence", name)
			continue
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(file.plain)); got != listed.sha256 {
			t.Errorf("%s (%s %s, %s) has SHA-256 %s, want %s", name, listed.project, listed.version, listed.licence, got, listed.sha256)
		}
	}
	for name := range vendored {
		if _, ok := tree.files[name]; !ok {
			t.Errorf("%s is listed but not there", name)
		}
	}
}
