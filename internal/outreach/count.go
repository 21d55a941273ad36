package outreach

import (
	"context"
	"fmt"

	"parley/internal/postgres"
)

// counts are what a campaign counts of its conversations, as changes.
type counts struct {
	Conversations, Replied, Waiting, OptedOut, BotAnswers, IDKs, HandedOver int
	SaidYes, SaidNo, SaidOther                                              int
}

// plus are both changes together.
func (c counts) plus(d counts) counts {
	return counts{
		Conversations: c.Conversations + d.Conversations, Replied: c.Replied + d.Replied, Waiting: c.Waiting + d.Waiting,
		OptedOut: c.OptedOut + d.OptedOut, BotAnswers: c.BotAnswers + d.BotAnswers, IDKs: c.IDKs + d.IDKs,
		HandedOver: c.HandedOver + d.HandedOver,
		SaidYes:    c.SaidYes + d.SaidYes, SaidNo: c.SaidNo + d.SaidNo, SaidOther: c.SaidOther + d.SaidOther,
	}
}

// tally adds to the counts of a campaign when the transaction next speaks to the database; an unsolicited
// conversation has none to add to.
func tally(tx *postgres.Tx, campaign *CampaignID, c counts) {
	if campaign == nil || c == (counts{}) {
		return
	}
	tx.Later(fmt.Sprintf("count for campaign %d", *campaign), postgres.Statement{SQL: `
		insert into campaign_count (org_id, campaign_id, slot, conversations, replied, waiting, opted_out, bot_answers, idks,
			handed_over, said_yes, said_no, said_other)
		values (@org, @campaign, count_slot(), @conversations, @replied, @waiting, @opted_out, @bot_answers, @idks,
			@handed_over, @said_yes, @said_no, @said_other)
		on conflict (org_id, campaign_id, slot) do update
		set conversations = campaign_count.conversations + excluded.conversations,
			replied = campaign_count.replied + excluded.replied,
			waiting = campaign_count.waiting + excluded.waiting,
			opted_out = campaign_count.opted_out + excluded.opted_out,
			bot_answers = campaign_count.bot_answers + excluded.bot_answers,
			idks = campaign_count.idks + excluded.idks,
			handed_over = campaign_count.handed_over + excluded.handed_over,
			said_yes = campaign_count.said_yes + excluded.said_yes,
			said_no = campaign_count.said_no + excluded.said_no,
			said_other = campaign_count.said_other + excluded.said_other`,
		Args: postgres.Args{"campaign": *campaign, "conversations": c.Conversations, "replied": c.Replied, "waiting": c.Waiting,
			"opted_out": c.OptedOut, "bot_answers": c.BotAnswers, "idks": c.IDKs, "handed_over": c.HandedOver,
			"said_yes": c.SaidYes, "said_no": c.SaidNo, "said_other": c.SaidOther}})
}

// countResponse notes a person's first text in a campaign by the hour of the organization's clocks, as
// tally does.
func countResponse(tx *postgres.Tx, campaign *CampaignID) {
	if campaign == nil {
		return
	}
	tx.Later(fmt.Sprintf("count a response to campaign %d", *campaign), postgres.Statement{SQL: `
		insert into campaign_response (org_id, campaign_id, hour, slot, people)
		select @org, @campaign, date_trunc('hour', app_now() at time zone time_zone), count_slot(), 1
		from organization
		where org_id = @org
		on conflict (org_id, campaign_id, hour, slot) do update set people = campaign_response.people + 1`,
		Args: postgres.Args{"campaign": *campaign}})
}

// involve notes that people are needed in a conversation or have written in it, once in its life.
func involve(ctx context.Context, tx *postgres.Tx, c Conversation) error {
	touched, err := tx.Exec(ctx, `
		update conversation set handed_over = true where org_id = @org and id = @conversation and not handed_over`,
		postgres.Args{"conversation": c.ID})
	if err != nil {
		return fmt.Errorf("hand over conversation %d: %w", c.ID, err)
	}
	tally(tx, c.CampaignID, counts{HandedOver: int(touched)})
	return nil
}

// Progress is how far a campaign's texts have come, each in one state, and what followed.
type Progress struct {
	Queued, Inflight, Accepted, Sent, Delivered, Undelivered, Failed int
	Skipped, Cancelled, Unknown, Unresolved                          int
	Conversations, Replied, Waiting, OptedOut, BotAnswers, Idks      int
	SaidYes, SaidNo, SaidOther                                       int // people by their latest answer to a yes or no question
}

// Launched is every text of the launch, whatever became of it.
func (p Progress) Launched() int {
	return p.Queued + p.Inflight + p.Accepted + p.Sent + p.Delivered + p.Undelivered + p.Failed +
		p.Skipped + p.Cancelled + p.Unknown + p.Unresolved
}

// Open is how many are still to be sent.
func (p Progress) Open() int { return p.Queued + p.Inflight }

// Handed is how many have been handed over or settled otherwise.
func (p Progress) Handed() int { return p.Launched() - p.Open() }

// Texted is how many people the launch was to reach: all but those left out.
func (p Progress) Texted() int { return p.Launched() - p.Skipped - p.Cancelled }

const progressSQL = `
	select ` + progressColumns + `
	from campaign_count
	where org_id = @org and campaign_id = @campaign`

const progressColumns = `
		coalesce(sum(queued), 0) as queued, coalesce(sum(inflight), 0) as inflight, coalesce(sum(accepted), 0) as accepted,
		coalesce(sum(sent), 0) as sent, coalesce(sum(delivered), 0) as delivered, coalesce(sum(undelivered), 0) as undelivered,
		coalesce(sum(failed), 0) as failed, coalesce(sum(skipped), 0) as skipped, coalesce(sum(cancelled), 0) as cancelled,
		coalesce(sum(unknown), 0) as unknown, coalesce(sum(unresolved), 0) as unresolved,
		coalesce(sum(conversations), 0) as conversations, coalesce(sum(replied), 0) as replied, coalesce(sum(waiting), 0) as waiting,
		coalesce(sum(opted_out), 0) as opted_out, coalesce(sum(bot_answers), 0) as bot_answers, coalesce(sum(idks), 0) as idks,
		coalesce(sum(said_yes), 0) as said_yes, coalesce(sum(said_no), 0) as said_no, coalesce(sum(said_other), 0) as said_other`

// Progress reads the counts of a campaign.
func (d Desk) Progress(ctx context.Context, id CampaignID) (p Progress, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		if _, err := d.campaign(ctx, tx, id); err != nil {
			return err
		}
		p, err = progress(ctx, tx, id)
		return err
	})
	return p, err
}

func progress(ctx context.Context, tx *postgres.Tx, id CampaignID) (Progress, error) {
	p, err := postgres.Row[Progress](ctx, tx, progressSQL, postgres.Args{"campaign": id})
	if err != nil {
		return p, fmt.Errorf("read the counts of campaign %d: %w", id, err)
	}
	return p, nil
}
