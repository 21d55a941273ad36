package outreach

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Verdict says what one line of the review means for the launch.
type Verdict string

// The verdicts: fine, please check, stops the launch.
const (
	Pass  Verdict = "pass"
	Warn  Verdict = "warn"
	Block Verdict = "block"
)

// Finding is one line of the review's checklist, in words for the person who launches.
type Finding struct {
	Verdict Verdict
	Topic   string // "list", "number", "message", "fields", "segments", "consent", "hours", "inboxes"
	Title   string
	Detail  string
}

// Review is what will happen if the campaign is launched now. What it shows is what launches: the
// fingerprint travels with the form, and Launch refuses one that no longer fits.
type Review struct {
	Campaign    Campaign
	Policy      Policy
	InboxNames  []string
	Findings    []Finding
	Fingerprint string

	// The sum: InList - OptedOut = Texted.
	InList, OptedOut, Texted int
	Segments                 int // of all texts together
	Longer                   int // people whose text takes more than one segment
	Longest                  int // segments of the longest text
	Seconds                  float64
	Samples                  []Sample

	country string // of the organization, for how numbers are written
}

// Sample is the text as one person will read it.
type Sample struct {
	Name  string
	Phone sms.Phone
	Text  string
	sms.Length
}

// Blocked counts what stops the launch.
func (r Review) Blocked() int {
	return len(slices.DeleteFunc(slices.Clone(r.Findings), func(f Finding) bool { return f.Verdict != Block }))
}

// Review looks at a draft as it would launch now. It reads the whole list once.
func (d Desk) Review(ctx context.Context, id CampaignID) (r Review, err error) {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return r, err
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		r, err = d.review(ctx, tx, id)
		return err
	})
	return r, err
}

func (d Desk) review(ctx context.Context, tx *postgres.Tx, id CampaignID) (r Review, err error) {
	r.country = d.actor.OrgCountry
	if r.Campaign, err = d.campaign(ctx, tx, id); err != nil {
		return r, err
	}
	if r.Policy, err = policy(ctx, tx, r.Campaign.PolicyID); err != nil {
		return r, err
	}
	if r.InboxNames, err = inboxNames(ctx, tx, r.Policy.Inboxes); err != nil {
		return r, err
	}
	if r.Fingerprint, err = d.fingerprint(ctx, tx, r); err != nil {
		return r, err
	}
	seen := newReadThrough(r.Campaign)
	if r.Campaign.ListID != nil && seen.problem == nil {
		err := postgres.Each(ctx, tx, recipients(*r.Campaign.ListID, 0, maxInt32), seen.see)
		if err != nil {
			return r, fmt.Errorf("read the list of campaign %d: %w", id, err)
		}
	}
	r.InList, r.OptedOut, r.Texted = seen.inList, seen.optedOut, seen.inList-seen.optedOut
	r.Segments, r.Longer, r.Longest, r.Samples = seen.segments, seen.longer, seen.longest, seen.samples
	return r, r.judge(ctx, tx, seen)
}

const maxInt32 = 1<<31 - 1

// readThrough is what one pass over the list has seen.
type readThrough struct {
	template sms.Template
	problem  error // the message cannot be read as a template
	defaults map[string]string

	inList, optedOut, segments, longer, longest int
	tooLong                                     int
	missing                                     map[string]int
	wide                                        map[string]bool
	samples                                     []Sample
}

const sampleSize = 5

func newReadThrough(c Campaign) *readThrough {
	a := &readThrough{defaults: c.MergeDefaults, missing: map[string]int{}, wide: map[string]bool{}}
	a.template, a.problem = sms.ParseTemplate(c.Message)
	return a
}

func (a *readThrough) see(r recipient) error {
	a.inList++
	if r.OptedOut {
		a.optedOut++
		return nil
	}
	text, missing := a.template.Render(r.MergeFields(), a.defaults)
	length := sms.Count(text)
	a.segments += length.Segments
	a.longest = max(a.longest, length.Segments)
	if length.Segments > 1 {
		a.longer++
	}
	if length.TooLong() {
		a.tooLong++
	}
	for _, field := range missing {
		a.missing[field]++
	}
	if len(a.samples) < sampleSize {
		a.samples = append(a.samples, Sample{Name: r.Name(), Phone: r.Phone, Text: text, Length: length})
	}
	return nil
}

// judge turns what was seen into the checklist, blocks first.
func (r *Review) judge(ctx context.Context, tx *postgres.Tx, a *readThrough) error {
	r.judgeMessage(a)
	r.judgeList()
	r.judgeFields(a)
	if err := r.judgeNumber(ctx, tx); err != nil {
		return err
	}
	if err := r.judgeHours(ctx, tx); err != nil {
		return err
	}
	r.judgePolicy()
	order := map[Verdict]int{Block: 0, Warn: 1, Pass: 2}
	slices.SortStableFunc(r.Findings, func(x, y Finding) int { return order[x.Verdict] - order[y.Verdict] })
	return nil
}

func (r *Review) find(v Verdict, topic, title, detail string) {
	r.Findings = append(r.Findings, Finding{Verdict: v, Topic: topic, Title: title, Detail: detail})
}

