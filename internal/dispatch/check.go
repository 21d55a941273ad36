package dispatch

import (
	"context"
	"fmt"
	"strings"

	"parley/internal/postgres"
)

// Violation is a row, or a group of them, for which an invariant of sending does not hold.
type Violation struct {
	Invariant int // its number in the list of invariants
	Org       postgres.OrgID
	What      string // for the operator
}

func (v Violation) String() string {
	return fmt.Sprintf("invariant %d, organization %d: %s", v.Invariant, v.Org, v.What)
}

// mostViolations of each invariant are told: the first ones show what is wrong.
const mostViolations = 100

// invariant is a statement that selects org and what for each violation.
type invariant struct {
	number int
	sql    string
}

var invariants = []invariant{
	// Nobody is texted twice by a campaign.
	{1, `
		select org_id as org, format('campaign %s has %s texts for contact %s', campaign_id, count(*), contact_id) as what
		from message
		where author = 'campaign'
		group by org_id, campaign_id, contact_id
		having count(*) > 1`},
	{1, `
		select org_id as org, format('message %s was accepted in %s attempts', message_id, count(*)) as what
		from attempt
		where outcome = 'accepted'
		group by org_id, message_id
		having count(*) > 1`},
	// Everyone who was launched is accounted for.
	{2, `
		select c.org_id as org, format('campaign %s launched %s texts and counts %s', c.id, m.launched, n.counted) as what
		from campaign c
		cross join lateral (
			select count(*) as launched
			from message
			where org_id = c.org_id and campaign_id = c.id and author = 'campaign') m
		cross join lateral (
			select coalesce(sum(queued + inflight + accepted + sent + delivered + undelivered + failed + skipped + cancelled
				+ unknown + unresolved), 0) as counted
			from campaign_count
			where org_id = c.org_id and campaign_id = c.id) n
		where m.launched <> n.counted`},
	// Nothing is in flight after its time: the claim's life, the post's limit and 5 s to record.
	{3, `
		select m.org_id as org, format('message %s is in flight since %s', m.id, coalesce(a.started_at::text, 'no attempt')) as what
		from message m
		left join attempt a on a.org_id = m.org_id and a.token = m.token
		where m.state = 'inflight' and (a.token is null or a.started_at < now() - make_interval(secs => @flight))`},
	{4, `
		select min(org_id) as org, format('SID %s belongs to messages %s', sid, string_agg(id::text, ', ')) as what
		from message
		where sid is not null
		group by sid
		having count(*) > 1`},
	// No claim after an opt-out. started_at and since are the beginnings of transactions, of which the
	// opt-out's may commit a little later; 5 s is far more. The confirmation of the opt-out is exempt.
	{5, `
		select m.org_id as org, format('message %s was claimed at %s, after %s opted out at %s', m.id, a.started_at, o.phone, o.since) as what
		from opt_out o
		join contact c on c.org_id = o.org_id and c.phone = o.phone
		join message m on m.org_id = c.org_id and m.contact_id = c.id
		join attempt a on a.org_id = m.org_id and a.message_id = m.id
		where a.started_at > o.since + interval '5 seconds' and not (m.author = 'system' and exists (
			select
			from consent_event e
			where e.org_id = o.org_id and e.id = o.event_id and e.message_id = m.in_reply_to))`},
	// No row's organization differs from its parent's, for the references that no foreign key holds.
	{9, softReference("message", "in_reply_to", "message")},
	{9, softReference("consent_event", "message_id", "message")},
	{9, softReference("bot_decision", "answer_id", "answer")},
	{9, softReference("bot_decision", "campaign_id", "campaign")},
	{9, `
		select p.org_id as org, format('number %s belongs to organization %s', p.phone, o.org_id) as what
		from phone_number p
		join number_owner o on o.phone = p.phone
		where p.released_at is null and o.org_id <> p.org_id`},
	// Counters equal counts.
	{10, countersSQL()},
	{10, `
		select c.org_id as org, format('campaign %s counts %s failures %s instead of %s', c.id, coalesce(n.texts, 0), r.reason, coalesce(m.texts, 0)) as what
		from campaign c
		cross join lateral (
			select reason
			from campaign_failure
			where org_id = c.org_id and campaign_id = c.id
			union
			select coalesce(nullif(reason, ''), 'no_reason')
			from message
			where org_id = c.org_id and campaign_id = c.id and author = 'campaign' and state in ('undelivered', 'failed')) r
		left join lateral (
			select sum(texts) as texts
			from campaign_failure
			where org_id = c.org_id and campaign_id = c.id and reason = r.reason) n on true
		left join lateral (
			select count(*) as texts
			from message
			where org_id = c.org_id and campaign_id = c.id and author = 'campaign' and state in ('undelivered', 'failed')
				and coalesce(nullif(reason, ''), 'no_reason') = r.reason) m on true
		where coalesce(n.texts, 0) <> m.texts`},
	// An opt-out counts for the campaign of the text that told of it, or of the conversation in which a
	// person read it as one. Of a phone that was opted out already the ledger only has one more row.
	{10, `
		with told as (
			select org_id, campaign_id, count(*) as people
			from (
				select org_id, campaign_id
				from (
					select e.org_id, m.campaign_id, e.kind, lag(e.kind) over (partition by e.org_id, e.phone order by e.id) as before
					from consent_event e
					left join message m on m.org_id = e.org_id and m.id = e.message_id) e
				where kind = 'opt_out' and before is distinct from 'opt_out'
				union all
				select a.org_id, v.campaign_id
				from audit a
				join conversation v on v.org_id = a.org_id and v.id = a.subject_id
				where a.subject = 'conversation' and a.verb = 'opt out') e
			where campaign_id is not null
			group by org_id, campaign_id
		)
		select c.org_id as org, format('campaign %s counts %s opt-outs instead of %s', c.id, n.counted, coalesce(t.people, 0)) as what
		from campaign c
		left join told t on t.org_id = c.org_id and t.campaign_id = c.id
		cross join lateral (
			select coalesce(sum(opted_out), 0) as counted
			from campaign_count
			where org_id = c.org_id and campaign_id = c.id) n
		where n.counted <> coalesce(t.people, 0)`},
}

