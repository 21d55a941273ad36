package main

import (
	"fmt"

	"github.com/jackc/pgx/v5"

	"parley/internal/outreach"
)

// seedCampaigns gives a tenant n campaigns of five offices: 5 % drafts, 1 % scheduled, 14 % active and
// the rest archived, with titles and tags of a few dozen words and a number that is its alone.
func (s *stage) seedCampaigns(t *tenant, n int) error {
	policies, err := s.reserve("response_policy", n)
	if err != nil {
		return err
	}
	campaigns, err := s.reserve("campaign", n)
	if err != nil {
		return err
	}
	lists, err := s.reserve("contact_list", 1)
	if err != nil {
		return err
	}
	err = s.rows(sized(n)+" campaigns", pgx.NamedArgs{"org": t.ID, "n": n, "policies": policies, "campaigns": campaigns, "list": lists + 1,
		"offices": t.Offices, "number": t.Number, "user": t.Manager.User, "message": message,
		"subjects": subjects, "occasions": occasions, "audiences": audiences},
		`insert into contact_list (org_id, id, name) values (@org, @list, 'Everybody')`,
		`insert into response_policy (org_id, id, mode)
			select @org, @policies::bigint + i, case when i % 4 = 0 then 'agent' else 'bot' end
			from generate_series(1, @n::int) i`,
		`insert into policy_inbox (org_id, policy_id, inbox_id)
			select @org, @policies::bigint + i, b.id
			from generate_series(1, @n::int) i
			join inbox b on b.org_id = @org and b.office_id = (@offices::bigint[])[1 + i % cardinality(@offices::bigint[])]`,
		campaignRowsSQL, campaignWordsSQL, wordCampaignsSQL, campaignCountsSQL)
	if err != nil {
		return err
	}
	return s.pack()
}

// campaignRowsSQL makes one campaign a minute, back from now. States follow time, as they do in years
// of use: all but the last fifth are archived.
var campaignRowsSQL = fmt.Sprintf(`
	insert into campaign (org_id, id, title, title_key, office_id, state, message, tags, list_id, number_id, policy_id,
		scheduled_for, fingerprint, launched_at, launched_by, materialised_at, sent_at, archived_at, created_by, created_at, updated_at)
	select @org, c.id, c.title, lower(c.title), (@offices::bigint[])[1 + i %% cardinality(@offices::bigint[])], c.state, @message,
		array[c.subject, c.audience, 'year-' || 2020 + i %% 7], @list, @number, @policies::bigint + i,
		case c.state when '%[1]s' then now() + i * interval '1 minute' end, case c.state when '%[1]s' then '' end,
		c.launched, case when c.launched is not null then @user::bigint end, c.launched, c.launched,
		case c.state when '%[4]s' then c.launched + interval '7 days' end, @user, c.at, c.at
	from (
		select i, @campaigns::bigint + i as id, r.state, r.subject, r.audience, r.at,
			initcap(r.subject || ' ' || r.occasion) || ' for ' || r.audience || ' ' || i as title,
			case when r.state in ('%[3]s', '%[4]s') then r.at end as launched
		from (
			select i, case when i > @n::int * 0.95 then '%[2]s' when i > @n::int * 0.94 then '%[1]s'
					when i > @n::int * 0.8 then '%[3]s' else '%[4]s' end as state,
				(@subjects::text[])[1 + i %% cardinality(@subjects::text[])] as subject,
				(@occasions::text[])[1 + i / 7 %% cardinality(@occasions::text[])] as occasion,
				(@audiences::text[])[1 + i / 3 %% cardinality(@audiences::text[])] as audience,
				now() - (@n::int - i) * interval '1 minute' as at
			from generate_series(1, @n::int) i
		) r
	) c`, outreach.Scheduled, outreach.Draft, outreach.Active, outreach.Archived)

// campaignWordsSQL follows what outreach keeps of titles and tags for its search. The words of the tags
// stand in the titles, but for the year.
const campaignWordsSQL = `
	insert into campaign_word (org_id, campaign_id, word)
	select @org, c.id, unnest(string_to_array(replace(c.title_key, '-', ' '), ' ') || array['year', split_part(c.tags[3], '-', 2)]
		|| array['#' || c.tags[1], '#' || c.tags[2], '#' || c.tags[3]])
	from campaign c
	where c.org_id = @org and c.id > @campaigns::bigint and c.id <= @campaigns::bigint + @n::int
	on conflict do nothing`

const wordCampaignsSQL = `
	insert into word_campaigns (org_id, word, block, campaigns)
	select @org, w.word, w.campaign_id / 4096, bit_or(set_bit(empty.block, (w.campaign_id % 4096)::int, 1))
	from campaign_word w
	cross join (select repeat('0', 4096)::bit(4096) as block) empty
	where w.org_id = @org and w.campaign_id > @campaigns::bigint and w.campaign_id <= @campaigns::bigint + @n::int
	group by 2, 3`

const campaignCountsSQL = `
	insert into campaign_count (org_id, campaign_id, slot, delivered, failed, conversations, replied, bot_answers)
	select @org, c.id, slot, 100 + c.id % 400, c.id % 9, 10 + c.id % 50, 10 + c.id % 50, c.id % 40
	from campaign c
	cross join generate_series(0, 3) slot
	where c.org_id = @org and c.id > @campaigns::bigint and c.id <= @campaigns::bigint + @n::int and c.launched_at is not null`
