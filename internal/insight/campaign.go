package insight

import (
	"context"
	"fmt"
	"time"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/internal/postgres"
)

// Counts are what came of one launch, or of several together. Each recipient is in one of the first
// five.
type Counts struct {
	Delivered int // the phone company confirmed it
	Failed    int
	OnTheWay  int // waiting, or sent and not confirmed yet
	Unknown   int // whether the carrier took the text was not seen, or it will not tell
	LeftOut   int // opted out before their text left, or the campaign was archived first
	Responded int // people who texted back, once each in a campaign
	OptedOut  int // people who asked for no more texts, in a conversation of the campaign
	Answered  int // texts that the bot answered
	IDKs      int // texts that the bot did not know an answer to
	// People, once each in a campaign, who waited for an answer of a person or to whom an agent wrote.
	HandedOver int
}

// Texted is how many people the launch reaches or tried to reach: all recipients but those left out.
func (c Counts) Texted() int { return c.Delivered + c.Failed + c.OnTheWay + c.Unknown }

// Asked is how many texts were put to the bot.
func (c Counts) Asked() int { return c.Answered + c.IDKs }

func (c Counts) plus(o Counts) Counts {
	return Counts{
		Delivered: c.Delivered + o.Delivered, Failed: c.Failed + o.Failed, OnTheWay: c.OnTheWay + o.OnTheWay,
		Unknown: c.Unknown + o.Unknown, LeftOut: c.LeftOut + o.LeftOut, Responded: c.Responded + o.Responded,
		OptedOut: c.OptedOut + o.OptedOut, Answered: c.Answered + o.Answered, IDKs: c.IDKs + o.IDKs, HandedOver: c.HandedOver + o.HandedOver,
	}
}

// Campaign is a launched campaign with its counts.
type Campaign struct {
	ID         outreach.CampaignID
	Title      string
	OfficeName string
	State      outreach.State
	Mode       outreach.Mode
	LaunchedAt time.Time
	Counts
}

// countedSQL reads launched campaigns with their counts, the latest first.
const countedSQL = `
	select k.id, k.title, o.name as office_name, k.state, p.mode, k.launched_at,
		coalesce(n.delivered, 0) as delivered, coalesce(n.failed, 0) as failed, coalesce(n.on_the_way, 0) as on_the_way,
		coalesce(n.unknown, 0) as unknown, coalesce(n.left_out, 0) as left_out, coalesce(n.responded, 0) as responded,
		coalesce(n.opted_out, 0) as opted_out, coalesce(n.answered, 0) as answered, coalesce(n.idks, 0) as idks,
		coalesce(n.handed_over, 0) as handed_over
	from campaign k
	join office o on o.org_id = @org and o.id = k.office_id
	join response_policy p on p.org_id = @org and p.id = k.policy_id
	left join lateral (
		select sum(delivered) as delivered, sum(failed + undelivered) as failed, sum(queued + inflight + accepted + sent) as on_the_way,
			sum(unknown + unresolved) as unknown, sum(skipped + cancelled) as left_out, sum(replied) as responded,
			sum(opted_out) as opted_out, sum(bot_answers) as answered, sum(idks) as idks,
			sum(handed_over) as handed_over
		from campaign_count
		where org_id = @org and campaign_id = k.id
	) n on true
	where k.org_id = @org and k.launched_at >= @since and k.launched_at < @until
		and (@offices::bigint[] is null or k.office_id = any (@offices))
		and (@office = 0 or k.office_id = @office)
		and (@campaign = 0 or k.id = @campaign)
	order by k.launched_at desc, k.id desc`

// scope says which campaigns are meant: one, or those of a period.
type scope struct {
	campaign outreach.CampaignID // 0: all
	office   account.OfficeID    // 0: all that the actor sees
	period   Period
}

func (d Desk) counted(ctx context.Context, tx *postgres.Tx, s scope) ([]Campaign, error) {
	since, until := s.period.bounds(d.zone)
	campaigns, err := postgres.Rows[Campaign](ctx, tx, countedSQL, postgres.Args{
		"campaign": s.campaign, "office": s.office, "offices": d.actor.OfficesSeen(), "since": since, "until": until})
	if err != nil {
		return nil, fmt.Errorf("count what came of campaigns: %w", err)
	}
	return campaigns, nil
}

// Launched are the latest campaigns of the actor's offices to choose one from, and chosen wherever it
// stands among them.
func (d Desk) Launched(ctx context.Context, chosen outreach.CampaignID) (campaigns []Titled, err error) {
	const most = 200 // more than anybody looks through in a select box
	err = d.org(ctx, func(tx *postgres.Tx) error {
		campaigns, err = postgres.Rows[Titled](ctx, tx, `
			(select id, title
			from campaign
			where org_id = @org and launched_at is not null and (@offices::bigint[] is null or office_id = any (@offices))
			order by launched_at desc, id desc
			limit @most)
			union
			select id, title
			from campaign
			where org_id = @org and id = @chosen and (@offices::bigint[] is null or office_id = any (@offices))
			order by id desc`, postgres.Args{"offices": d.actor.OfficesSeen(), "most": most, "chosen": chosen})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the titles of campaigns: %w", err)
	}
	return campaigns, nil
}

// Titled is a campaign by its title.
type Titled struct {
	ID    outreach.CampaignID
	Title string
}