// softReference selects rows whose parent exists in another organization only.
func softReference(child, column, parent string) string {
	return fmt.Sprintf(`
		select c.org_id as org, format('%[1]s.%[2]s %%s belongs to organization %%s', c.%[2]s, p.org_id) as what
		from %[1]s c
		join %[3]s p on p.id = c.%[2]s and p.org_id <> c.org_id
		where not exists (select from %[3]s own where own.org_id = c.org_id and own.id = c.%[2]s)`, child, column, parent)
}

var countedStates = []State{StateQueued, StateInflight, StateAccepted, StateSent, StateDelivered, StateUndelivered,
	StateFailed, StateSkipped, StateCancelled, StateUnknown, StateUnresolved}

func countersSQL() string {
	var counts, sums, tells, differs []string
	for _, s := range countedStates {
		counts = append(counts, fmt.Sprintf("count(*) filter (where state = '%[1]s') as %[1]s", s))
		sums = append(sums, fmt.Sprintf("coalesce(sum(%[1]s), 0) as %[1]s", s))
		tells = append(tells, fmt.Sprintf("case when m.%[1]s <> n.%[1]s then format(' %[1]s %%s instead of %%s', n.%[1]s, m.%[1]s) end", s))
		differs = append(differs, fmt.Sprintf("m.%[1]s <> n.%[1]s", s))
	}
	return fmt.Sprintf(`
		select c.org_id as org, format('campaign %%s counts', c.id) || concat(%s) as what
		from campaign c
		cross join lateral (
			select %s
			from message
			where org_id = c.org_id and campaign_id = c.id and author = 'campaign') m
		cross join lateral (
			select %s
			from campaign_count
			where org_id = c.org_id and campaign_id = c.id) n
		where %s`,
		strings.Join(tells, ", "), strings.Join(counts, ", "), strings.Join(sums, ", "), strings.Join(differs, " or "))
}

// Check looks for violations of the invariants of sending, over all organizations: 1 to 5, 9 and 10.
// It reads every text, so on a big database it takes its time; it changes nothing and may run while
// texts are sent. It goes through Everyone since the operator asks about the database as a whole.
func Check(ctx context.Context, db *postgres.DB) ([]Violation, error) {
	var all []Violation
	err := db.Everyone(ctx, func(tx *postgres.Tx) error {
		// One snapshot for all counts, so that texts on the move are not counted twice or never.
		if _, err := tx.Exec(ctx, "set transaction isolation level repeatable read, read only", nil); err != nil {
			return err
		}
		references, err := foreignKeys(ctx, tx)
		if err != nil {
			return err
		}
		for _, i := range append(references, invariants...) {
			found, err := i.violations(ctx, tx)
			if err != nil {
				return fmt.Errorf("invariant %d: %w", i.number, err)
			}
			all = append(all, found...)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("check the invariants of sending: %w", err)
	}
	return all, nil
}

func (i invariant) violations(ctx context.Context, tx *postgres.Tx) ([]Violation, error) {
	type row struct {
		Org  postgres.OrgID
		What string
	}
	sql := fmt.Sprintf("select * from (%s) v order by org, what limit %d", i.sql, mostViolations)
	rows, err := postgres.Rows[row](ctx, tx, sql, postgres.Args{"flight": (claimLife + defaultPostTimeout).Seconds() + 5})
	if err != nil {
		return nil, err
	}
	var out []Violation
	for _, r := range rows {
		out = append(out, Violation{Invariant: i.number, Org: r.Org, What: r.What})
	}
	return out, nil
}

// foreignKeys makes an invariant of each key between tenant tables. The database holds them already,
// unless somebody loaded a dump with keys or triggers switched off.
func foreignKeys(ctx context.Context, tx *postgres.Tx) ([]invariant, error) {
	statements, err := postgres.Values[string](ctx, tx, `
		select format(
			'select c.org_id as org, %L || concat_ws('', '', %s) as what from %s c where %s and not exists (select from %s p where %s)',
			k.conname || ' does not hold for ', present.columns, k.conrelid::regclass, present.filter, k.confrelid::regclass, matching.filter)
		from pg_constraint k
		cross join lateral (
			select string_agg(format('c.%I is not null', a.attname), ' and ') as filter,
				string_agg(format('c.%I', a.attname), ', ') as columns, bool_or(a.attname = 'org_id') as tenant
			from unnest(k.conkey) column_number
			join pg_attribute a on a.attrelid = k.conrelid and a.attnum = column_number) present
		cross join lateral (
			select string_agg(format('c.%I = p.%I', a.attname, b.attname), ' and ') as filter
			from unnest(k.conkey, k.confkey) as pair (child, parent)
			join pg_attribute a on a.attrelid = k.conrelid and a.attnum = pair.child
			join pg_attribute b on b.attrelid = k.confrelid and b.attnum = pair.parent) matching
		where k.contype = 'f' and present.tenant and k.connamespace = 'public'::regnamespace
		order by k.conname, k.conrelid::regclass::text`, nil)
	if err != nil {
		return nil, fmt.Errorf("read the foreign keys: %w", err)
	}
	var out []invariant
	for _, sql := range statements {
		out = append(out, invariant{9, sql})
	}
	return out, nil
}
