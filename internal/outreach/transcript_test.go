package outreach_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/internal/knowledge"
	"parley/internal/outreach"
)

// TestTranscripts plays the conversations of testdata. A line is somebody and what happens:
//
//	answer     Lot C is free all day. = where do i park | parking
//	campaign   Open day    bot, idk: agent [, holding: ...]
//	number     agent | bot                    the number's unsolicited message settings
//	ada <      a text that Ada gets; none may be left over
//	ada >      a text that Ada sends
//	inbox      ada needs attention (Bot did not know) | nobody
//	agent >    what Ann answers the person last named; agent clears, agent switches
//	ada        opted out | may be texted | is held | bot | agent
//	later      61s
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts in testdata", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			p := &player{world: newWorld(t)}
			for n, line := range strings.Split(string(b), "\n") {
				p.play(n+1, line)
			}
			p.settled(0)
		})
	}
}

type player struct {
	*world
	who     string              // the person last named
	pending map[string][]string // texts on their way, by person
	line    int
}

func (p *player) fail(format string, args ...any) {
	p.t.Helper()
	p.t.Fatalf("line %d: "+format, append([]any{p.line}, args...)...)
}

func (p *player) play(n int, line string) {
	p.t.Helper()
	p.line = n
	line = strings.TrimSpace(line)
	if line == "" || strings.HasPrefix(line, "#") {
		return
	}
	who, what, _ := strings.Cut(line, " ")
	what = strings.TrimSpace(what)
	switch who {
	case "answer":
		p.teach(what)
	case "campaign":
		p.startCampaign(what)
	case "number":
		p.setNumber(what)
	case "inbox":
		p.inbox(what)
	case "agent":
		p.act(what)
	case "archive":
		p.must(p.desk(p.manager).Archive(p.ctx, p.campaign(what), true))
	case "later":
		d, err := time.ParseDuration(what)
		p.must(err)
		p.ahead.Add(int64(d))
	default:
		p.person(who)
		p.who = who
		p.personLine(who, what)
	}
}

func (p *player) personLine(who, what string) {
	p.t.Helper()
	switch body := strings.TrimSpace(strings.TrimLeft(what, "<>")); {
	case strings.HasPrefix(what, ">"):
		p.settled(p.line)
		p.text(who, body)
	case strings.HasPrefix(what, "<"):
		p.collect(who)
		if len(p.pending[who]) == 0 {
			p.fail("%s gets nothing, want %q", who, body)
		}
		if got := p.pending[who][0]; got != body {
			p.fail("%s gets %q, want %q", who, got, body)
		}
		p.pending[who] = p.pending[who][1:]
	default:
		p.state(who, what)
	}
}

func (p *player) state(who, want string) {
	p.t.Helper()
	v := p.conversation(who)
	got := map[string]bool{"opted out": v.OptedOut, "may be texted": !v.OptedOut && !v.Held, "is held": v.Held,
		"bot": v.Mode == outreach.BotMode, "agent": v.Mode == outreach.AgentMode}
	if holds, known := got[want]; !known || !holds {
		p.fail("%s is not %q: %+v", who, want, v)
	}
}

func (p *player) collect(who string) {
	if p.pending == nil {
		p.pending = map[string][]string{}
	}
	p.pending[who] = append(p.pending[who], p.sent(who)...)
}

// settled fails if somebody got a text that the transcript does not have.
func (p *player) settled(line int) {
	p.t.Helper()
	for who := range p.people {
		p.collect(who)
		if left := p.pending[who]; len(left) > 0 {
			p.fail("%s also got %q", who, left)
		}
	}
}

func (p *player) teach(what string) {
	p.t.Helper()
	text, variants, _ := strings.Cut(what, " = ")
	title, rest, _ := strings.Cut(variants, " | ")
	_, err := knowledge.NewDesk(p.db, p.library, p.manager).Save(p.ctx, knowledge.Draft{Title: title, Text: text, Language: "en", Enabled: true,
		Variants: strings.ReplaceAll(rest, " | ", "\n")})
	p.must(err)
}

func (p *player) startCampaign(what string) {
	p.t.Helper()
	title, settings, _ := strings.Cut(what, "    ")
	form := outreach.PolicyForm{Mode: outreach.BotMode, IDKType: outreach.IDKAgent}
	for part := range strings.SplitSeq(settings, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), ": ")
		switch key {
		case "bot", "agent":
			form.Mode = outreach.Mode(key)
		case "idk":
			form.IDKType = outreach.IDKType(value)
		case "response":
			form.CustomResponse = value
		case "holding":
			form.HoldingText = value
		}
	}
	p.launch(p.draft(title, "Hi {{first_name}}, coming on Saturday?", form, "ada", "ben"))
}

func (p *player) campaign(title string) outreach.CampaignID {
	p.t.Helper()
	found, err := p.desk(p.manager).Campaigns(p.ctx, outreach.CampaignQuery{Search: title})
	p.must(err)
	if len(found.Rows) != 1 {
		p.fail("%d campaigns are called %q", len(found.Rows), title)
	}
	return found.Rows[0].ID
}

func (p *player) setNumber(mode string) {
	p.t.Helper()
	form := outreach.PolicyForm{Mode: outreach.Mode(mode), IDKType: outreach.IDKAgent, Inboxes: p.officeInboxes()}
	p.must(p.desk(p.org.Admin).SaveNumber(p.ctx, p.number, outreach.NumberForm{Office: p.office, Unsolicited: form}))
}

func (p *player) inbox(want string) {
	p.t.Helper()
	found, err := p.desk(p.agent).Waiting(p.ctx, 0, outreach.Cursor{})
	p.must(err)
	got := []string{}
	for _, v := range found.Rows {
		got = append(got, v.FirstName+" needs attention ("+string(v.WaitingReason)+")")
	}
	if len(got) == 0 {
		got = append(got, "nobody")
	}
	if strings.Join(got, ", ") != want {
		p.fail("in the inbox: %s, want %s", strings.Join(got, ", "), want)
	}
}

func (p *player) act(what string) {
	p.t.Helper()
	id := p.conversation(p.who).ID
	desk := p.desk(p.agent)
	switch what {
	case "clears":
		p.must(desk.Clear(p.ctx, id))
	case "switches":
		p.must(desk.SwitchMode(p.ctx, id))
	case "opts them out":
		p.must(desk.OptOut(p.ctx, id))
	default:
		body := strings.TrimSpace(strings.TrimPrefix(what, ">"))
		p.must(desk.Reply(p.ctx, id, outreach.Reply{Body: body}))
		p.pending[p.who] = append(p.pending[p.who], p.sent(p.who)...)
		if n := len(p.pending[p.who]); n == 0 || p.pending[p.who][n-1] != body {
			p.fail("%s gets %q, want %q", p.who, p.pending[p.who], body)
		}
		p.pending[p.who] = p.pending[p.who][:len(p.pending[p.who])-1]
	}
}
