package outreach

import (
	"context"
	"fmt"

	"parley/internal/postgres"
)

// Violation is a promise that a live database breaks.
type Violation struct {
	Promise string // the invariant, in words
	Detail  string // where, for an operator
}

func (v Violation) String() string { return v.Promise + ": " + v.Detail }

// promises are the invariants of conversations; each statement returns what breaks it. What an archive
// clears away it has cleared a minute later (clearAway).
var promises = []struct{ promise, sql string }{
	{"no open conversation is governed by an archived campaign or a number that was given back", `
		select format('organization %s, conversation %s', v.org_id, v.id)
		from conversation v
		where v.waiting_since is not null and (
			exists (select from campaign c
				where c.org_id = v.org_id and c.policy_id = v.waiting_policy_id and c.archived_at < app_now() - interval '1 minute')
			or exists (select from phone_number n
				where n.org_id = v.org_id and n.policy_id = v.waiting_policy_id and coalesce(n.released_at, n.releasing_at) is not null))`},
	{"who needs attention is in an inbox that somebody sees", `
		select format('organization %s, conversation %s', v.org_id, v.id)
		from conversation v
		where v.waiting_since is not null and not exists (
			select from policy_inbox p
			join inbox b on b.org_id = p.org_id and b.id = p.inbox_id
			where p.org_id = v.org_id and p.policy_id = v.waiting_policy_id and (
				exists (select from app_user u where u.org_id = b.org_id and u.id = b.user_id and u.deactivated_at is null)
				or exists (
					select from user_office s
					join app_user u on u.org_id = s.org_id and u.id = s.user_id and u.deactivated_at is null
					where s.org_id = b.org_id and s.office_id = b.office_id)))`},
	{"nobody takes part in a conversation of an archived campaign", `
		select format('organization %s, conversation %s, user %s', t.org_id, t.conversation_id, t.user_id)
		from participant t
		join conversation v on v.org_id = t.org_id and v.id = t.conversation_id
		join campaign c on c.org_id = v.org_id and c.id = v.campaign_id and c.archived_at < app_now() - interval '1 minute'`},
	{"every stored webhook is processed or in the error queue within 60 s", `
		select format('organization %s, webhook %s: %s', w.org_id, w.id, w.error)
		from webhook w
		where w.done_at is null and w.error = '' and w.received_at < now() - interval '60 seconds'`},
	{"who needs attention is counted as handed over to people", `
		select format('organization %s, conversation %s', v.org_id, v.id)
		from conversation v
		where v.waiting_since is not null and not v.handed_over`},
	{"counters of conversations equal counts", `
		select format('organization %s, campaign %s: counted %s, are %s', c.org_id, c.id, n, v)
		from campaign c
		cross join lateral (select coalesce(sum(waiting), 0) as waiting, coalesce(sum(conversations), 0) as conversations,
				coalesce(sum(replied), 0) as replied, coalesce(sum(handed_over), 0) as handed_over
			from campaign_count n where n.org_id = c.org_id and n.campaign_id = c.id) n
		cross join lateral (select count(*) filter (where v.waiting_since is not null) as waiting, count(*) as conversations,
				count(*) filter (where v.replied) as replied, count(*) filter (where v.handed_over) as handed_over
			from conversation v where v.org_id = c.org_id and v.campaign_id = c.id) v
		where (n.waiting, n.conversations, n.replied, n.handed_over) <> (v.waiting, v.conversations, v.replied, v.handed_over)`},
	{"responses by the hour add up to the people who responded", `
		select format('organization %s, campaign %s: by the hour %s, are %s', c.org_id, c.id, h.people, n.replied)
		from campaign c
		cross join lateral (select coalesce(sum(people), 0) as people
			from campaign_response h where h.org_id = c.org_id and h.campaign_id = c.id) h
		cross join lateral (select coalesce(sum(replied), 0) as replied
			from campaign_count n where n.org_id = c.org_id and n.campaign_id = c.id) n
		where h.people <> n.replied`},
	{"as many campaigns are found by a word as have it", `
		select format('organization %s, word %s: %s are found, %s have it', org_id, word, coalesce(f.campaigns, 0), coalesce(w.campaigns, 0))
		from (select org_id, word, count(*) as campaigns from campaign_word group by org_id, word) w
		full join (select org_id, word, sum(bit_count(campaigns)) as campaigns from word_campaigns group by org_id, word) f using (org_id, word)
		where f.campaigns is distinct from w.campaigns`},
}

// Check looks for broken promises in all organizations. It reads much and changes nothing.
func Check(ctx context.Context, db *postgres.DB) (broken []Violation, err error) {
	err = db.Everyone(ctx, func(tx *postgres.Tx) error {
		for _, p := range promises {
			found, err := postgres.Values[string](ctx, tx, p.sql+` limit 20`, nil)
			if err != nil {
				return fmt.Errorf("check that %s: %w", p.promise, err)
			}
			for _, detail := range found {
				broken = append(broken, Violation{Promise: p.promise, Detail: detail})
			}
		}
		return nil
	})
	return broken, err
}
