package dispatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"parley/internal/postgres"
	"parley/internal/sms"
)

const (
	// claimLife is how long a claim gives the right to post. It is measured on the sender's own
	// monotonic clock from before the claim, so a process that was stopped in between posts nothing.
	claimLife = 2 * time.Second
	// paceAhead is how far ahead of a number's speed texts are claimed, so that slow numbers do not
	// need a claim for each text.
	paceAhead = 500 * time.Millisecond
	// minWindow is the least time before quiet hours in which a text may still be handed over: the
	// claim's life and some seconds for the carrier.
	minWindow = 15 * time.Second
)

// candidate is a queued, due text, locked by the claim.
type candidate struct {
	ID             int64
	Number         int64
	Lane           int64 // the campaign of its lane, 0 for the number's
	Phone          sms.Phone
	Body           string
	Media          []byte
	Segments       int
	Zone           string
	Author         string
	InReplyTo      *int64
	Campaign       *int64
	Recipient      bool
	ConversationID *int64
}

func (c candidate) lane() lane { return lane{c.Number, c.Lane} }

// flight is a text that was claimed and not yet recorded.
type flight struct {
	Text
	message  int64
	campaign int64 // whose pause holds it back; 0: none's
	confirms bool  // it confirms an opt-out, which therefore does not hold it back
	claimed  time.Time
}

// claim marks texts of one organization inflight, each with an attempt of its own, in one
// transaction, and returns them. Lanes of later may have more, from then on. With an error the texts
// must be handed back: the commit may have reached the database all the same.
//
// The rows are locked before opt-outs are read, and a STOP changes those rows: so no claim commits
// after the STOP of its phone. The campaign is locked against changes: no claim commits after a pause
// or an archive. Everything that another transaction holds is passed over, so a claim never waits.
func (e *epoch) claim(ctx context.Context, t turn) (flights []flight, later map[lane]time.Time, err error) {
	started := time.Now()
	var b *booking
	err = e.db.Org(ctx, t.org, func(tx *postgres.Tx) error {
		if err := prepare(ctx, tx); err != nil {
			return err
		}
		terms, err := readTerms(ctx, tx, t.lanes)
		if errors.Is(err, postgres.ErrNotFound) {
			return nil // the organization may not send now
		}
		if err != nil {
			return fmt.Errorf("read the terms of a claim: %w", err)
		}
		b = newBooking(terms, t)
		found, err := b.candidates(ctx, tx)
		if err != nil {
			return fmt.Errorf("look at what is queued: %w", err)
		}
		b.choose(found)
		return b.write(ctx, tx, e.id)
	})
	if b == nil {
		return nil, nil, err
	}
	return b.flights(t.org, started), b.later, err
}

// terms are what a claim in an organization must keep to.
type terms struct {
	Now       time.Time
	Zone      string // where a zone of the text is not known
	Opens     float64
	Closes    float64
	Numbers   []int64 // locked
	Phones    []sms.Phone
	Speeds    []float32
	Paced     []float64 // until when, in seconds from now
	Campaigns []int64   // running, and locked against pause and archive
}

func readTerms(ctx context.Context, tx *postgres.Tx, lanes []lane) (terms, error) {
	var numbers, campaigns []int64
	for _, l := range lanes {
		numbers, campaigns = append(numbers, l.number), append(campaigns, l.campaign)
	}
	return postgres.Row[terms](ctx, tx, `
		with number as (
			select id, phone, segments_per_second as speed,
				extract(epoch from greatest(paced_until, app_now()) - app_now())::float8 as paced
			from phone_number
			where org_id = @org and id = any(@numbers) and released_at is null
			order by id
			for no key update skip locked
		), running as (
			select id
			from campaign
			where org_id = @org and id = any(@campaigns) and state in ('sending', 'active') and not paused
			order by id
			for share skip locked
		)
		select app_now() as now, o.time_zone as zone,
			extract(epoch from o.quiet_until)::float8 as opens, extract(epoch from o.quiet_from)::float8 as closes,
			array(select id from number order by id) as numbers,
			array(select phone from number order by id) as phones,
			array(select speed from number order by id) as speeds,
			array(select paced from number order by id) as paced,
			array(select id from running) as campaigns
		from organization o
		join carrier_account a on a.org_id = o.org_id
		where o.org_id = @org and a.stopped_reason = '' and a.throttled_until <= app_now()`,
		postgres.Args{"numbers": numbers, "campaigns": campaigns})
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// addresses reads the addresses of message.media. What cannot be read is no address: the text goes
// without it rather than never.
func addresses(media []byte) []string {
	var list []struct {
		URL string `json:"url"`
	}
	if len(media) == 0 || json.Unmarshal(media, &list) != nil {
		return nil
	}
	var out []string
	for _, m := range list {
		if m.URL != "" {
			out = append(out, m.URL)
		}
	}
	return out
}
