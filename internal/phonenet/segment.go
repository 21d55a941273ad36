package phonenet

import "unicode/utf16"

// Characters of the GSM 7-bit alphabet and of its extension table
// (3GPP TS 23.038, 6.2.1). The latter count two.
const (
	gsmBasic     = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtension = "\f^{}\\[~]|€"
)

var septets = func() map[rune]int {
	width := make(map[rune]int)
	for _, r := range gsmBasic {
		width[r] = 1
	}
	for _, r := range gsmExtension {
		width[r] = 2
	}
	return width
}()

// segments counts what the phone company bills: 160 septets in one text or 153
// in each of several, 70 or 67 UTF-16 units once a character is outside GSM-7.
// An escape pair or surrogate pair is never split between two.
func segments(body string) int {
	width, single, each := gsmWidth, 160, 153
	if !isGSM(body) {
		width, single, each = utf16.RuneLen, 70, 67
	}
	units, count, free := 0, 1, each
	for _, r := range body {
		w := width(r)
		units += w
		if w > free {
			count++
			free = each
		}
		free -= w
	}
	if units <= single {
		return 1
	}
	return count
}

func gsmWidth(r rune) int { return septets[r] }

func isGSM(body string) bool {
	for _, r := range body {
		if septets[r] == 0 {
			return false
		}
	}
	return true
}
