package insight

import (
	"context"
	"fmt"
	"time"

	"parley/internal/outreach"
	"parley/internal/postgres"
)

// handedOver counts the people, once each in a campaign, to whom an agent wrote or who wait for one.
func handedOver(ctx context.Context, tx *postgres.Tx, campaigns []outreach.CampaignID) (int, error) {
	people, err := postgres.Value[int](ctx, tx, `
		select count(*)
		from (
			select campaign_id, contact_id
			from message
			where org_id = @org and campaign_id = any (@campaigns) and author = 'agent'
			union
			select campaign_id, contact_id
			from conversation
			where org_id = @org and campaign_id = any (@campaigns) and waiting_since is not null
		) person`, postgres.Args{"campaigns": campaigns})
	if err != nil {
		return 0, fmt.Errorf("count who was handed to a person: %w", err)
	}
	return people, nil
}

// answersSQL takes the wait for an agent's text from the first text of the person that nothing had
// settled before. Settled is what stands before an earlier text of an agent or a text about consent,
// and what the bot answered, met with silence as small talk, or gave the custom response to.
const answersSQL = `
	select count(*) as answers,
		coalesce(percentile_cont(0.5) within group (order by extract(epoch from a.created_at - w.since)), 0)::float8 as seconds
	from message a
	join campaign k on k.org_id = @org and k.id = a.campaign_id
	join response_policy p on p.org_id = @org and p.id = k.policy_id
	cross join lateral (
		select coalesce(max(t.id), 0) as settled
		from message t
		left join bot_decision b on b.org_id = @org and b.message_id = t.id
		where t.org_id = @org and t.number_id = a.number_id and t.contact_id = a.contact_id and t.id < a.id
			and (t.author in ('agent', 'system') or b.kind in ('answer', 'small_talk', 'clarify') or b.kind = 'unknown' and p.idk_type = 'custom')
	) s
	cross join lateral (
		select min(t.created_at) as since
		from message t
		where t.org_id = @org and t.number_id = a.number_id and t.contact_id = a.contact_id and t.id > s.settled and t.id < a.id
			and t.author = 'contact'
	) w
	where a.org_id = @org and a.campaign_id = any (@campaigns) and a.author = 'agent' and a.state not in ('skipped', 'cancelled')
		and w.since is not null`

// answers counts the agents' answers and takes the median of how long people waited for them.
func answers(ctx context.Context, tx *postgres.Tx, campaigns []outreach.CampaignID) (int, time.Duration, error) {
	type median struct {
		Answers int
		Seconds float64
	}
	m, err := postgres.Row[median](ctx, tx, answersSQL, postgres.Args{"campaigns": campaigns})
	if err != nil {
		return 0, 0, fmt.Errorf("take the median of agents' answers: %w", err)
	}
	return m.Answers, time.Duration(m.Seconds * float64(time.Second)), nil
}
