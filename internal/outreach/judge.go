package outreach

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// judge turns what was seen of the list into lines of the checklist.
func (r *Review) judge(ctx context.Context, tx *postgres.Tx, a *readThrough) error {
	r.judgeMessage(a)
	r.judgeList(a)
	r.judgeFields(a)
	r.judgeLaunch(a.place)
	if err := r.judgeAudience(ctx, tx, a.place); err != nil {
		return err
	}
	return r.judgeNumber(ctx, tx, a)
}

// sortFindings puts what stops the launch first, then what is to be looked at.
func (r *Review) sortFindings() {
	order := map[Verdict]int{Block: 0, Warn: 1, Pass: 2}
	slices.SortStableFunc(r.Findings, func(x, y Finding) int { return order[x.Verdict] - order[y.Verdict] })
}

func (r *Review) find(v Verdict, topic, title, detail string) {
	r.Findings = append(r.Findings, Finding{Verdict: v, Topic: topic, Title: title, Detail: detail})
}

// placeholder is a blank that the library's texts leave for the author: "[date]".
var placeholder = regexp.MustCompile(`\[[\pL][^\[\]\n]{0,40}\]`)

// halfField is what people write who mean a merge field: "{first_name}". Nothing is filled in there.
var halfField = regexp.MustCompile(`(?:^|[^{])(\{[\pL][\pL\pN _]{0,40}\})(?:$|[^}])`)

func (r *Review) judgeMessage(a *readThrough) {
	switch {
	case strings.TrimSpace(r.Campaign.Message) == "":
		r.find(Block, "message", "There is no message yet.", "Write what people will read.")
		return
	case a.problem != nil:
		r.find(Block, "message", "The message has a broken merge field.", a.problem.Error())
		return
	case a.tooLong > 0:
		r.find(Block, "message", fmt.Sprintf("The text is too long for %s.", people(a.tooLong)), fmt.Sprintf("The longest text the phone company takes has %s characters.", count(sms.MaxBody)))
	}
	if blank := placeholder.FindString(r.Campaign.Message); blank != "" {
		r.find(Block, "message", "The message still has "+blank+" in it.", "Write there what people should read.")
	}
	if half := halfField.FindStringSubmatch(r.Campaign.Message); half != nil {
		r.find(Block, "message", "The message has "+half[1]+" in single braces.", "Everybody would read it like that. Write {"+half[1]+"} to have it filled in for each person.")
	}
	answers := r.Campaign.YesResponse + "\n" + r.Campaign.NoResponse
	if blank := placeholder.FindString(answers); blank != "" && r.Campaign.ContentType == YesNo {
		r.find(Block, "answers", "What is answered to a yes or a no still has "+blank+" in it.", "Write there what people should read.")
	}
	r.judgeSegments(a)
}

// judgeSegments says how many texts the carrier will bill. A text with a character outside the phones'
// plain alphabet (GSM-7) holds 70 characters instead of 160.
func (r *Review) judgeSegments(a *readThrough) {
	if r.Texted == 0 {
		return
	}
	class := fmt.Sprintf("%s texts in all.", count(a.segments))
	if a.wide > 0 {
		class += fmt.Sprintf(" For %s a special character makes a text hold 70 characters instead of 160.", people(a.wide))
	}
	if a.longer > 0 {
		r.find(Warn, "segments", fmt.Sprintf("%s more than one text.", verb(a.longer, "gets", "get")), fmt.Sprintf("The longest takes %d. %s", a.longest, class))
		return
	}
	r.find(Pass, "segments", "Everybody gets one text.", class)
}

func (r *Review) judgeList(a *readThrough) {
	switch {
	case r.Campaign.ListID == nil:
		r.find(Block, "list", "No contact list is chosen.", "Choose who gets this text.")
		return
	case a.problem != nil:
		return
	case r.InList == 0:
		r.find(Block, "list", "The contact list is empty.", "Import people into it or choose another list.")
		return
	case r.Texted == 0:
		r.find(Block, "list", "Nobody on this list may be texted.", "Everybody on it has opted out, has a landline or is left out.")
	}
	if r.OptedOut > 0 {
		r.find(Pass, "consent", "Opted-out people are left out.", fmt.Sprintf("%s of them.", count(r.OptedOut)))
	} else {
		r.find(Pass, "consent", "Nobody on this list has opted out.", "")
	}
	if r.Landlines > 0 {
		r.find(Pass, "consent", "Landlines are left out.", fmt.Sprintf("%s an earlier text because theirs is one.", verb(r.Landlines, "did not get", "did not get")))
	}
}

func (r *Review) judgeFields(a *readThrough) {
	for _, field := range slices.Sorted(maps.Keys(a.blank)) {
		n := a.blank[field]
		e := EmptyField{Field: field, People: n, Default: a.fill.defaults[field], Skipped: a.fill.skipped(field)}
		f := Finding{Verdict: Pass, Topic: "fields", Title: fmt.Sprintf("{%s} is empty for %s.", field, people(n)), Empty: &e}
		switch {
		case a.fill.open(field):
			f.Verdict, f.Detail = Block, "Choose what they should read."
		case e.Skipped:
			f.Detail = "They get no text."
		default:
			f.Detail = fmt.Sprintf("They read “%s” instead.", e.Default)
		}
		r.Findings = append(r.Findings, f)
	}
}

// judgeReplies looks at who answers, and whether somebody sees what waits for a person.
func (r *Review) judgeReplies(s reach) {
	v := account.Invalid{}
	form := r.Policy.form()
	form.check(v)
	if len(v) > 0 {
		r.find(Block, "inboxes", "Replies have nowhere to go.", v.Error())
		return
	}
	r.judgeReach(s)
	who := strings.Join(s.Seen, ", ")
	switch {
	case who == "":
	case r.Campaign.ContentType == YesNo:
		r.find(Pass, "inboxes", "Somebody is there to answer.", "Yes and no are sorted by themselves; everything else waits for a person in "+who+".")
	case r.Policy.Mode == AgentMode:
		r.find(Pass, "inboxes", "Somebody is there to answer.", "Every reply waits for a person in "+who+".")
	case r.Policy.IDKType == IDKCustom:
		r.find(Pass, "inboxes", "The bot answers.", "What it does not know gets your fixed reply.")
	default:
		r.find(Pass, "inboxes", "Somebody is there to answer.", "The bot first, then "+who+".")
	}
}
