package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Icons that are chosen by a state are found as well: the search is for the
// quoted name in any source of ui and page.
func TestEveryIconIsUsed(t *testing.T) {
	t.Parallel()
	var sources strings.Builder
	for _, pattern := range []string{"*.templ", "*.go", "../page/*.templ", "../page/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if file == "icon.go" || strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "_templ.go") {
				continue
			}
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			sources.Write(content)
		}
	}
	for name := range icons {
		if !strings.Contains(sources.String(), `"`+name+`"`) {
			t.Errorf("nobody uses the icon %q", name)
		}
	}
}

func TestAnIconThatIsNotDrawnPanics(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	iconPath("llama")
}
