package main

import (
	"fmt"

	"github.com/jackc/pgx/v5"

	"parley/internal/audience"
	"parley/internal/outreach"
)

// mass is a tenant with one campaign to very many people.
type mass struct {
	*tenant
	People   int
	List     audience.ListID
	Campaign outreach.CampaignID
	contacts int64 // the id before the first contact's; they are in one piece
}

// massOf is the campaign of a size, seeded when it is first asked for: everybody was texted and texted
// back. A tenth was answered by the bot, 1 % by an agent, 1 % waits for one; the others were thankful.
func (s *stage) massOf(n int) (*mass, error) {
	if m := s.campaigns[n]; m != nil {
		return m, nil
	}
	m, args, err := s.gather(n, outreach.Active)
	if err != nil {
		return nil, err
	}
	if args["conversations"], err = s.reserve("conversation", n); err != nil {
		return nil, err
	}
	if args["replies"], err = s.reserve("message", 2*n); err != nil {
		return nil, err
	}
	statements := append([]string{textsSQL("case i % 50 when 0 then 'undelivered' when 1 then 'sent' when 2 then 'failed' else 'delivered' end")},
		conversationsSQL, repliesSQL, answersSQL, decisionsSQL, participantsSQL, massCountsSQL, failuresSQL, responsesSQL)
	if err := s.rows("a campaign with "+sized(n)+" conversations", args, statements...); err != nil {
		return nil, err
	}
	s.campaigns[n] = m
	return m, s.pack()
}

// gather makes a tenant with n contacts, all on one list, and a campaign to them without texts.
func (s *stage) gather(n int, state outreach.State) (*mass, pgx.NamedArgs, error) {
	t, err := s.found(fmt.Sprintf("University of %s people, %s", sized(n), state))
	if err != nil {
		return nil, nil, err
	}
	m := &mass{tenant: t, People: n}
	if m.contacts, err = s.reserve("contact", n); err != nil {
		return nil, nil, err
	}
	list, err := s.reserve("contact_list", 1)
	if err != nil {
		return nil, nil, err
	}
	texts, err := s.reserve("message", n)
	if err != nil {
		return nil, nil, err
	}
	m.List = audience.ListID(list + 1)
	args := pgx.NamedArgs{"org": t.ID, "n": n, "contacts": m.contacts, "list": m.List, "texts": texts, "message": message,
		"number": t.Number, "office": t.Offices[0], "user": t.Manager.User, "first": firstNames, "roots": lastRoots, "endings": lastEndings}
	if err := s.rows(sized(n)+" contacts", args, contactsSQL, listSQL, membersSQL); err != nil {
		return nil, nil, err
	}
	if m.Campaign, err = s.draft(t, "Priority deadline", m.List); err != nil {
		return nil, nil, err
	}
	args["campaign"], args["state"] = m.Campaign, state
	return m, args, s.rows("its campaign", args, `
		update campaign set state = @state, launched_at = now() - interval '2 days', materialised_at = now() - interval '2 days',
			sent_at = case @state when 'active' then now() - interval '1 day' end
		where org_id = @org and id = @campaign`)
}

// contactsSQL gives people names of a shape that is found in no order of ids: hashint4 mixes.
const contactsSQL = `
	insert into contact (org_id, id, phone, first_name, last_name, first_key, last_key, language)
	select @org, @contacts::bigint + i, '+1' || (array[208, 503, 541, 312, 617, 213, 206, 646, 415, 713])[1 + i % 10] || 2000000 + i / 10,
		first, last, lower(first), lower(last), case when i % 10 = 3 then 'es' else 'en' end
	from generate_series(1, @n::int) i
	cross join lateral (select
		(@first::text[])[1 + abs(hashint4(i) % cardinality(@first::text[]))] as first,
		(@roots::text[])[1 + abs(hashint4(i + 7) % cardinality(@roots::text[]))]
			|| (@endings::text[])[1 + abs(hashint4(i + 13) % cardinality(@endings::text[]))] as last) name`

const listSQL = `insert into contact_list (org_id, id, name, contacts) values (@org, @list, 'Everybody', @n)`

const membersSQL = `
	insert into contact_list_member (org_id, list_id, contact_id)
	select @org, @list, @contacts::bigint + i from generate_series(1, @n::int) i`

// textsSQL is everybody's text of the campaign, in a state that is an expression of i.
func textsSQL(state string) string {
	return `
	insert into message (org_id, id, contact_id, number_id, campaign_id, author, body, segments, state, reason, error_code, due_at, sid, created_at, settled_at)
	select @org, @texts::bigint + i, c.id, @number, @campaign, 'campaign', replace(@message, '{{first_name|there}}', c.first_name), 1, s.state,
		case s.state when 'undelivered' then 'phone_off' when 'failed' then 'landline' else '' end,
		case s.state when 'undelivered' then 30003 when 'failed' then 30006 end,
		case s.state when 'queued' then now() end, case s.state when 'queued' then null else 'SM' || md5(c.org_id || '-' || i) end,
		now() - interval '2 days', case s.state when 'queued' then null else now() - interval '47 hours' end
	from generate_series(1, @n::int) i
	join contact c on c.org_id = @org and c.id = @contacts::bigint + i
	cross join lateral (select ` + state + ` as state) s`
}

