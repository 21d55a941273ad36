package dispatch

import (
	"context"
	"fmt"
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
				select id, contact_id, body, media, segments, zone, campaign_id, author
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
				select id, contact_id, body, media, segments, zone, campaign_id, author
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
		select h.id, h.number, h.lane, c.phone, h.body, h.media, h.segments, h.zone,
			h.campaign_id as campaign, h.author = 'campaign' as recipient
		from head h
		join contact c on c.org_id = @org and c.id = h.contact_id`,
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

// write makes the decisions durable, except for phones that may not be texted: those are skipped.
func (b *booking) write(ctx context.Context, tx *postgres.Tx, sender int64) error {
	if len(b.chosen) == 0 {
		return nil
	}
	var ids []int64
	var tokens []Token
	var due []time.Time
	for _, c := range b.chosen {
		ids, tokens, due = append(ids, c.ID), append(tokens, c.token), append(due, c.due)
	}
	var numbers []int64
	var paced []float64
	for id, p := range b.pace {
		if p.used {
			numbers, paced = append(numbers, id), append(paced, p.until.Seconds())
		}
	}
	type written struct {
		move
		Confirms bool
	}
	rows, err := postgres.Rows[written](ctx, tx, bookSQL, postgres.Args{
		"ids": ids, "tokens": tokens, "due": due, "sender": sender, "numbers": numbers, "paced": paced})
	if err != nil {
		return fmt.Errorf("write a claim: %w", err)
	}
	became := make(map[int64]written, len(rows))
	var moves []move
	for _, w := range rows {
		became[w.ID] = w
		moves = append(moves, w.move)
	}
	for i := range b.chosen {
		w := became[b.chosen[i].ID]
		b.chosen[i].became, b.chosen[i].confirms = State(w.Became), w.Confirms
	}
	if err := b.postpone(ctx, tx); err != nil {
		return err
	}
	return settleMoves(ctx, tx, moves)
}

// bookSQL reads opt-outs with a snapshot taken after the rows were locked. The one text that may
// follow an opt-out is the confirmation of it: a text of the system in answer to the very text that
// asked for it.
const bookSQL = `
	with choice as (
		select *
		from unnest(@ids::bigint[], @tokens::uuid[], @due::timestamptz[]) as c (id, token, due_at)
	), decided as (
		select m.id, choice.token, choice.due_at, o.phone is not null and not confirms.yes as barred, o.held,
			o.phone is not null and confirms.yes as confirms
		from choice
		join message m on m.org_id = @org and m.id = choice.id
		join contact c on c.org_id = @org and c.id = m.contact_id
		left join opt_out o on o.org_id = @org and o.phone = c.phone
		cross join lateral (
			select m.author = 'system' and m.in_reply_to is not null and exists (
				select
				from consent_event e
				where e.org_id = @org and e.id = o.event_id and e.message_id = m.in_reply_to) as yes) confirms
	), booked as (
		update message m
		set state = case when d.barred then 'skipped' when d.token is null then 'queued' else 'inflight' end,
			token = case when d.barred or d.token is null then m.token else d.token end,
			due_at = case when d.barred then m.due_at else d.due_at end,
			reason = case when not d.barred then '' when d.held then 'held' else 'opted_out' end,
			settled_at = case when d.barred then app_now() end
		from decided d
		where m.org_id = @org and m.id = d.id
		returning ` + moveColumns + `, m.token, d.confirms
	), attempted as (
		insert into attempt (org_id, token, message_id, sender_id)
		select @org, token, id, @sender
		from booked
		where became = 'inflight'
	), paced as (
		update phone_number n
		set paced_until = app_now() + make_interval(secs => p.until)
		from unnest(@numbers::bigint[], @paced::float8[]) as p (id, until)
		where n.org_id = @org and n.id = p.id
	)
	select id, became, campaign, recipient, conversation_id, 'queued' as was, confirms
	from booked`

// postpone moves more texts of a campaign whose zone is closed out of the way of the others, so that
// a big campaign need not be claimed through. The rest follows with the next claims.
func (b *booking) postpone(ctx context.Context, tx *postgres.Tx) error {
	for closed, opens := range b.closed {
		_, err := tx.Exec(ctx, `
			update message m
			set due_at = @opens
			from (
				select id
				from message
				where org_id = @org and campaign_id = @campaign and state = 'queued' and author = 'campaign'
					and zone = @zone and due_at <= app_now()
				order by due_at, id
				limit 5000
				for update skip locked) q
			where m.org_id = @org and m.id = q.id`,
			postgres.Args{"campaign": closed.campaign, "zone": closed.zone, "opens": opens})
		if err != nil {
			return fmt.Errorf("postpone texts until %s: %w", opens, err)
		}
	}
	return nil
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
