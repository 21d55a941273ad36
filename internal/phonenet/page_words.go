package phonenet

import (
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// TodayWords counts the texts of the day.
func (v phonesView) TodayWords() string { return counted(v.Today, "text") + " today" }

// BookWords says how many phones the book lists.
func (v phonesView) BookWords() string {
	switch {
	case v.Query != "" && len(v.Book) == bookSize:
		return fmt.Sprintf("The first %d that match, latest text first", bookSize)
	case v.Query != "":
		return counted(len(v.Book), "match")
	case v.All > len(v.Book):
		return fmt.Sprintf("%d of %s, latest text first", len(v.Book), counted(v.All, "phone"))
	}
	return counted(v.All, "phone") + ", latest text first"
}

// Colour is the one a new phone is proposed with.
func (v phonesView) Colour() string { return v.Colours[v.All%len(v.Colours)] }

// Icon is the address of the page's icon.
func (phonesView) Icon() string { return static("icon.svg") }

// At sets where the page's addresses start.
func (p phoneView) At(root string) phoneView {
	p.Root = root
	return p
}

// Now is the time on the phone's screen.
func (phoneView) Now() string { return time.Now().Format("3:04") }

// WithNumber is the other number below its name.
func (p phoneView) WithNumber() string {
	if number := national(p.With); number != p.WithName {
		return number
	}
	return ""
}

// Others are numbers the handset has no thread with yet.
func (p phoneView) Others() []threadOption {
	known := map[string]bool{}
	for _, t := range p.Threads {
		known[t.phone] = true
	}
	var out []threadOption
	for _, number := range p.Numbers {
		if !known[number.Phone] {
			link := url.Values{"phone": {p.Phone}, "with": {number.Phone}}
			out = append(out, threadOption{Name: number.Name, Number: national(number.Phone), Link: "?" + link.Encode()})
		}
	}
	return out
}

// AcceptedWords counts what the program sent to the handset.
func (p phoneView) AcceptedWords() string {
	return "The network accepted " + counted(p.Accepted, "text") + " of the program for this phone."
}

// FailureWords says what became of the texts to a phone that gets none.
func (p phoneView) FailureWords() string {
	switch {
	case len(p.Failures) == 0 && p.Kind == OutOfReach:
		return "No text came for this phone yet. Texts wait on the way, then come back as undelivered."
	case len(p.Failures) == 0:
		return "No text came for this phone yet."
	case p.Kind == Landline:
		return "Texts for this phone are refused at once, as on the real network."
	case p.Kind == UnlistedLandline:
		return "The network takes texts for this phone and finds out later that it is a landline."
	}
	return "Texts for this phone wait on the way, then come back as undelivered."
}

// LCDTitle stands on top of a keypad phone's screen.
func (p phoneView) LCDTitle() string {
	if n := len(p.LCD()); n > 0 && !p.Texts[len(p.Texts)-1].Mine {
		return "1 NEW"
	}
	return "TEXTS"
}

// LCD is what the small screen shows: the newest text that came and what was
// answered to it.
func (p phoneView) LCD() []textView {
	for i := len(p.Texts) - 1; i > 0; i-- {
		if !p.Texts[i].Mine {
			return p.Texts[i:]
		}
	}
	return p.Texts
}

// padKey is a key of an old phone and the letters it types in turn.
type padKey struct{ Key, Letters, Print, Label string }

var padKeys = []padKey{
	{"1", ".,?!'-1", "", "1, full stop and comma"},
	{"2", "abc2áà", "ABC", "2, A B C"}, {"3", "def3éè", "DEF", "3, D E F"},
	{"4", "ghi4í", "GHI", "4, G H I"}, {"5", "jkl5", "JKL", "5, J K L"}, {"6", "mno6ñó", "MNO", "6, M N O"},
	{"7", "pqrs7", "PQRS", "7, P Q R S"}, {"8", "tuv8úü", "TUV", "8, T U V"}, {"9", "wxyz9", "WXYZ", "9, W X Y Z"},
	{"*", "@/:;()&%+$¿¡*", "", "star, symbols"}, {"0", " 0", "␣", "0, space"}, {"#", "", "aA", "hash, capital letters"},
}

// Keys are the twelve keys.
func (phoneView) Keys() []padKey { return padKeys }

// counted writes "1 text", "1,204 texts", "3 matches".
func counted(n int, what string) string {
	if n != 1 {
		if what == "match" {
			what += "e"
		}
		what += "s"
	}
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits + " " + what
}