// conversationsSQL spreads the last texts over two days, in no order of ids.
const conversationsSQL = `
	insert into conversation (org_id, id, contact_id, number_id, campaign_id, office_id, mode, waiting_since, waiting_reason, waiting_policy_id,
		handed_over, last_at, last_author, preview, replied, created_at)
	select @org, @conversations::bigint + i, @contacts::bigint + i, @number, @campaign, @office, case when i % 100 = 13 then 'agent' else 'bot' end,
		case when i % 100 = 7 then t.at end, case when i % 100 = 7 then 'idk' end, case when i % 100 = 7 then k.policy_id end,
		i % 100 in (7, 13), t.at, case when i % 10 = 1 then 'bot' when i % 100 = 13 then 'agent' else 'contact' end,
		case when i % 10 = 1 then 'You can file at any time until then.' else 'ok thank you' end, true, t.at
	from generate_series(1, @n::int) i
	join campaign k on k.org_id = @org and k.id = @campaign
	cross join lateral (select now() - interval '1 minute' - abs(hashint4(i) % 172000) * interval '1 second' as at) t`

// repliesSQL is what people texted back.
const repliesSQL = `
	insert into message (org_id, id, contact_id, number_id, campaign_id, conversation_id, author, body, state, sid, created_at)
	select @org, @replies::bigint + i, v.contact_id, v.number_id, v.campaign_id, v.id, 'contact',
		case when i % 10 = 1 then 'can i still file after the deadline' when i % 100 = 7 then 'my case is different, whom can i ask'
			when i % 100 = 13 then 'is it open on saturday' else 'ok thank you' end,
		'received', 'SM' || md5(v.org_id || '+' || i), v.last_at - interval '3 minutes'
	from generate_series(1, @n::int) i
	join conversation v on v.org_id = @org and v.id = @conversations::bigint + i`

// answersSQL is what the bot and the agent answered.
const answersSQL = `
	insert into message (org_id, id, contact_id, number_id, campaign_id, conversation_id, author, user_id, body, segments, state, priority, in_reply_to, sid, created_at, waiting_since)
	select @org, @replies::bigint + @n::int + i, v.contact_id, v.number_id, v.campaign_id, v.id, v.last_author,
		case v.last_author when 'agent' then @user::bigint end, v.preview, 1, 'delivered', 0, @replies::bigint + i, 'SM' || md5(v.org_id || '*' || i), v.last_at,
		case v.last_author when 'agent' then v.last_at - interval '3 minutes' end
	from generate_series(1, @n::int) i
	join conversation v on v.org_id = @org and v.id = @conversations::bigint + i
	where v.last_author in ('bot', 'agent')`

const decisionsSQL = `
	insert into bot_decision (org_id, message_id, kind, answer_id, confidence, threshold, text, campaign_id, office_id)
	select @org, m.id, d.kind, case d.kind when 'answer' then a.id end, 0.9, 0.7, m.body, @campaign, @office
	from generate_series(1, @n::int) i
	join message m on m.org_id = @org and m.id = @replies::bigint + i
	cross join (select min(id) as id from answer where org_id = @org) a
	cross join lateral (select case when i % 10 = 1 then 'answer' when i % 100 in (7, 13) then 'unknown' else 'small_talk' end as kind) d`

const participantsSQL = `
	insert into participant (org_id, user_id, conversation_id, last_at)
	select @org, @user, v.id, v.last_at
	from conversation v
	where v.org_id = @org and v.last_author = 'agent'`

const massCountsSQL = `
	insert into campaign_count (org_id, campaign_id, slot, delivered, sent, undelivered, failed, conversations, replied, waiting, bot_answers, idks, handed_over)
	select @org, @campaign, 0, m.delivered, m.sent, m.undelivered, m.failed, v.n, v.n, v.waiting, v.answered, 2 * v.waiting, v.handed_over
	from (
		select count(*) filter (where state = 'delivered') as delivered, count(*) filter (where state = 'sent') as sent,
			count(*) filter (where state = 'undelivered') as undelivered, count(*) filter (where state = 'failed') as failed
		from message where org_id = @org and campaign_id = @campaign and author = 'campaign'
	) m, (
		select count(*) as n, count(*) filter (where waiting_since is not null) as waiting, count(*) filter (where last_author = 'bot') as answered,
			count(*) filter (where handed_over) as handed_over
		from conversation where org_id = @org and campaign_id = @campaign
	) v`

const failuresSQL = `
	insert into campaign_failure (org_id, campaign_id, reason, slot, texts)
	select org_id, campaign_id, reason, 0, count(*)
	from message
	where org_id = @org and campaign_id = @campaign and author = 'campaign' and state in ('undelivered', 'failed')
	group by 1, 2, 3`

const responsesSQL = `
	insert into campaign_response (org_id, campaign_id, hour, slot, people)
	select v.org_id, v.campaign_id, date_trunc('hour', v.created_at at time zone o.time_zone), 0, count(*)
	from conversation v
	join organization o on o.org_id = v.org_id
	where v.org_id = @org and v.campaign_id = @campaign
	group by 1, 2, 3`
