package server

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

// The audit's verbs and subjects as people say them. What is missing here reads as it is stored.
var (
	didWhat = map[string]string{"begin": "began", "edit": "changed", "add": "added", "clone": "cloned", "warn": "warned of the end of",
		"launch": "launched", "schedule": "scheduled", "reschedule": "moved the launch of", "unschedule": "took back to a draft",
		"hold back": "did not launch", "pause": "paused", "resume": "resumed", "archive": "archived", "clear": "cleared",
		"switch mode": "switched the mode of", "switch modes": "switched the modes of", "opt out": "opted out the person of",
		"hand over": "handed over", "start": "started", "retry": "tried again", "rename": "renamed", "remove": "removed", "make": "made",
		"release": "released", "reactivate": "let in again", "deactivate": "shut out", "import": "imported", "dismiss": "dismissed",
		"test": "sent a test of", "delete": "deleted", "correct": "marked as wrong the bot’s answer to", "withdraw": "took back the mark on the bot’s answer to",
		"choose": "chose an answer for", "cancel": "cancelled", "released": "gave back", "subscribe": "chose whether to watch", "add to": "added people to"}
	ofWhat = map[string]string{"app_user": "user", "contact_import": "import", "contact_list": "contact list", "phone_number": "phone number",
		"message": "text", "webhook": "carrier request"}
)

// systemName is the program's own in the audit.
var systemName = account.System(0).Name

// audited says entries of the audit as people say them: who did what to what, with what became of it.
func (d *desk) audited(ctx context.Context, entries []account.Entry) (list []page.Happening, err error) {
	var campaigns []outreach.CampaignID
	for _, e := range entries {
		if e.Subject == "campaign" {
			campaigns = append(campaigns, outreach.CampaignID(e.SubjectID))
		}
	}
	titles, err := d.outreach.TitlesOf(ctx, campaigns)
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		h := page.Happening{Who: e.Actor, What: cmp.Or(didWhat[e.Verb], e.Verb), At: e.At, Detail: auditDetail(e, d.clock())}
		if e.Actor == systemName {
			h.Who = ""
		}
		h.About = ui.Link{Text: fmt.Sprintf("%s %d", cmp.Or(ofWhat[e.Subject], e.Subject), e.SubjectID)}
		if place, ok := subjectPlaces[e.Subject]; ok {
			h.About.URL = fmt.Sprintf(place, e.SubjectID)
		}
		if title := titles[outreach.CampaignID(e.SubjectID)]; e.Subject == "campaign" && title != "" {
			h.About.Text = "“" + title + "”"
			if h.Detail == title {
				h.Detail = "" // the title once more
			}
		}
		list = append(list, h)
	}
	return list, nil
}

// subjectPlaces are where what was changed is to be seen.
var subjectPlaces = map[string]string{"campaign": "/campaigns/%d", "conversation": "/conversations/%d", "contact": "/contacts/%d",
	"contact_list": "/lists/%d", "contact_import": "/imports/%d", "phone_number": "/numbers/%d", "app_user": "/settings/users/%d"}

// auditDetail is what a change was from and to: a word, a time, or of a form the fields that differ.
func auditDetail(e account.Entry, clock ui.Clock) string {
	was, became := auditValues(e.Was, clock), auditValues(e.Became, clock)
	if became[bare] != "" && was[bare] == "" || was[bare] != "" && len(became) > 0 && became[bare] == "" {
		clear(was) // a word became fields, or fields a word: they do not compare
	}
	var changes []string
	for _, field := range slices.Sorted(maps.Keys(union(was, became))) {
		before, after := was[field], became[field]
		switch {
		case before == after:
		case before != "" && after != "":
			changes = append(changes, strings.TrimSpace(field+" "+before+" → "+after))
		case before+after == "0": // nobody, none
		default:
			changes = append(changes, strings.TrimSpace(field+" "+before+after))
		}
	}
	return strings.Join(changes, ", ")
}

// bare is the field of a value that has none.
const bare = ""

func union(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// untold are parts of changes that are for the program: they tell a reader nothing.
var untold = map[string]bool{"fingerprint": true, "state": true}

// auditValues are the words of a stored value by the names of its fields.
func auditValues(stored json.RawMessage, clock ui.Clock) map[string]string {
	values := map[string]string{}
	var value any
	if json.Unmarshal(stored, &value) != nil {
		return values
	}
	if _, number := value.(float64); number {
		return values // an id
	}
	gather(values, bare, value, clock)
	return values
}

func gather(values map[string]string, name string, value any, clock ui.Clock) {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			gather(values, key, inner, clock)
		}
	case string:
		if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
			v = clock.Moment(at)
		}
		if reason, ok := reasonSentence[outreach.Reason(v)]; ok {
			v = strings.TrimSuffix(reason, ".")
		}
		tell(values, name, v)
	case float64:
		tell(values, name, ui.Count(int(v)))
	case bool:
		tell(values, name, map[bool]string{true: "on", false: "off"}[v])
	}
}

var wordBreak = regexp.MustCompile(`([a-z])([A-Z])`)

// tell keeps a value under its field's name as people write it: "auto archive days" for "AutoArchiveDays".
func tell(values map[string]string, name, value string) {
	if untold[name] {
		return
	}
	name = strings.ToLower(strings.ReplaceAll(wordBreak.ReplaceAllString(name, "$1 $2"), "_", " "))
	if runes := []rune(value); name != bare && len(runes) > longestTold {
		value = string(runes[:longestTold-1]) + "…"
	}
	values[name] = value
}

// longestTold is how much is shown of a field among others, in characters.
const longestTold = 60
