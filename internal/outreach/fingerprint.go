package outreach

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"parley/internal/postgres"
)

// Difference is one thing that is not as the person saw it, in words.
type Difference struct {
	What, Was, Now string
}

// StaleError refuses a launch from a review that no longer holds.
type StaleError struct {
	Changes []Difference
}

func (e *StaleError) Error() string {
	what := make([]string, len(e.Changes))
	for i, c := range e.Changes {
		what[i] = c.What
	}
	return "not launched: changed since the review: " + strings.Join(what, ", ")
}

// Sentence says the differences to a person who does not look at the review.
func (e *StaleError) Sentence() string {
	what := make([]string, len(e.Changes))
	for i, c := range e.Changes {
		what[i] = fmt.Sprintf("%s was “%s” and is now “%s”.", c.What, c.Was, c.Now)
	}
	return "It changed since the review. " + strings.Join(what, " ")
}

// part is one thing that a review showed: what it said, and a hash of all that it depends on.
type part struct {
	What  string `json:"what"`
	Shown string `json:"shown"`
	Hash  string `json:"hash"`
}

// fingerprint names what a launch would do: message, list, number and policy. It travels with the
// form of the review, and carries what was shown, so that a stale one can say what has changed. It
// is no secret and grants nothing: whoever forges one only confirms what they have not read.
func (d Desk) fingerprint(ctx context.Context, tx *postgres.Tx, r Review) (string, error) {
	c := r.Campaign
	changed := time.Time{}
	if c.ListID != nil {
		at, err := postgres.Value[time.Time](ctx, tx, `
			select changed_at from contact_list where org_id = @org and id = @list`, postgres.Args{"list": *c.ListID})
		if err != nil {
			return "", fmt.Errorf("read the list of campaign %d: %w", c.ID, err)
		}
		changed = at
	}
	p := r.Policy
	p.ID = 0
	answering := Answering{}
	if c.ContentType == YesNo {
		answering = c.Answering
	}
	return writeParts([]part{
		{"Message", c.Message, digest(c.Message, c.MergeDefaults, c.MergeSkips, c.ContentType)},
		{"Contact list", c.ListName + ", " + people(c.ListContacts), digest(c.ListID, c.ListContacts, changed.UnixMicro())},
		{"Phone number", c.NumberPhone, digest(c.NumberID)},
		{"Replies", repliesInWords(p, r.InboxNames), digest(p, c.AutoArchiveDays, answering)},
		launchPart(c.Wish),
	}), nil
}

// launchPart is when it launches.
func launchPart(w Wish) part {
	if !w.LaunchLater {
		return part{"Launch", "now", digest("now")}
	}
	return part{"Launch", w.LaunchDate + " at " + w.LaunchTime, digest(w)}
}

// withPart is the fingerprint with one part exchanged.
func withPart(fingerprint string, changed part) string {
	parts := readParts(fingerprint)
	for i := range parts {
		if parts[i].What == changed.What {
			parts[i] = changed
		}
	}
	return writeParts(parts)
}

func writeParts(parts []part) string {
	b, err := json.Marshal(parts)
	if err != nil {
		panic(err) // plain values encode
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func repliesInWords(p Policy, inboxes []string) string {
	who := strings.Join(inboxes, ", ")
	switch {
	case p.Mode == AgentMode:
		return "agents, in " + who
	case p.IDKType == IDKCustom:
		return "the bot; what it does not know gets “" + p.CustomResponse + "”; people in " + who
	default:
		return "the bot, then people in " + who
	}
}

func digest(parts ...any) string {
	b, err := json.Marshal(parts)
	if err != nil {
		panic(err) // plain values encode
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:8])
}

// differences are the parts of what would launch now that are not what was seen. What cannot be read
// as a fingerprint has seen nothing.
func differences(seen, now string) []Difference {
	was := map[string]part{}
	for _, p := range readParts(seen) {
		was[p.What] = p
	}
	var changes []Difference
	for _, p := range readParts(now) {
		if was[p.What].Hash != p.Hash {
			changes = append(changes, Difference{What: p.What, Was: was[p.What].Shown, Now: p.Shown})
		}
	}
	return changes
}

func readParts(fingerprint string) (parts []part) {
	b, err := base64.RawURLEncoding.DecodeString(fingerprint)
	if err == nil {
		err = json.Unmarshal(b, &parts)
	}
	if err != nil {
		return nil
	}
	return parts
}
