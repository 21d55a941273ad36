package ui

import (
	"strconv"
	"strings"
)

// Count writes a number with a comma between thousands: "8,412".
func Count[N ~int | ~int32 | ~int64](n N) string {
	digits := strconv.FormatInt(int64(n), 10)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	var out strings.Builder
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			out.WriteByte(',')
		}
		out.WriteRune(digit)
	}
	return sign + out.String()
}

// Plural writes a count with the noun that fits it: "1 person", "214 people".
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Count(n) + " " + many
}

// Share is part of whole in per cent with one decimal: "24.2%". Of nothing it
// is a dash, since no share can be told.
func Share(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 1, 64) + "%"
}

// Percent is part of whole in whole per cent, rounded down so that 100 means
// done. Of nothing it is 0.
func Percent(part, whole int) int {
	if whole <= 0 {
		return 0
	}
	return min(100, 100*part/whole)
}

// Phone writes an E.164 number as people of the North American plan read it:
// "+12085550142" is "(208) 555-0142". Any other number stays as it is.
func Phone(e164 string) string {
	if len(e164) != 12 || !strings.HasPrefix(e164, "+1") {
		return e164
	}
	return "(" + e164[2:5] + ") " + e164[5:8] + "-" + e164[8:]
}

// InList writes names as a sentence does: "Ann, Ben and 3 more".
func InList(names []string, shown int) string {
	if len(names) > shown {
		return strings.Join(names[:shown], ", ") + " and " + Count(len(names)-shown) + " more"
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// MostCounted is up to how much is counted for a page, whose cost must not grow with what it does not
// show.
const MostCounted = 1000

// Bounded is Count for what was counted up to MostCounted: "1,000+" for that and more.
func Bounded(n int) string {
	if n >= MostCounted {
		return Count(MostCounted) + "+"
	}
	return Count(n)
}
