package outreach

import (
	"fmt"
	"math"
	"strconv"
)

// count writes a number as people read it: 8412 is "8,412".
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// people writes how many people: "1 person", "214 people".
func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return count(n) + " people"
}

// verb writes how many people do something: "1 person gets", "214 people get".
func verb(n int, one, many string) string {
	if n == 1 {
		return people(n) + " " + one
	}
	return people(n) + " " + many
}

func speed(perSecond float64) string {
	if perSecond == 1 {
		return "1 text a second"
	}
	return strconv.FormatFloat(perSecond, 'f', -1, 64) + " texts a second"
}

func duration(seconds float64) string {
	switch {
	case seconds < 1.5:
		return "a second"
	case seconds < 90:
		return fmt.Sprintf("%.0f seconds", seconds)
	case seconds < 90*60:
		return fmt.Sprintf("%.0f minutes", math.Ceil(seconds/60))
	default:
		return fmt.Sprintf("%.1f hours", seconds/3600)
	}
}
