package dispatch

import (
	"context"
	"errors"
	"time"

	"parley/internal/postgres"
	"parley/internal/sms"
)

// Carrier takes texts to phones. Implementations never repeat a request by themselves: a second one
// is a second text.
type Carrier interface {
	// Post hands over one text and says what is known of it afterwards. It returns in bounded time
	// when ctx ends, with Unknown if the carrier may have read any of it.
	Post(ctx context.Context, text Text) Outcome
	// List returns the texts that the carrier took from q.Org, newest first. It is evidence of what
	// was accepted, and may lag by hours: that a text is missing proves nothing yet.
	List(ctx context.Context, q Query) ([]Listed, error)
	// Fetch returns what became of a text that the carrier took from org, or ErrNoText.
	Fetch(ctx context.Context, org postgres.OrgID, sid string) (Listed, error)
}

// ErrNoText means that the carrier does not know a text.
var ErrNoText = errors.New("the carrier does not know the text")

// Text is what leaves the program.
type Text struct {
	Org   postgres.OrgID
	Token Token // repeated by the status callbacks of this text
	From  sms.Phone
	To    sms.Phone
	Body  string
	Media []string // addresses of pictures
	// Validity is how long the carrier may keep the text before it must drop it; 0 leaves it to the
	// carrier. It ends before the hours do in which the person may be texted.
	Validity time.Duration
	// Deadline is when the right to post ends: not one byte of the text may leave after it.
	Deadline time.Time
}

// Expired says whether the right to post has ended: by the monotonic clock, and by the one on the
// wall too, since the monotonic clock stands still while a machine is suspended.
func (t Text) Expired() bool {
	now := time.Now()
	return !now.Before(t.Deadline) || !now.Round(0).Before(t.Deadline.Round(0))
}

// Kind is what an answer of the carrier, or the lack of one, means for a text.
type Kind uint8

// The kinds of outcome, and what follows.
const (
	// Unknown: it may have been accepted. Evidence decides; it is never posted again by itself.
	Unknown Kind = iota
	// Accepted: the carrier has it, under Outcome.SID.
	Accepted
	// Rejected: the carrier will not take this text. Final.
	Rejected
	// Refused: the carrier takes nothing from the account. The text waits, with all others of the
	// organization, until a person has looked.
	Refused
	// Throttled: not processed, may be posted again after Outcome.RetryAfter.
	Throttled
	// NotSent: no byte reached the carrier, so it may be posted again.
	NotSent

	// handedBack: claimed, but not posted: too late, stopped, paused or shutting down.
	handedBack
)

// outcomeNames are the words of attempt.outcome.
var outcomeNames = [...]string{
	Unknown: "unknown", Accepted: "accepted", Rejected: "rejected", Refused: "rejected",
	Throttled: "throttled", NotSent: "not_sent", handedBack: "handed_back",
}

func (k Kind) String() string {
	if int(k) < len(outcomeNames) {
		return outcomeNames[k]
	}
	return "unknown"
}

// Outcome is what is known of a text after it was posted.
type Outcome struct {
	Kind       Kind
	SID        string // the carrier's id of the text, if accepted
	Code       int    // the carrier's error number, 0 if it gave none
	HTTPStatus int    // 0 if there was no answer
	// RetryAfter is how long the carrier asked to be left alone; 0 if it did not say.
	RetryAfter time.Duration
	Detail     string // for the log of attempts, in the carrier's words
}

// Query asks for the texts of an organization between two phones.
type Query struct {
	Org   postgres.OrgID
	From  sms.Phone // empty: any
	To    sms.Phone // empty: any
	Since time.Time // created not before, in whole seconds
}

// Listed is a text in the carrier's list.
type Listed struct {
	SID       string
	From      sms.Phone
	To        sms.Phone
	Body      string
	State     State
	ErrorCode int
	Created   time.Time // whole seconds
}
