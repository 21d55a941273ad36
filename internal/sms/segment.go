package sms

import (
	"unicode/utf16"

	"github.com/rivo/uniseg"
)

// MaxBody is the longest body that the carrier accepts, in UTF-16 code units.
// Twilio says "1,600 characters" (error 21617); code units are the strictest reading,
// so a body that we accept is never refused there.
const MaxBody = 1600

// Encoding is the alphabet in which a text travels.
type Encoding uint8

const (
	// GSM7 is the default alphabet of GSM 03.38, 7 bits a character.
	GSM7 Encoding = iota
	// UCS2 is UTF-16, for every text with a character outside GSM7.
	UCS2
)

// String returns the name that carriers use, "GSM-7" or "UCS-2".
func (e Encoding) String() string {
	if e == UCS2 {
		return "UCS-2"
	}
	return "GSM-7"
}

// alone is the room in a segment that is the whole text, in septets or UTF-16 units.
func (e Encoding) alone() int {
	if e == UCS2 {
		return 70
	}
	return 160
}

// joined is the room in each of several segments. The user data header that joins
// them on the phone takes 6 of the 140 bytes.
func (e Encoding) joined() int {
	if e == UCS2 {
		return 67
	}
	return 153
}

// Length is what a body needs on the way to a phone.
type Length struct {
	Encoding   Encoding
	Units      int // septets in GSM-7, UTF-16 code units in UCS-2
	Segments   int // what the carrier bills; 0 for an empty body
	PerSegment int // units that one segment holds at this length
	Remaining  int // units that can be added without another segment
	Characters int // UTF-16 code units, to compare with MaxBody
}

// TooLong reports whether the carrier would refuse the body for its length.
func (l Length) TooLong() bool { return l.Characters > MaxBody }

// Count measures body as it is given; merge fields must be filled in before, because
// each recipient's text may differ in length and in alphabet. One character outside
// GSM-7 moves the whole body to UCS-2. Neither the escape pair of a GSM-7 extension
// character nor a grapheme (an emoji with its modifiers, a letter with its accents)
// is split between segments, so these may be filled with less than they hold.
func Count(body string) Length {
	l := Length{Characters: utf16Len(body)}
	widths, ok := gsmWidths(body)
	if !ok {
		l.Encoding = UCS2
		widths = graphemeWidths(body)
	}
	for _, w := range widths {
		l.Units += w
	}
	l.PerSegment = l.Encoding.alone()
	l.Remaining = l.PerSegment - l.Units
	switch {
	case l.Units == 0:
	case l.Remaining >= 0:
		l.Segments = 1
	default:
		l.PerSegment = l.Encoding.joined()
		l.Segments, l.Remaining = pack(widths, l.PerSegment)
	}
	return l
}

// pack fills segments in order with parts that must stay whole, none wider than room.
func pack(widths []int, room int) (segments, remaining int) {
	for _, w := range widths {
		if w > remaining {
			segments++
			remaining = room
		}
		remaining -= w
	}
	return segments, remaining
}

// gsmWidths returns the septets of each character, or false at the first one that
// GSM-7 lacks.
func gsmWidths(body string) ([]int, bool) {
	widths := make([]int, 0, len(body))
	for _, r := range body {
		w := septets(r)
		if w == 0 {
			return nil, false
		}
		widths = append(widths, w)
	}
	return widths, true
}

// graphemeWidths returns the UTF-16 units of each grapheme. One that no segment could
// hold (a letter under a tower of accents) is given as its code points instead.
func graphemeWidths(body string) []int {
	widths := make([]int, 0, len(body))
	for state := -1; body != ""; {
		var grapheme string
		grapheme, body, _, state = uniseg.FirstGraphemeClusterInString(body, state)
		w := utf16Len(grapheme)
		if w <= UCS2.joined() {
			widths = append(widths, w)
			continue
		}
		for _, r := range grapheme {
			widths = append(widths, utf16.RuneLen(r))
		}
	}
	return widths
}

// utf16Len counts an invalid byte as the U+FFFD that it is sent as.
func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// GSM 03.38, table 6.2.1: the basic alphabet and its extension, whose characters are
// sent as an escape and a septet.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtension = "\f^{}\\[~]|€"
)

// septets is the width of r in GSM-7: 1, 2, or 0 when the alphabet lacks it.
func septets(r rune) int {
	if r < rune(len(asciiSeptets)) {
		return int(asciiSeptets[r])
	}
	return wideSeptets[r]
}

var asciiSeptets, wideSeptets = septetTables()

func septetTables() (ascii [128]uint8, wide map[rune]int) {
	wide = make(map[rune]int)
	add := func(alphabet string, width int) {
		for _, r := range alphabet {
			if r < 128 {
				ascii[r] = uint8(width)
			} else {
				wide[r] = width
			}
		}
	}
	add(gsmBasic, 1)
	add(gsmExtension, 2)
	return ascii, wide
}
