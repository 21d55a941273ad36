package page_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// templ cleans addresses in a href, link href, form action and object data, and
// escapes everything else. The rules below keep templates to what it cleans.
var (
	forbidden = []string{"templ.Raw", "templ.SafeURL(", "templ.JSFuncCall", "templ.ComponentScript", "templ.SafeCSS", "@templ.Raw", "script(", "hx-on"}

	// dynamicAddress finds an attribute that holds an address and is computed.
	dynamicAddress = regexp.MustCompile(`[\s"](src|srcset|poster|ping|cite|formaction|manifest|background|xlink:href|hx-get|hx-post|hx-put|hx-patch|hx-delete|hx-push-url|sse-connect)=\{\s*([^}]*)\}`)
	cleaned        = regexp.MustCompile(`^(ui\.)?Safe\(|^static\.URL\("`)

	// An href is cleaned on a and link; on a use or an image of a drawing it is not.
	otherHref = regexp.MustCompile(`<(use|image|area|base)\b[^>]*href=\{`)
	spread    = regexp.MustCompile(`\{\s*([\w.()]+)\.\.\.\s*\}`)
)

func TestTemplatesLeaveAddressesToTempl(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{".", "../ui"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.templ"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no templates in %s: %v", folder, err)
		}
		for _, file := range files {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			checkTemplate(t, file, string(content))
		}
	}
}

func checkTemplate(t *testing.T, file, text string) {
	t.Helper()
	for _, word := range forbidden {
		if strings.Contains(text, word) {
			t.Errorf("%s uses %s", file, word)
		}
	}
	for _, match := range dynamicAddress.FindAllStringSubmatch(text, -1) {
		if !cleaned.MatchString(match[2]) {
			t.Errorf("%s: %s={ %s } is not cleaned: use ui.Safe", file, match[1], match[2])
		}
	}
	if match := otherHref.FindString(text); match != "" {
		t.Errorf("%s: %s", file, match)
	}
	for _, match := range spread.FindAllStringSubmatch(text, -1) {
		if match[1] != "children" && match[1] != "f.control()" {
			t.Errorf("%s spreads %s: its attributes cannot be seen here", file, match[1])
		}
	}
}
