package outreach

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

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
	Topic   string // "list", "number", "message", "answers", "fields", "segments", "consent", "launch", "hours", "inboxes", "reach", "audience"
	Title   string
	Detail  string
	Empty   *EmptyField // of the topic "fields": what can be decided about it
}

// EmptyField is a merge field for which some people of the list have no value.
type EmptyField struct {
	Field   string
	People  int
	Default string // what they read instead; empty for nothing
	Skipped bool   // they get no text
}

// SameAudience is the question whether the list of a clone is meant to be texted again (CL4).
type SameAudience struct {
	Source     string // title of the campaign it was cloned from
	LaunchedAt time.Time
	Confirmed  bool
}

// Review is what will happen if the campaign is launched now. What it shows is what launches: the
// fingerprint travels with the form, and Launch refuses one that no longer fits.
type Review struct {
	Campaign     Campaign
	Policy       Policy
	InboxNames   []string // where replies are seen that wait for a person
	Findings     []Finding
	Fingerprint  string
	SameAudience *SameAudience // nil: there is nothing to ask
	LaunchAt     Moment        // zero: at once, or not a time yet

	// The sum: InList - OptedOut - Landlines - NoValue = Texted.
	InList, OptedOut, Landlines, NoValue, Texted int

	Segments     int // of all texts together
	Longer       int // people whose text takes more than one segment
	Longest      int // segments of the longest text
	Seconds      float64
	Samples      []Sample // the first of the list
	LongestTexts []Sample // the longest texts of more than one segment, the longest first, at most ten
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

func (r Review) firstBlock() string {
	for _, f := range r.Findings {
		if f.Verdict == Block {
			return f.Title + " " + f.Detail
		}
	}
	return ""
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
	if r.Campaign, err = d.campaign(ctx, tx, id); err != nil {
		return r, err
	}
	if r.Policy, err = policy(ctx, tx, r.Campaign.PolicyID); err != nil {
		return r, err
	}
	reached, err := reachOf(ctx, tx, r.Policy.ID)
	if err != nil {
		return r, err
	}
	r.InboxNames = reached.names()
	if r.Fingerprint, err = d.fingerprint(ctx, tx, r); err != nil {
		return r, err
	}
	at, err := organization(ctx, tx)
	if err != nil {
		return r, err
	}
	seen := newReadThrough(r.Campaign, at)
	if r.Campaign.ListID != nil {
		err := postgres.Each(ctx, tx, recipients(*r.Campaign.ListID, 0, maxInt32), seen.see)
		if err != nil {
			return r, fmt.Errorf("read the list of campaign %d: %w", id, err)
		}
	}
	r.InList, r.OptedOut, r.Landlines, r.NoValue = seen.inList, seen.left[optedOut], seen.left[landline], seen.left[noValue]
	r.Texted = r.InList - r.OptedOut - r.Landlines - r.NoValue
	r.Segments, r.Longer, r.Longest, r.Samples, r.LongestTexts = seen.segments, seen.longer, seen.longest, seen.samples, seen.longestTexts
	if err := r.judge(ctx, tx, seen); err != nil {
		return r, err
	}
	r.judgeReplies(reached)
	r.sortFindings()
	return r, nil
}

const maxInt32 = 1<<31 - 1

// readThrough is what one pass over the list has seen.
type readThrough struct {
	place   place
	fill    fill
	problem error // the message cannot be read as a template

	inList, segments, longer, longest, tooLong int

	left         map[leftOut]int
	longestTexts []Sample // by length; see Review.LongestTexts

	wide    int            // people whose text has characters outside the phones' plain alphabet
	blank   map[string]int // people without a value, by merge field
	crowds  map[string]*crowd
	samples []Sample
}

const sampleSize = 5

// longestShown is how many of the longest texts a review shows: enough to see whose names or fields make
// them long.
const longestShown = 10

// keepLongest keeps a text while it is among the longest; of texts as long, the first of the list.
func (a *readThrough) keepLongest(s Sample) {
	at, _ := slices.BinarySearchFunc(a.longestTexts, s, func(kept, s Sample) int {
		return cmp.Or(cmp.Compare(s.Segments, kept.Segments), cmp.Compare(s.Characters, kept.Characters), -1)
	})
	if at == longestShown {
		return
	}
	a.longestTexts = slices.Insert(a.longestTexts, at, s)
	a.longestTexts = a.longestTexts[:min(len(a.longestTexts), longestShown)]
}

func newReadThrough(c Campaign, at place) *readThrough {
	a := &readThrough{place: at, left: map[leftOut]int{}, blank: map[string]int{}, crowds: map[string]*crowd{}}
	a.fill, a.problem = newFill(c)
	return a
}

func (a *readThrough) see(r recipient) error {
	a.inList++
	text, blank, why := a.fill.text(r)
	if why == "" || why == noValue {
		for _, field := range blank {
			a.blank[field]++
		}
	}
	if why != "" {
		a.left[why]++
		return nil
	}
	if a.problem != nil {
		return nil // of the people it is known who gets it, and of the text nothing
	}
	length := sms.Count(text)
	a.segments += length.Segments
	a.longest = max(a.longest, length.Segments)
	sample := Sample{Name: r.Name(), Phone: r.Phone, Text: text, Length: length}
	if length.Segments > 1 {
		a.longer++
		a.keepLongest(sample)
	}
	if length.TooLong() {
		a.tooLong++
	}
	if length.Encoding == sms.UCS2 {
		a.wide++
	}
	a.gather(r, length.Segments)
	if len(a.samples) < sampleSize {
		a.samples = append(a.samples, sample)
	}
	return nil
}

func (a *readThrough) gather(r recipient, segments int) {
	names := zones(r, a.place.TimeZone)
	c := a.crowds[names]
	if c == nil {
		c = newCrowd(names)
		a.crowds[names] = c
	}
	c.people++
	c.segments += segments
}
