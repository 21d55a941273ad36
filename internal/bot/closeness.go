package bot

import "strings"

// closeness ranks a word that another may be meant for. 0 is too far away; one
// edit after the same first letter is closest, then vowels left out, then one
// edit of the first letter.
func closeness(typed, meant string) int {
	switch edited := oneEdit(typed, meant); {
	case edited && typed[0] == meant[0]:
		return 3
	case isVowelless(typed, meant):
		return 2
	case edited:
		return 1
	}
	return 0
}

// oneEdit tells whether two words differ by one letter added, left out or
// mistyped, or by two neighbours swapped.
func oneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 || a == b {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if a[i+1:] == b[i+1:] {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// isVowelless tells whether typed is meant with at least two vowels left out.
func isVowelless(typed, meant string) bool {
	if len(meant) < len(typed)+2 {
		return false
	}
	for _, r := range meant {
		if rest, ok := strings.CutPrefix(typed, string(r)); ok {
			typed = rest
		} else if !isVowel(r) {
			return false
		}
	}
	return typed == ""
}

// skeleton is a word without its vowels.
func skeleton(w string) string {
	return strings.Map(func(r rune) rune {
		if isVowel(r) {
			return -1
		}
		return r
	}, w)
}

func isVowel(r rune) bool { return strings.ContainsRune("aeiou", r) }

// squeeze leaves one of each letter that is repeated.
func squeeze(w string) string {
	var last rune
	return strings.Map(func(r rune) rune {
		if r == last {
			return -1
		}
		last = r
		return r
	}, w)
}
