package sms

import (
	"strings"
	"unicode/utf8"
)

// Clean returns body as it can be stored in Postgres and shown on a page: valid
// UTF-8 without NUL and other control characters, with "\n" as the only line break.
// Each run of invalid bytes, lone surrogates among them, becomes one U+FFFD, so a
// reader sees that something was there. Tabs stay. Characters that reorder the text
// around them (bidirectional overrides, embeddings and isolates) are removed, because
// they reach beyond the bubble they are shown in. Cleaning twice changes nothing.
func Clean(body string) string {
	if isClean(body) {
		return body
	}
	var out strings.Builder
	out.Grow(len(body))
	body = strings.ReplaceAll(strings.ToValidUTF8(body, "\uFFFD"), "\r\n", "\n")
	for _, r := range body {
		switch {
		case isLineBreak(r):
			out.WriteByte('\n')
		case !isUnshowable(r):
			out.WriteRune(r)
		}
	}
	return out.String()
}

// isClean spares the common text, already clean, a copy.
func isClean(body string) bool {
	if !utf8.ValidString(body) {
		return false
	}
	for _, r := range body {
		if r != '\n' && isLineBreak(r) || isUnshowable(r) {
			return false
		}
	}
	return true
}

func isLineBreak(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

func isUnshowable(r rune) bool {
	switch {
	case r < ' ':
		return r != '\t' && !isLineBreak(r)
	case r >= 0x7F && r <= 0x9F: // DEL and the C1 controls
		return !isLineBreak(r)
	case r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069: // bidirectional controls
		return true
	case r == 0xFEFF: // byte order mark
		return true
	case r >= 0xFDD0 && r <= 0xFDEF, r&0xFFFE == 0xFFFE: // noncharacters
		return true
	}
	return false
}

// oneLine returns value cleaned and on one line: each run of white space is one
// space, and none is left at either end.
func oneLine(value string) string {
	if isPlainLine(value) {
		return value
	}
	return strings.Join(strings.Fields(Clean(value)), " ")
}

// isPlainLine reports whether value is printable ASCII with single inner spaces, as
// almost every merge value of a file is.
func isPlainLine(value string) bool {
	afterSpace := true
	for i := 0; i < len(value); i++ {
		c := value[i]
		if c < ' ' || c > '~' || c == ' ' && afterSpace {
			return false
		}
		afterSpace = c == ' '
	}
	return value == "" || !afterSpace
}
