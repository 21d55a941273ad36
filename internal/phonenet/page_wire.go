package phonenet

import (
	"fmt"
	"net/url"
	"strconv"
)

// wireLine is an entry of the log in words.
type wireLine struct {
	Seq   uint64
	Time  string
	Icon  string // the name of a template
	Tone  string // ok, bad, warn, in, out or plain
	Words string
}

// stripLocked is the newest entries that a person wants to see, newest first.
func (n *Network) stripLocked(most int) []wireLine {
	const look = 400 // entries; a busy network logs mostly webhooks that went well
	var out []wireLine
	for seq, seen := n.log.count, 0; seq > 0 && seen < look && len(out) < most; seq, seen = seq-1, seen+1 {
		if line, notable := n.wireLineLocked(seq); notable {
			out = append(out, line)
		}
	}
	return out
}

// wireView is the page of all events.
type wireView struct {
	phonesView
	Lines        []wireLine
	Older, Newer string // addresses of the next pages, or empty
	Total        uint64
}

const wirePage = 200

// wireView shows the entries up to the one that the query names.
func (n *Network) wireView(query url.Values) wireView {
	n.mu.Lock()
	defer n.mu.Unlock()
	last := n.log.count
	if upTo, err := strconv.ParseUint(query.Get("upto"), 10, 63); err == nil && upTo > 0 {
		last = min(last, upTo)
	}
	v := wireView{Total: n.log.count}
	for seq := last; seq > 0 && len(v.Lines) < wirePage; seq-- {
		line, _ := n.wireLineLocked(seq)
		v.Lines = append(v.Lines, line)
	}
	if last > wirePage {
		v.Older = fmt.Sprintf("?upto=%d", last-wirePage)
	}
	if last < n.log.count {
		v.Newer = fmt.Sprintf("?upto=%d", min(n.log.count, last+wirePage))
	}
	return v
}

// wireLineLocked writes an entry in words; notable entries are shown below the
// phones.
func (n *Network) wireLineLocked(seq uint64) (line wireLine, notable bool) {
	e := n.log.event(seq).entry(seq)
	line = wireLine{Seq: seq, Time: e.At.Local().Format("15:04:05"), Icon: "icon-dot", Tone: "plain"}
	m := n.log.event(seq).message
	if m == nil {
		line.Words, notable = settingWords(e)
		return line, notable
	}
	who := n.nameOfPersonLocked(m.person())
	switch e.Kind {
	case KindStatus:
		return n.statusLine(line, e, m, who)
	case KindAccepted, KindReply:
		line.Icon, line.Tone, line.Words = "icon-right", "out", fmt.Sprintf("To %s: %s accepted", who, shorten(m.body, 34))
		if e.Fault != "" {
			line.Icon, line.Tone, line.Words = "icon-warn", "warn", line.Words+", "+faultWords[e.Fault]
		}
	case KindRefused:
		line.Icon, line.Tone, line.Words = "icon-x", "bad", fmt.Sprintf("To %s: refused, %s", who, refusalWords(e))
	case KindInbound:
		line.Icon, line.Tone, line.Words = "icon-left", "in", fmt.Sprintf("From %s: “%s”", who, shorten(m.body, 40))
	case KindStray:
		line.Icon, line.Tone, line.Words = "icon-x", "bad", fmt.Sprintf("From %s to %s: nobody has this number", who, national(m.to))
	case KindNotice:
		line.Icon, line.Words = "icon-left", fmt.Sprintf("To %s, by the phone company: %s", who, shorten(m.body, 34))
	case KindOptOut:
		line.Icon, line.Tone, line.Words = "icon-x", "warn", fmt.Sprintf("%s opted out of %s", who, national(m.to))
	case KindOptIn:
		line.Icon, line.Tone, line.Words = "icon-check", "ok", fmt.Sprintf("%s opted in again to %s", who, national(m.to))
	case KindUnsent:
		line.Icon, line.Tone, line.Words = "icon-warn", "warn", fmt.Sprintf("To %s: report of “%s” is never sent", who, e.Status)
	case KindWebhook:
		return webhookLine(line, e, who)
	}
	return line, true
}

func (n *Network) statusLine(line wireLine, e Entry, m *message, who string) (wireLine, bool) {
	switch e.Status {
	case StatusDelivered:
		took := e.At.Sub(m.createdAt()).Seconds()
		line.Icon, line.Tone, line.Words = "icon-checks", "ok", fmt.Sprintf("To %s: delivered in %.1f s", who, took)
	case StatusUndelivered, StatusFailed:
		line.Icon, line.Tone = "icon-cloud", "warn"
		line.Words = fmt.Sprintf("To %s: %s (%d)", who, codeMeaning[e.Code], e.Code)
	default:
		line.Words = fmt.Sprintf("To %s: %s", who, e.Status)
		return line, false
	}
	return line, true
}

func webhookLine(line wireLine, e Entry, who string) (wireLine, bool) {
	about := "text"
	if e.Status != StatusNone {
		about = "report of “" + e.Status.String() + "”"
	}
	if e.HTTP >= 200 && e.HTTP < 300 {
		line.Words = fmt.Sprintf("Program took the %s of %s in %.0f ms", about, who, e.TookMS)
		return line, false
	}
	line.Icon, line.Tone = "icon-warn", "bad"
	line.Words = fmt.Sprintf("Program did not take the %s of %s (%d)", about, who, e.HTTP)
	if e.HTTP == 0 {
		line.Words = fmt.Sprintf("Program cannot be reached for the %s of %s", about, who)
	}
	return line, true
}

func refusalWords(e Entry) string {
	if e.Fault != "" {
		return faultWords[e.Fault]
	}
	if meaning := codeMeaning[e.Code]; meaning != "" {
		return fmt.Sprintf("%s (%d)", meaning, e.Code)
	}
	return fmt.Sprintf("error %d", e.Code)
}

// faultWords follow "accepted" or "refused".
var faultWords = map[Fault]string{
	"cut_after_accept":         "but the connection was cut",
	"timeout_after_accept":     "but no answer was given",
	"error_500_after_accept":   "but the answer was 500",
	"bad_gateway_after_accept": "but the answer was 502",
	"half_answer":              "but half the answer was cut",
	"cut_before_accept":        "connection cut",
	"error_500":                "server error (500)",
	"bad_gateway":              "bad gateway (502)",
	"too_many":                 "too many requests (429)",
	"too_many_bare":            "too many requests (429)",
	"redirect_302":             "redirected (302)",
	"redirect_307":             "redirected (307)",
}

func settingWords(e Entry) (words string, notable bool) {
	switch e.Kind {
	case KindRefused:
		return "A request was refused: " + refusalWords(e), true
	case KindOpened:
		return "The network was started", true
	case KindFaults:
		return "The troubles of the network were changed", true
	case KindAnswering:
		return "Answering by itself was switched on or off", true
	case KindNumber:
		return "A number was bought or changed", true
	case KindReleased:
		return "A number was released", true
	case KindHandset:
		return "A phone was added or changed", false
	}
	return e.Kind.String(), false
}

func (n *Network) nameOfPersonLocked(phone string) string {
	if h := n.handsets[phone]; h != nil && h.Name != "" {
		return h.Name
	}
	if num := n.numbers[phone]; num != nil {
		return n.lineNameLocked(num)
	}
	return national(phone)
}
