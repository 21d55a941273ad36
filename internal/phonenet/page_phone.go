package phonenet

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// phoneViewLocked draws one handset with the thread asked for, or its latest.
func (n *Network) phoneViewLocked(h *handset, with string, query url.Values, numbers []numberOption) phoneView {
	v := phoneView{
		Profile: h.Profile, Phone: h.phone, ID: "p" + strings.TrimPrefix(h.phone, "+"), Title: h.title(), Number: national(h.phone),
		Accepted: h.accepted, Back: cleanQuery(query).Encode(), Numbers: numbers, Colours: handsetColours,
	}
	if len(v.Numbers) > switcherSize {
		v.Numbers = v.Numbers[:switcherSize]
	}
	if with == "" {
		with = h.latestLine()
	}
	if with == "" && len(numbers) > 0 {
		with = numbers[0].Phone
	}
	v.With, v.WithName = with, n.nameOfLineLocked(with)
	v.Initial = initials(v.WithName)
	v.Threads = n.threadsLocked(h, with, query)
	v.Texts = h.threadView(with)
	v.Quick = quickReplies(v.Texts)
	if v.Landed() || v.Kind == OutOfReach {
		v.Failures = h.failures()
	}
	return v
}

func (h *handset) latestLine() string {
	if len(h.texts) == 0 {
		return ""
	}
	return h.texts[len(h.texts)-1].line()
}

func (n *Network) nameOfLineLocked(phone string) string {
	if num := n.numbers[phone]; num != nil {
		return n.lineNameLocked(num)
	}
	return national(phone)
}

// threadsLocked lists the numbers a handset has texts with.
func (n *Network) threadsLocked(h *handset, with string, query url.Values) []threadOption {
	known := map[string]bool{}
	var out []threadOption
	for i := len(h.texts) - 1; i >= 0; i-- {
		line := h.texts[i].line()
		if known[line] {
			continue
		}
		known[line] = true
		link := cleanQuery(query)
		link.Set("phone", h.phone)
		link.Set("with", line)
		out = append(out, threadOption{line, n.nameOfLineLocked(line), national(line), "?" + link.Encode(), line == with})
	}
	return out
}

// threadView is the end of a thread. The state of a run of own texts stands
// below its last one.
func (h *handset) threadView(with string) []textView {
	var out []textView
	for i := len(h.texts) - 1; i >= 0 && len(out) < threadSize; i-- {
		if m := h.texts[i]; m.line() == with && !(m.refused() || m.direction != inbound && m.status != StatusDelivered) {
			out = append(out, viewOf(m.textLocked()))
		}
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	for i := range out {
		out[i].FirstOfDay = i == 0 || out[i].Day != out[i-1].Day
		out[i].LastOfRun = i == len(out)-1 || out[i].Mine != out[i+1].Mine
	}
	return out
}

// failures are the newest texts that never came to a handset.
func (h *handset) failures() []textView {
	const most = 5
	var out []textView
	for i := len(h.texts) - 1; i >= 0 && len(out) < most; i-- {
		if t := h.texts[i].textLocked(); !t.Mine && failed(t) {
			out = append(out, viewOf(t))
		}
	}
	return out
}

func viewOf(t Text) textView {
	v := textView{
		SID: t.SID, Body: t.Body, Time: clock(t.At), Day: dayOf(t.At), Mine: t.Mine, Notice: t.Notice,
		Failed: failed(t), Media: t.Media, Short: shorten(t.Body, 26),
	}
	switch {
	case !t.Mine && failed(t):
		v.State = failureWord(t)
	case t.Status == StatusReceived:
		v.State = "Sent"
	case t.Status == StatusDelivered:
		v.State = "Delivered"
	case t.Mine && t.Code == codeUnreachable:
		v.State = "Not delivered: nobody has this number"
	default:
		v.State = "Not delivered: " + codeMeaning[t.Code]
	}
	return v
}

// failureWord tells a text refused at the door from one lost on the way.
func failureWord(t Text) string {
	if t.Status == StatusFailed {
		return "refused"
	}
	return "not delivered"
}

func dayOf(at time.Time) string {
	at = at.Local()
	if at.Format(time.DateOnly) == time.Now().Format(time.DateOnly) {
		return "Today " + at.Format("3:04 PM")
	}
	return at.Format("Mon, Jan 2")
}

func shorten(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return strings.TrimRight(string([]rune(text)[:most-1]), " .,") + "…"
}

// quickReplies suit the last text: its language, and yes or no where it asks.
func quickReplies(texts []textView) []string {
	last := ""
	for _, t := range texts {
		if !t.Mine {
			last = t.Body
		}
	}
	switch {
	case soundsSpanish(last):
		return []string{"Sí", "No, gracias", "STOP", "🙏"}
	case asksYesNo(last):
		return []string{"Yes", "No thanks", "STOP", "🤔"}
	}
	return []string{"Yes", "STOP", "¿Español?", "😂"}
}
