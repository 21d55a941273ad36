package outreach

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Of what follows from an archive, so much is done in one transaction: about a tenth of a second, for which
// others wait for the rows of it.
const clearSlice = 1000

// clearPatience is how long somebody who archives waits for texts to be cancelled; the rest is a job's.
const clearPatience = 2 * time.Second

// clearAfter is when a job looks whether an archive was cleared away, should the process have died.
const clearAfter = 30 * time.Second

// clearAway does what follows from an archive, in small transactions: those who wait move to the number's
// inboxes or leave every queue, the conversations leave Participating, and the texts that the carrier does
// not have are cancelled, as far as that goes in a while; cleared says whether it came to the end. It goes on
// where another has stopped, and two at once do it once. Whoever texts or answers meanwhile finds the campaign
// archived (leftWaiting, carryOn), and nothing of it is sent.
func (d Desk) clearAway(ctx context.Context, id CampaignID, while time.Duration) (cleared bool, err error) {
	end := time.Now().Add(while)
	for _, step := range d.clearSteps() {
		for n := int64(clearSlice); n == clearSlice; {
			if step.canWait && time.Now().After(end) {
				return false, nil
			}
			err := d.org(ctx, func(tx *postgres.Tx) (err error) {
				n, err = d.clear(ctx, tx, id, step)
				return err
			})
			if err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

// clearStep is one of the things that follow from an archive.
type clearStep struct {
	slice   func(context.Context, *postgres.Tx, Campaign) (int64, error) // does so much of it, and returns of how many
	canWait bool                                                         // nobody sees that it is not done, but in counts
}

func (d Desk) clearSteps() []clearStep {
	return []clearStep{{slice: d.clearWaits}, {slice: leaveParticipating}, {slice: cancelQueued, canWait: true}}
}

// clear does a slice of a step of an archived campaign, and returns of how many.
func (d Desk) clear(ctx context.Context, tx *postgres.Tx, id CampaignID, step clearStep) (cleared int64, err error) {
	c, err := d.campaign(ctx, tx, id)
	if err != nil || c.State != Archived || c.LaunchedAt == nil {
		return 0, err
	}
	if cleared, err = step.slice(ctx, tx, c); err == nil && cleared > 0 && cleared < clearSlice {
		tx.Publish(InboxTopic)
		tx.Publish(CampaignTopic(id))
	}
	return cleared, err
}

// clearWaits hands those who wait over to the policy of a reusable number, with their since-when, or ends
// their wait on a provisioned one.
func (d Desk) clearWaits(ctx context.Context, tx *postgres.Tx, c Campaign) (int64, error) {
	if c.NumberID == nil {
		return 0, nil
	}
	if c.NumberKind != string(Reusable) {
		return d.endWaits(ctx, tx, ended{c.PolicyID, "campaign ended", clearSlice})
	}
	moved, err := tx.Exec(ctx, `
		update conversation v
		set waiting_policy_id = p.id, mode = p.mode
		from phone_number n
		join response_policy p on p.org_id = @org and p.id = n.policy_id
		where n.org_id = @org and n.id = @number and v.org_id = @org and v.id in (
			select id from conversation
			where org_id = @org and waiting_policy_id = @policy and waiting_since is not null
			order by id
			limit @most
			for update)`, postgres.Args{"number": *c.NumberID, "policy": c.PolicyID, "most": clearSlice})
	if err != nil {
		return 0, fmt.Errorf("move who waits in campaign %d: %w", c.ID, err)
	}
	return moved, nil
}

// ended are waits that end unanswered.
type ended struct {
	policy PolicyID
	why    string
	most   any // how many at once; nil: all
}

// endWaits clears needs attention wherever it waits in a policy, also of those who are not on the
// campaign's list (AP7), for at most so many, and returns how many they were. The audit row of each says
// why.
func (d Desk) endWaits(ctx context.Context, tx *postgres.Tx, w ended) (int64, error) {
	cleared, err := postgres.Value[int64](ctx, tx, `
		with cleared as (
			update conversation
			set waiting_since = null, waiting_reason = null, waiting_policy_id = null
			where org_id = @org and id in (
				select id from conversation
				where org_id = @org and waiting_policy_id = @policy and waiting_since is not null
				order by id
				limit @most
				for update)
			returning id, campaign_id
		), recorded as (
			insert into audit (org_id, user_id, actor, verb, subject, subject_id, became)
			select @org, nullif(@user, 0), @actor, 'clear', 'conversation', id, to_jsonb(@why::text)
			from cleared
		), counted as (
			insert into campaign_count (org_id, campaign_id, slot, waiting)
			select @org, campaign_id, count_slot(), -count(*) from cleared where campaign_id is not null
			group by campaign_id
			order by campaign_id
			on conflict (org_id, campaign_id, slot) do update set waiting = campaign_count.waiting + excluded.waiting
		)
		select count(*) from cleared`, postgres.Args{"policy": w.policy, "user": d.actor.User, "actor": d.actor.Name, "why": w.why, "most": w.most})
	if err != nil {
		return 0, fmt.Errorf("end the waits in response policy %d: %w", w.policy, err)
	}
	return cleared, nil
}

// leavingSQL are the conversations that leave Participating with campaign @campaign: its own that agents
// have written in and, on a provisioned number, those of people who are not on its list (AP7), which no
// policy governs afterwards.
const leavingSQL = `
	select conversation_id
	from message
	where org_id = @org and campaign_id = @campaign and author = 'agent'
	union
	select v.id
	from conversation v
	where v.org_id = @org and v.campaign_id is null and v.number_id = (
		select n.id
		from campaign k
		join phone_number n on n.org_id = @org and n.id = k.number_id and n.kind = 'provisioned'
		where k.org_id = @org and k.id = @campaign and k.launched_at is not null)`

// leaveParticipating takes what leaves with the campaign out of the Participating of all who answered.
func leaveParticipating(ctx context.Context, tx *postgres.Tx, c Campaign) (int64, error) {
	left, err := tx.Exec(ctx, `
		delete from participant
		where org_id = @org and (user_id, conversation_id) in (
			select t.user_id, t.conversation_id
			from (`+leavingSQL+`) m
			join participant t on t.org_id = @org and t.conversation_id = m.conversation_id
			order by t.user_id, t.conversation_id
			limit @most
			for update of t)`, postgres.Args{"campaign": c.ID, "most": clearSlice})
	if err != nil {
		return 0, fmt.Errorf("take campaign %d out of Participating: %w", c.ID, err)
	}
	return left, nil
}

// cancelQueued cancels the campaign's texts that the carrier does not have yet.
func cancelQueued(ctx context.Context, tx *postgres.Tx, c Campaign) (int64, error) {
	n, err := postgres.Value[int64](ctx, tx, `
		with cancelled as (
			update message
			set state = 'cancelled', reason = 'campaign_archived', settled_at = app_now()
			where org_id = @org and id in (
				select id from message
				where org_id = @org and campaign_id = @campaign and author = 'campaign' and state = 'queued'
				order by id
				limit @most
				for update)
			returning id
		), counted as (
			insert into campaign_count (org_id, campaign_id, slot, queued, cancelled)
			select @org, @campaign, count_slot(), -count(*), count(*) from cancelled
			having count(*) > 0
			on conflict (org_id, campaign_id, slot) do update
			set queued = campaign_count.queued + excluded.queued, cancelled = campaign_count.cancelled + excluded.cancelled
		)
		select count(*) from cancelled`, postgres.Args{"campaign": c.ID, "most": clearSlice})
	if err != nil {
		return 0, fmt.Errorf("cancel the texts of campaign %d: %w", c.ID, err)
	}
	return n, nil
}

// clearJob clears away after an archive that has left the rest to it, or whose process has died.
type clearJob struct {
	Org      account.OrgID `json:"org"`
	Campaign CampaignID    `json:"campaign"`
}

// Kind names the job in the queue.
func (clearJob) Kind() string { return "campaign_clear_away" }

type clearer struct {
	river.WorkerDefaults[clearJob]
	db *postgres.DB
}

// Work finds nothing to do after an archive that came to its end.
func (w *clearer) Work(ctx context.Context, job *river.Job[clearJob]) error {
	cleared, err := NewDesk(w.db, account.System(job.Args.Org)).clearAway(ctx, job.Args.Campaign, jobTurn)
	switch {
	case errors.Is(err, account.ErrNotFound):
		return nil
	case err != nil:
		return fmt.Errorf("clear away after campaign %d: %w", job.Args.Campaign, err)
	case !cleared:
		return river.JobSnooze(0)
	}
	return nil
}
