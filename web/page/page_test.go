package page_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
)

func render(t *testing.T, component templ.Component) *html.Node {
	t.Helper()
	document, err := html.Parse(strings.NewReader(source(t, component)))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func source(t *testing.T, component templ.Component) string {
	t.Helper()
	var out bytes.Buffer
	if err := component.Render(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// everyPage runs a check on each page and each fragment.
func everyPage(t *testing.T, check func(t *testing.T, document *html.Node)) {
	t.Parallel()
	for name, component := range pages {
		t.Run(name, func(t *testing.T) { check(t, render(t, component)) })
	}
	for name, component := range fragments {
		t.Run("fragment "+name, func(t *testing.T) { check(t, render(t, component)) })
	}
}

func TestTagsAreBalanced(t *testing.T) {
	t.Parallel()
	for name, component := range pages {
		t.Run(name, func(t *testing.T) { balanced(t, source(t, component)) })
	}
}

var void = map[string]bool{"br": true, "hr": true, "img": true, "input": true, "link": true, "meta": true}

// balanced reads the tags as they are written, which a parser would repair.
func balanced(t *testing.T, text string) {
	t.Helper()
	var open []string
	tokens := html.NewTokenizer(strings.NewReader(text))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			if len(open) > 0 {
				t.Errorf("not closed: %v", open)
			}
			return
		case html.StartTagToken:
			if name := tokens.Token().Data; !void[name] {
				open = append(open, name)
			}
		case html.EndTagToken:
			name := tokens.Token().Data
			if len(open) == 0 || open[len(open)-1] != name {
				t.Fatalf("</%s> closes %v", name, open)
			}
			open = open[:len(open)-1]
		}
	}
}

func TestIDsAreUnique(t *testing.T) {
	everyPage(t, func(t *testing.T, document *html.Node) {
		seen := map[string]bool{}
		for node := range elements(document) {
			id := attribute(node, "id")
			if id != "" && seen[id] {
				t.Errorf("id %q occurs twice", id)
			}
			seen[id] = true
		}
	})
}

func TestReferencesLeadSomewhere(t *testing.T) {
	t.Parallel()
	for name, component := range pages {
		t.Run(name, func(t *testing.T) {
			document := render(t, component)
			ids := map[string]bool{"composer": true} // in a page without composer nothing is posted with it
			for node := range elements(document) {
				ids[attribute(node, "id")] = true
			}
			for node := range elements(document) {
				for _, key := range []string{"for", "form", "aria-labelledby", "aria-describedby", "data-opens", "data-shows", "data-into", "data-count-of"} {
					for id := range strings.FieldsSeq(attribute(node, key)) {
						if !ids[id] {
							t.Errorf("<%s %s=%q> refers to nothing", node.Data, key, id)
						}
					}
				}
			}
		})
	}
}

func TestEveryFieldHasALabel(t *testing.T) {
	everyPage(t, func(t *testing.T, document *html.Node) {
		labelled := map[string]bool{}
		for node := range elements(document) {
			if node.Data == "label" && visible(node) != "" {
				labelled[attribute(node, "for")] = true
			}
		}
		for node := range elements(document) {
			if !isField(node) || attribute(node, "aria-label") != "" {
				continue
			}
			if id := attribute(node, "id"); id == "" || !labelled[id] {
				t.Errorf("<%s name=%q> has no label", node.Data, attribute(node, "name"))
			}
		}
	})
}

func isField(node *html.Node) bool {
	switch node.Data {
	case "select", "textarea":
		return true
	case "input":
		return attribute(node, "type") != "hidden"
	}
	return false
}

func TestEveryControlHasAText(t *testing.T) {
	everyPage(t, func(t *testing.T, document *html.Node) {
		for node := range elements(document) {
			switch node.Data {
			case "button", "a", "summary", "legend", "label", "th", "option", "caption":
				if strings.TrimSpace(visible(node)) == "" {
					t.Errorf("<%s class=%q> has no text", node.Data, attribute(node, "class"))
				}
			}
		}
	})
}

func TestOneHeadingAndLandmarks(t *testing.T) {
	t.Parallel()
	for name, component := range pages {
		t.Run(name, func(t *testing.T) {
			count := map[string]int{}
			for node := range elements(render(t, component)) {
				if node.Namespace == "" { // a drawing has titles too
					count[node.Data]++
				}
				if node.Data == "nav" && attribute(node, "aria-label") == "" {
					t.Error("a <nav> has no name")
				}
			}
			for _, tag := range []string{"h1", "main", "title"} {
				if count[tag] != 1 {
					t.Errorf("%d <%s>, want 1", count[tag], tag)
				}
			}
		})
	}
}

func TestFormsPostToPathsOfOurs(t *testing.T) {
	everyPage(t, func(t *testing.T, document *html.Node) {
		for node := range elements(document) {
			if node.Data != "form" || attribute(node, "method") == "dialog" {
				continue
			}
			action := attribute(node, "action")
			if !strings.HasPrefix(action, "/") || strings.HasPrefix(action, "//") {
				t.Errorf("form posts to %q", action)
			}
		}
	})
}

func TestNothingInline(t *testing.T) {
	everyPage(t, func(t *testing.T, document *html.Node) {
		for node := range elements(document) {
			if node.Data == "style" || node.Data == "script" && attribute(node, "src") == "" {
				t.Errorf("an inline <%s>", node.Data)
			}
			for _, a := range node.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") {
					t.Errorf("<%s %s=%q>", node.Data, a.Key, a.Val)
				}
			}
		}
	})
}

// elements are all elements of a document, the content of templates aside.
func elements(root *html.Node) func(yield func(*html.Node) bool) {
	return func(yield func(*html.Node) bool) {
		for node := range root.Descendants() {
			if node.Type == html.ElementNode && !yield(node) {
				return
			}
		}
	}
}

func attribute(node *html.Node, key string) string {
	for _, a := range node.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// visible is the text of a node that is read out: what is hidden from screen
// readers does not count.
func visible(node *html.Node) string {
	var out strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			out.WriteString(n.Data)
		}
		if n.Type == html.ElementNode && attribute(n, "aria-hidden") == "true" {
			return
		}
		for child := range n.ChildNodes() {
			walk(child)
		}
	}
	walk(node)
	return strings.TrimSpace(out.String())
}
