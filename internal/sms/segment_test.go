package sms_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"parley/internal/sms"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"
	"pgregory.net/rapid"
)

func TestCount(t *testing.T) {
	t.Parallel()
	a := func(n int) string { return strings.Repeat("a", n) }
	for _, tc := range []struct {
		name, body string
		want       sms.Length
	}{
		{"empty", "", sms.Length{PerSegment: 160, Remaining: 160}},
		{"one full segment", a(160), sms.Length{Units: 160, Segments: 1, PerSegment: 160, Characters: 160}},
		{"one more", a(161), sms.Length{Units: 161, Segments: 2, PerSegment: 153, Remaining: 145, Characters: 161}},
		{"extension counts two", "€10", sms.Length{Units: 4, Segments: 1, PerSegment: 160, Remaining: 156, Characters: 3}},
		{"extension is not split", a(152) + "€" + a(10), sms.Length{Units: 164, Segments: 2, PerSegment: 153, Remaining: 141, Characters: 163}},
		{"one smart quote", "it’s", sms.Length{Encoding: sms.UCS2, Units: 4, Segments: 1, PerSegment: 70, Remaining: 66, Characters: 4}},
		{"small c-cedilla", "ça", sms.Length{Encoding: sms.UCS2, Units: 2, Segments: 1, PerSegment: 70, Remaining: 68, Characters: 2}},
		{"capital c-cedilla", "Ça", sms.Length{Units: 2, Segments: 1, PerSegment: 160, Remaining: 158, Characters: 2}},
		{"one full UCS-2 segment", strings.Repeat("ж", 70), sms.Length{Encoding: sms.UCS2, Units: 70, Segments: 1, PerSegment: 70, Characters: 70}},
		{"one more UCS-2", strings.Repeat("ж", 71), sms.Length{Encoding: sms.UCS2, Units: 71, Segments: 2, PerSegment: 67, Remaining: 63, Characters: 71}},
		{"emoji is not split", strings.Repeat("ж", 66) + "🙂" + "жж", sms.Length{Encoding: sms.UCS2, Units: 70, Segments: 1, PerSegment: 70, Characters: 70}},
		{"emoji over the edge", strings.Repeat("ж", 66) + "🙂" + "жжж", sms.Length{Encoding: sms.UCS2, Units: 71, Segments: 2, PerSegment: 67, Remaining: 62, Characters: 71}},
		{"family over the edge", strings.Repeat("ж", 65) + "👩‍👩‍👧", sms.Length{Encoding: sms.UCS2, Units: 73, Segments: 2, PerSegment: 67, Remaining: 59, Characters: 73}},
		{"grapheme larger than a segment", "e" + strings.Repeat("\u0301", 99), sms.Length{Encoding: sms.UCS2, Units: 100, Segments: 2, PerSegment: 67, Remaining: 34, Characters: 100}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tc.want, sms.Count(tc.body)); diff != "" {
				t.Errorf("Count (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCountKnowsTheLongestBody(t *testing.T) {
	t.Parallel()
	if sms.Count(strings.Repeat("a", sms.MaxBody)).TooLong() {
		t.Error("1,600 characters are refused")
	}
	if !sms.Count(strings.Repeat("🙂", sms.MaxBody/2) + "a").TooLong() {
		t.Error("1,601 code units are accepted")
	}
}

// texts draws bodies around the edges: long, with wide characters scattered among
// plain ones, so that cuts fall inside pairs and clusters.
func texts() *rapid.Generator[string] {
	piece := rapid.SampledFrom([]string{
		"a", "b ", "hello", "\n", "\r\n", "€", "[", "~", "\f", "é", "@", "Ω", strings.Repeat("x", 50), strings.Repeat("{", 20),
	})
	wide := rapid.SampledFrom([]string{
		"’", "ç", "\t", "`", "ж", "🙂", "👍🏽", "👩‍👩‍👧", "🇺🇸", "e\u0301", "각", "\u200D", "\uFE0F", strings.Repeat("\u0301", 70),
	})
	join := func(s []string) string { return strings.Join(s, "") }
	return rapid.OneOf(
		rapid.Map(rapid.SliceOfN(piece, 0, 80), join),
		rapid.Map(rapid.SliceOfN(rapid.OneOf(piece, piece, piece, wide), 0, 60), join),
		rapid.Map(rapid.SliceOfN(wide, 0, 60), join),
		rapid.String(),
	)
}

// cuts is the oracle: it writes the body out as the units that travel, cuts as late as
// allowed, and steps back while the cut falls inside something whole.
func cuts(units int, whole func(at int) bool, alone, joined int) int {
	if units <= alone {
		return min(units, 1)
	}
	segments := 0
	for at := 0; at < units; segments++ {
		next := min(at+joined, units)
		for next < units && !whole(next) {
			next--
		}
		at = next
	}
	return segments
}

func gsmOracle(body string) int {
	const escape = 0x1B
	var septets []rune
	for _, r := range body {
		if strings.ContainsRune("\f^{}\\[~]|€", r) {
			septets = append(septets, escape)
		}
		septets = append(septets, r)
	}
	return cuts(len(septets), func(at int) bool { return septets[at-1] != escape }, 160, 153)
}

func ucs2Oracle(body string) int {
	var starts []int
	units := 0
	for g := uniseg.NewGraphemes(body); g.Next(); {
		starts = append(starts, units)
		width := len(utf16.Encode(g.Runes()))
		for _, r := range g.Runes() {
			if width > 67 {
				starts = append(starts, units)
			}
			units += len(utf16.Encode([]rune{r}))
		}
	}
	whole := func(at int) bool { _, ok := slices.BinarySearch(starts, at); return ok }
	return cuts(units, whole, 70, 67)
}

func TestCountEqualsTheOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		body := texts().Draw(t, "body")
		got := sms.Count(body)
		want := gsmOracle(body)
		if got.Encoding == sms.UCS2 {
			want = ucs2Oracle(body)
		}
		if got.Segments != want {
			t.Fatalf("Count(%q) = %+v, the oracle cuts %d segments", body, got, want)
		}
	})
}

func TestRemainingIsWhatFits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.StringMatching(`[a-z€ж]{1,400}`).Draw(t, "body")
		l := sms.Count(body)
		if full := sms.Count(body + strings.Repeat("a", l.Remaining)); full.Segments != l.Segments {
			t.Fatalf("%+v, but with all that remains: %+v", l, full)
		}
		if over := sms.Count(body + strings.Repeat("a", l.Remaining+1)); over.Segments <= l.Segments {
			t.Fatalf("%+v, but one more than remains fits: %+v", l, over)
		}
	})
}

func TestGSMIsTheWholeAlphabet(t *testing.T) {
	t.Parallel()
	// GSM 03.38 has 128 septets, of which one is the escape, and 10 extensions.
	n := 0
	for r := rune(0); r <= 0x10FFFF; r++ {
		if (r < 0xD800 || r > 0xDFFF) && sms.Count(string(r)).Encoding == sms.GSM7 {
			n++
		}
	}
	if n != 127+10 {
		t.Errorf("GSM-7 has %d characters, want 137", n)
	}
}

func BenchmarkCount(b *testing.B) {
	body := strings.Repeat("Hi Ada, the office is open on Saturday. ", 5)
	b.ReportAllocs()
	for b.Loop() {
		sms.Count(body)
	}
}
