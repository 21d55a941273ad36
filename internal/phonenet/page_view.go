package phonenet

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

// How much the page shows at once.
const (
	stageSize    = 4  // phones without being asked for
	bookSize     = 60 // rows of the phone book
	threadSize   = 80 // texts of one thread
	switcherSize = 20 // other numbers a phone can text
	stripSize    = 9  // lines of the wire log below the phones
)

// phonesView is what the page of handsets shows.
type phonesView struct {
	Root    string // leads back to the page, empty on the page itself
	Back    string // the page's own query
	Query   string
	Book    []bookRow
	Count   int // handsets that match the query
	All     int // handsets
	Phones  []phoneView
	Numbers []numberOption
	Wire    []wireLine
	Today   int
	Control controlView
	Problem string
	Typed   url.Values // what was typed when there is a problem
	Suggest string     // a number for a new phone
	Colours []string
}

// CSS is the address of the style sheet, and JS that of the script.
func (phonesView) CSS() string { return static("phones.css") }

// JS is the address of the script.
func (phonesView) JS() string { return static("phones.js") }

// bookRow is a handset in the phone book.
type bookRow struct {
	Phone, Name, Number, Initials, Colour string
	Last, Time                            string
	Mine, Failed, Current                 bool
	Link                                  string
}

// phoneView is a handset on the stage.
type phoneView struct {
	Profile
	Root                     string
	Phone, ID, Title, Number string
	Initial                  string
	Accepted                 int
	With, WithName           string // the other number of the thread shown
	Threads                  []threadOption
	Texts                    []textView
	Failures                 []textView // of a phone that gets no texts
	Quick                    []string
	Typed                    string
	Back                     string
	Numbers                  []numberOption
	Colours                  []string
}

// Smart tells whether the handset is drawn as a smartphone.
func (p phoneView) Smart() bool { return p.Kind == Smartphone }

// Landed tells whether it is drawn as a landline.
func (p phoneView) Landed() bool { return p.Kind == Landline || p.Kind == UnlistedLandline }

type threadOption struct {
	phone              string
	Name, Number, Link string
	Current            bool
}

type numberOption struct{ Phone, Name string }

type textView struct {
	SID, Body, Time, Day  string
	Mine, Notice, Failed  bool
	State                 string // words below the text
	Media                 []string
	Short                 string
	FirstOfDay, LastOfRun bool
}

// phonesView gathers the page. query names the phone to show first, the
// thread to show on it, and what the phone book is searched for.
func (n *Network) phonesView(query url.Values) phonesView {
	n.mu.Lock()
	defer n.mu.Unlock()
	v := phonesView{
		Query: query.Get("q"), All: n.recent.count, Control: n.controlViewLocked(), Back: cleanQuery(query).Encode(),
		Numbers: n.numberOptionsLocked(), Colours: handsetColours, Typed: url.Values{},
	}
	if today := time.Now().Format(time.DateOnly); n.today.day == today {
		v.Today = n.today.count
	}
	focus := query.Get("phone")
	for _, h := range n.searchLocked(v.Query, bookSize) {
		v.Book = append(v.Book, n.bookRowLocked(h, query))
	}
	v.Count = len(v.Book)
	for _, h := range n.stageLocked(focus) {
		with := ""
		if h.phone == focus {
			with = query.Get("with")
		}
		v.Phones = append(v.Phones, n.phoneViewLocked(h, with, query, v.Numbers))
	}
	v.Wire = n.stripLocked(stripSize)
	v.Suggest = n.freshPhoneLocked()
	return v
}

// cleanQuery keeps what the page knows.
func cleanQuery(query url.Values) url.Values {
	out := url.Values{}
	for _, name := range []string{"phone", "with", "q"} {
		if value := query.Get(name); value != "" {
			out.Set(name, value)
		}
	}
	return out
}

// stageLocked chooses the handsets to show: the one asked for, those on the
// desk, and the most recent ones while there is room.
func (n *Network) stageLocked(focus string) []*handset {
	var out []*handset
	add := func(h *handset) {
		if !slices.Contains(out, h) {
			out = append(out, h)
		}
	}
	if isE164(focus) {
		add(n.handsetLocked(focus))
	}
	for _, h := range n.desk {
		if h.OnDesk {
			add(h)
		}
	}
	for h := range n.recent.all() {
		if len(out) >= stageSize {
			break
		}
		add(h)
	}
	return out
}

func (n *Network) numberOptionsLocked() []numberOption {
	var out []numberOption
	for phone, num := range n.numbers {
		out = append(out, numberOption{phone, n.lineNameLocked(num)})
	}
	slices.SortFunc(out, func(a, b numberOption) int { return strings.Compare(a.Name+a.Phone, b.Name+b.Phone) })
	return out
}

// lineNameLocked is what a phone's owner has saved a number as: its friendly
// name, or the name of its account.
func (n *Network) lineNameLocked(num *number) string {
	if num.FriendlyName != "" && num.FriendlyName != national(num.Phone) {
		return num.FriendlyName
	}
	if num.account.name != "" {
		return num.account.name
	}
	return national(num.Phone)
}

func (n *Network) bookRowLocked(h *handset, query url.Values) bookRow {
	link := cleanQuery(query)
	link.Set("phone", h.phone)
	link.Del("with")
	row := bookRow{
		Phone: h.phone, Name: h.title(), Number: national(h.phone), Initials: initials(h.title()), Colour: h.Colour,
		Current: query.Get("phone") == h.phone, Link: "?" + link.Encode(),
	}
	if len(h.texts) > 0 {
		last := h.texts[len(h.texts)-1].textLocked()
		row.Last, row.Time, row.Mine, row.Failed = last.Body, clock(last.At), last.Mine, failed(last)
	}
	return row
}

// title is the handset's name, or its number while it has none.
func (h *handset) title() string {
	if h.Name != "" {
		return h.Name
	}
	return national(h.phone)
}

// initials of a name; the last two digits of a number.
func initials(name string) string {
	out := ""
	for _, word := range strings.Fields(name) {
		first := []rune(word)[0]
		if first != '(' && first != '+' && len([]rune(out)) < 2 {
			out += strings.ToUpper(string(first))
		}
	}
	if digits := strings.Map(onlyDigits, name); len(digits) >= 7 {
		return digits[len(digits)-2:]
	}
	if out == "" {
		return "#"
	}
	return out
}

// freshPhoneLocked proposes a number nobody has: of the range kept for
// fiction, in the town of the first number of the network.
func (n *Network) freshPhoneLocked() string {
	area := "208"
	for phone := range n.numbers {
		if strings.HasPrefix(phone, "+1") {
			area = phone[2:5]
			break
		}
	}
	for i := range offersPerArea {
		phone := "+1" + area + offeredExchange + string([]byte{byte('0' + (i*37+20)%100/10), byte('0' + (i*37+20)%10)})
		if h := n.handsets[phone]; n.numbers[phone] == nil && (h == nil || !h.listed) {
			return national(phone)
		}
	}
	return ""
}

// clock writes a time of today as "10:19 AM", any other as "Nov 17".
func clock(at time.Time) string {
	at = at.Local()
	if at.Format(time.DateOnly) == time.Now().Format(time.DateOnly) {
		return at.Format("3:04 PM")
	}
	return at.Format("Jan 2")
}

func failed(t Text) bool { return t.Status == StatusFailed || t.Status == StatusUndelivered }
