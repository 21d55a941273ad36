package sms_test

import (
	"regexp"
	"slices"
	"testing"

	"parley/internal/sms"

	"pgregory.net/rapid"
)

// A pattern must not pass over a text for want of a piece.
func TestPatternsMatchWhateverTheirExpressionsMatch(t *testing.T) {
	t.Parallel()
	patterns := sms.Patterns()
	for _, expr := range []string{"a|b", "(?i)stop", "(?:no|any)+ more", "x{2,3}y", "a?b?", "[a-z]z|zz", "(?:a|bc)(?:d|e)?f*", `\bend\b`, "", "a|"} {
		patterns = append(patterns, sms.Compile(expr))
	}
	for _, p := range patterns {
		expr := regexp.MustCompile(p.Expression())
		rapid.Check(t, func(t *rapid.T) {
			text := rapid.StringMatching(p.Expression()).Draw(t, "text")
			if expr.MatchString(text) && !p.MatchString(text) {
				t.Fatalf("%q is passed over: it holds none of %q", text, p.Pieces())
			}
		})
	}
}

func TestPatternsLookForTheLongestPieces(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		expr string
		want []string
	}{
		{" (?:no|any) more ", []string{" no more ", " any more "}},
		{` \w+ list (?:a|b)\d`, []string{" list a", " list b"}},
		{`(?:stop|quit)(?: \w+){0,5} text`, []string{" text"}},
		{"stop|stopall|end", []string{"stop", "stopall", "end"}},
		{"(?i)stop", nil},
		{`stop|\w+`, nil},
		{"a?", nil},
	} {
		got := sms.Compile(test.expr).Pieces()
		slices.Sort(got)
		slices.Sort(test.want)
		if !slices.Equal(got, test.want) {
			t.Errorf("%s is tried on texts with one of %q, want %q", test.expr, got, test.want)
		}
	}
}