func (r *Review) judgeMessage(a *readThrough) {
	switch {
	case strings.TrimSpace(r.Campaign.Message) == "":
		r.find(Block, "message", "There is no message yet.", "Write what people will read.")
	case a.problem != nil:
		r.find(Block, "message", "The message has a broken merge field.", a.problem.Error())
	case a.tooLong > 0:
		r.find(Block, "message", fmt.Sprintf("The text is too long for %s.", people(a.tooLong)), fmt.Sprintf("The longest text the phone company takes has %s characters.", count(sms.MaxBody)))
	case a.longer > 0:
		r.find(Warn, "segments", fmt.Sprintf("%s more than one text.", verb(a.longer, "gets", "get")), fmt.Sprintf("The longest takes %d. %s texts in all.", a.longest, count(a.segments)))
	case r.Texted > 0:
		r.find(Pass, "segments", "Everybody gets one text.", fmt.Sprintf("%s texts in all.", count(a.segments)))
	}
}

func (r *Review) judgeList() {
	switch {
	case r.Campaign.ListID == nil:
		r.find(Block, "list", "No contact list is chosen.", "Choose who gets this text.")
	case r.InList == 0:
		r.find(Block, "list", "The contact list is empty.", "Import people into it or choose another list.")
	case r.Texted == 0:
		r.find(Block, "list", "Nobody on this list may be texted.", "Everybody on it has opted out.")
	case r.OptedOut > 0:
		r.find(Pass, "consent", "Opted-out people are left out.", fmt.Sprintf("%s of them.", count(r.OptedOut)))
	default:
		r.find(Pass, "consent", "Nobody on this list has opted out.", "")
	}
}

func (r *Review) judgeFields(a *readThrough) {
	for _, field := range slices.Sorted(maps.Keys(a.missing)) {
		n := a.missing[field]
		r.find(Block, "fields", fmt.Sprintf("{{%s}} is empty for %s.", field, people(n)),
			fmt.Sprintf("Write what they read instead into the message, for example {{%s|there}}.", field))
	}
}

func (r *Review) judgeNumber(ctx context.Context, tx *postgres.Tx) error {
	if r.Campaign.NumberID == nil {
		r.find(Block, "number", "No phone number is chosen.", "Choose the number that people will see.")
		return nil
	}
	n, err := number(ctx, tx, *r.Campaign.NumberID)
	if err != nil {
		return err
	}
	if problem := n.unready(r.Campaign.ID); problem != "" {
		r.find(Block, "number", "The number is not ready.", problem)
		return nil
	}
	r.Seconds = float64(r.Segments) / n.SegmentsPerSecond
	r.find(Pass, "number", "The number is ready.", fmt.Sprintf("%s sends %s. %s texts take about %s.",
		n.Phone.Format(r.country), speed(n.SegmentsPerSecond), count(r.Segments), duration(r.Seconds)))
	return nil
}

func (r *Review) judgeHours(ctx context.Context, tx *postgres.Tx) error {
	type hours struct{ Until, From string }
	h, err := postgres.Row[hours](ctx, tx, `
		select to_char(quiet_until, 'HH24:MI') as until, to_char(quiet_from, 'HH24:MI') as "from"
		from organization
		where org_id = @org`, nil)
	if err != nil {
		return fmt.Errorf("read the quiet hours: %w", err)
	}
	if h.Until == "00:00" && h.From == "24:00" {
		r.find(Warn, "hours", "Quiet hours are switched off.", "Texts leave at any hour of the day.")
		return nil
	}
	r.find(Pass, "hours", "Quiet hours are kept.", fmt.Sprintf("Texts leave from %s to %s in each person's own time zone.", h.Until, h.From))
	return nil
}

func (r *Review) judgePolicy() {
	v := account.Invalid{}
	form := r.Policy.form()
	form.check(v)
	if len(v) > 0 {
		r.find(Block, "inboxes", "Replies have nowhere to go.", v.Error())
		return
	}
	who := strings.Join(r.InboxNames, ", ")
	switch {
	case r.Policy.Mode == AgentMode:
		r.find(Pass, "inboxes", "Somebody is there to answer.", "Every reply waits for a person in "+who+".")
	case r.Policy.IDKType == IDKCustom:
		r.find(Pass, "inboxes", "The bot answers.", "What it does not know gets your fixed reply.")
	default:
		r.find(Pass, "inboxes", "Somebody is there to answer.", "The bot first, then "+who+".")
	}
}

// inboxNames are the names of inboxes as people know them.
func inboxNames(ctx context.Context, tx *postgres.Tx, inboxes []account.InboxID) ([]string, error) {
	names, err := postgres.Values[string](ctx, tx, `
		select coalesce(o.name, u.name)
		from inbox i
		left join office o on o.org_id = @org and o.id = i.office_id
		left join app_user u on u.org_id = @org and u.id = i.user_id
		where i.org_id = @org and i.id = any (@inboxes::bigint[])
		order by i.office_id nulls last, 1`, postgres.Args{"inboxes": inboxes})
	if err != nil {
		return nil, fmt.Errorf("read the names of inboxes: %w", err)
	}
	return names, nil
}
