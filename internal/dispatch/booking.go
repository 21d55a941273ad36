package dispatch

import (
	"context"
	"slices"
	"time"

	"parley/internal/postgres"
	"parley/internal/sms"
)

// booking is a claim while it is decided: which texts go, which wait for their hours.
type booking struct {
	terms  terms
	hours  hours
	lanes  []bookedLane
	pace   map[int64]*pace
	chosen []choice
	closed map[closedZone]time.Time // when the zone of a campaign's texts opens next
	later  map[lane]time.Time
}

// bookedLane is a lane that the claim may take from.
type bookedLane struct {
	lane
	take int
}

// pace is the state of a number: how much of its speed is spoken for.
type pace struct {
	phone sms.Phone
	speed float64       // segments a second
	until time.Duration // from the claim's now
	used  bool
}

// choice is what becomes of a candidate: an attempt, or (zero token) a wait until due.
type choice struct {
	candidate
	token    Token
	due      time.Time
	validity time.Duration
	confirms bool
	became   State
	reason   Reason
}

type closedZone struct {
	campaign int64
	zone     string
}

// contended is when to look again at a lane whose number or campaign another transaction holds.
const contended = 50 * time.Millisecond

func newBooking(t terms, turn turn) *booking {
	b := &booking{
		terms: t, hours: hours{seconds(t.Opens), seconds(t.Closes)}, pace: map[int64]*pace{},
		closed: map[closedZone]time.Time{}, later: map[lane]time.Time{},
	}
	for i, id := range t.Numbers {
		b.pace[id] = &pace{phone: t.Phones[i], speed: float64(t.Speeds[i]), until: seconds(t.Paced[i])}
	}
	b.share(turn)
	return b
}

// share deals the places of the turn out to its lanes. What the first lanes cannot use for their
// numbers' speed goes to the next.
func (b *booking) share(t turn) {
	left := t.places
	for i, l := range t.lanes {
		p := b.pace[l.number]
		switch {
		case p == nil, l.campaign != 0 && !slices.Contains(b.terms.Campaigns, l.campaign):
			b.later[l] = time.Now().Add(contended)
		case p.until >= paceAhead:
			b.later[l] = time.Now().Add(p.until - paceAhead)
		case left == 0:
			b.later[l] = time.Time{} // first in its next turn
		default:
			fair := max(1, left/(len(t.lanes)-i))
			take := min(fair, int(p.speed*(paceAhead-p.until).Seconds())+1)
			b.lanes = append(b.lanes, bookedLane{l, take})
			left -= take
		}
	}
}

// candidates locks the heads of the lanes.
func (b *booking) candidates(ctx context.Context, tx *postgres.Tx) ([]candidate, error) {
	if len(b.lanes) == 0 {
		return nil, nil
	}
	var numbers, campaigns []int64
	var takes []int
	for _, l := range b.lanes {
		numbers, campaigns, takes = append(numbers, l.number), append(campaigns, l.campaign), append(takes, l.take)
	}
	return postgres.Rows[candidate](ctx, tx, `
		with lane as (
			select *
			from unnest(@numbers::bigint[], @campaigns::bigint[], @takes::int[]) as l (number, campaign, take)
		), talk as (
			select lane.number, lane.campaign as lane, m.*
			from lane
			cross join lateral (
				select id, contact_id, body, media, segments, zone, campaign_id, author, in_reply_to, conversation_id
				from message
				where org_id = @org and number_id = lane.number and state = 'queued' and author <> 'campaign'
					and due_at <= app_now()
				order by priority, due_at, id
				limit lane.take
				for update skip locked) m
			where lane.campaign = 0
		), launch as (
			select lane.number, lane.campaign as lane, m.*
			from lane
			cross join lateral (
				select id, contact_id, body, media, segments, zone, campaign_id, author, in_reply_to, conversation_id
				from message
				where org_id = @org and campaign_id = lane.campaign and state = 'queued' and author = 'campaign'
					and due_at <= app_now() and number_id = lane.number
				order by due_at, id
				limit lane.take
				for update skip locked) m
			where lane.campaign <> 0
		), head as (
			select * from talk
			union all
			select * from launch
		)
		select h.id, h.number, h.lane, c.phone, h.body, h.media, h.segments, h.zone, h.author, h.in_reply_to,
			h.campaign_id as campaign, h.author = 'campaign' as recipient, h.conversation_id
		from head h
		cross join lateral (
			select phone
			from contact
			where org_id = @org and id = h.contact_id
			limit 1) c`,
		postgres.Args{"numbers": numbers, "campaigns": campaigns, "takes": takes})
}

// choose decides on the candidates, in order, as far as their numbers' speed reaches.
func (b *booking) choose(found []candidate) {
	left := map[lane]int{} // what each lane could have given, had there been more
	for _, l := range b.lanes {
		left[l.lane] = l.take
	}
	for _, c := range found {
		p := b.pace[c.Number]
		if p.until >= paceAhead {
			left[c.lane()] = 0 // it stays queued
			continue
		}
		left[c.lane()]--
		b.chosen = append(b.chosen, b.decide(c, p))
	}
	for _, l := range b.lanes {
		if left[l.lane] <= 0 { // there may be more
			b.later[l.lane] = time.Now().Add(max(0, b.pace[l.number].until-paceAhead))
		}
	}
}

func (b *booking) decide(c candidate, p *pace) choice {
	w := b.window(c.Zone)
	decided := choice{candidate: c, due: w.opens, became: StateQueued}
	if w.opens.After(b.terms.Now) {
		if c.Lane != 0 {
			b.closed[closedZone{c.Lane, c.Zone}] = w.opens
		}
		return decided
	}
	decided.token, decided.became = newToken(), StateInflight
	if !w.closes.IsZero() {
		decided.validity = w.closes.Sub(b.terms.Now) - claimLife
	}
	p.until += seconds(float64(max(1, c.Segments)) / p.speed)
	p.used = true
	return decided
}

// window is when a text for the zones may leave. One that ends too soon to use is passed over.
func (b *booking) window(zone string) window {
	zones := readZones(zone, b.terms.Zone)
	w := b.hours.window(b.terms.Now, zones)
	if !w.closes.IsZero() && w.closes.Sub(b.terms.Now) < minWindow {
		return b.hours.window(w.closes, zones)
	}
	return w
}

// flights are the texts that may be posted now.
func (b *booking) flights(org postgres.OrgID, claimed time.Time) []flight {
	var out []flight
	for _, c := range b.chosen {
		if c.became != StateInflight {
			continue
		}
		f := flight{
			Text: Text{
				Org: org, Token: c.token, From: b.pace[c.Number].phone, To: c.Phone, Body: c.Body,
				Media: addresses(c.Media), Validity: c.validity, Deadline: claimed.Add(claimLife),
			},
			message: c.ID, confirms: c.confirms, claimed: claimed,
		}
		if c.Recipient && c.Campaign != nil {
			f.campaign = *c.Campaign
		}
		out = append(out, f)
	}
	return out
}
