package sms_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"parley/internal/sms"

	"pgregory.net/rapid"
)

func TestCleanMakesTextStorable(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, in, want string }{
		{"plain text", "See you at 5", "See you at 5"},
		{"line breaks and tabs stay", "a\n\tb", "a\n\tb"},
		{"NUL", "a\x00b", "ab"},
		{"invalid UTF-8", "a\xff\xfeb", "a\uFFFDb"},
		{"lone surrogate", "a\xed\xa0\xbdb", "a\uFFFDb"},
		{"cut emoji", "ok \xf0\x9f\x98", "ok \uFFFD"},
		{"line breaks of other systems", "a\r\nb\rc\u2028d\ve\u0085f", "a\nb\nc\nd\ne\nf"},
		{"escape sequence", "\x1b[31mred\x7f", "[31mred"},
		{"bidirectional override", "abc\u202Egnp.exe", "abcgnp.exe"},
		{"joined emoji and Persian stay", "👩\u200D👧 می\u200Cخواهم", "👩\u200D👧 می\u200Cخواهم"},
		{"byte order mark and noncharacter", "\uFEFFhi\uFFFF", "hi"},
		{"empty", "", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := sms.Clean(tc.in); got != tc.want {
				t.Errorf("Clean(%q) = %q, want %q", tc.in, got, tc.want)
			}
		})
	}
}

// anyBytes draws texts as a hostile or broken sender would post them.
func anyBytes() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.Map(rapid.SliceOf(rapid.SampledFrom([]string{
			"\r", "\n", "\r\n", "\x00", "\xed\xa0\x80", "\u2028", "\u202E", " ", "\t", "É", "e\u0301", "ß", "´", "`", "🙂", "a", "Z",
		})), func(s []string) string { return strings.Join(s, "") }),
	)
}

func TestCleanIsStableAndValid(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		once := sms.Clean(anyBytes().Draw(t, "body"))
		if !utf8.ValidString(once) || strings.ContainsAny(once, "\x00\r\u202E") {
			t.Fatalf("Clean left %q", once)
		}
		if twice := sms.Clean(once); twice != once {
			t.Fatalf("cleaned twice: %q, once: %q", twice, once)
		}
	})
}
