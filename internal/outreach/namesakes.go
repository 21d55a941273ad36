package outreach

import (
	"context"
	"fmt"
	"math"
	"strings"

	"parley/internal/audience"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// namesakes are the contacts whose names begin with what was typed, among the people of a campaign. If they
// are few, each is looked up in the campaign. Else the campaign is read in the order of its list, and who
// bears the name is recognized on the way: among all who do, if these are not too many, or by a look at the
// contact.
type namesakes struct {
	name     string
	few      []audience.ContactID // all of them; nil if they are not few
	mostRead int                  // how many are read to recognize them; if there are more, contacts are looked at
}

// What that costs, in rows of the campaign that could be read in order instead. Measured in a campaign to a
// million that is all in memory, where such a row takes about a microsecond.
const (
	lookCost   = 4   // to look at the name of somebody on the way, or for somebody in the campaign
	bearerCost = 0.5 // to read who bears the name, each, and to have them at hand
)

// sampled is how many of the people in conversation are looked at to learn how rare a name is.
const sampled = 200

// bearsSQL keeps what is of a contact @of with the name: their row is read by its key first, whatever the
// planner thinks of reading all of that name. The phone, which everybody has, is in no index of names: else an
// organization's names would be read to find the one of the id.
func bearsSQL(of string) string {
	return `exists (
				select from (
					select first_key, last_key from contact where org_id = @org and id = ` + of + ` and phone <> ''
					offset 0) c
				where true` + nameSQL + `)`
}

// onTheWay keeps what is of a contact @of with the name, where rows are read in order.
func (n namesakes) onTheWay(of string) string {
	if n.name == "" {
		return ""
	}
	return `
			and case when (select count(*) from bearer) > @most_read then ` + bearsSQL(of) + ` else ` + of + ` in (select id from bearer) end`
}

// with is what a query begins with that keeps onTheWay: those who bear the name, one too many if they are more
// than are read. Who bears it twice, as first and last name, comes twice.
func (n namesakes) with() string {
	if n.name == "" || n.few != nil {
		return ""
	}
	return `
		with bearer as materialized (
			select c.id from contact c where c.org_id = @org and c.first_key ~>=~ @name and c.first_key ~<~ @name_end
			union all
			select c.id from contact c where c.org_id = @org and c.last_key ~>=~ @name and c.last_key ~<~ @name_end
			union all
			select c.id from contact c where @rest <> '' and c.org_id = @org and c.first_key = @first and c.last_key ~>=~ @rest and c.last_key ~<~ @rest_end
			limit @most_read + 1)`
}

// nameSQL keeps the contacts whose first or last name begins with @name, or whose first begins with
// the first word and last with the rest. Ranges on folded columns, so that the index serves and the
// operators are leakproof.
const nameSQL = `
	and (c.first_key ~>=~ @name and c.first_key ~<~ @name_end
		or c.last_key ~>=~ @name and c.last_key ~<~ @name_end
		or @rest <> '' and c.first_key = @first and c.last_key ~>=~ @rest and c.last_key ~<~ @rest_end)`

func nameArgs(name string) postgres.Args {
	key := sms.Fold(name)
	first, rest, _ := strings.Cut(key, " ")
	return postgres.Args{"name": key, "name_end": prefixEnd(key), "first": first, "rest": rest, "rest_end": prefixEnd(rest)}
}

// prefixEnd is a key that sorts, byte by byte, after all that begin with prefix.
func prefixEnd(prefix string) string { return prefix + "\U0010FFFF" }

// readNamesakes looks how many bear the name, and who, if they are few; nobody is looked for where none was
// typed.
func readNamesakes(ctx context.Context, tx *postgres.Tx, campaign CampaignID, name string) (n namesakes, err error) {
	n.name = name
	if name == "" {
		return n, nil
	}
	people, share, err := n.sample(ctx, tx, campaign)
	if err != nil {
		return n, err
	}
	// Of m who bear the name among n people, a page takes about pageSize*n/m rows of the campaign. To look at
	// each takes as long as to read all m first where m is the most; to look all m up, where it is few.
	most := math.Sqrt(pageSize*people*lookCost/bearerCost) + pageSize
	few := math.Sqrt(pageSize*people/(lookCost-bearerCost)) + pageSize
	switch about := share * people; {
	case about > most:
		return n, nil
	case about <= 2*few:
		n.few, err = n.read(ctx, tx, int(few))
	}
	n.mostRead = int(most)
	return n, err
}

// sample is to how many people the campaign goes, and about which share of them bears the name: that of those
// with whom there was a text last.
func (n namesakes) sample(ctx context.Context, tx *postgres.Tx, campaign CampaignID) (people, share float64, err error) {
	type crowd struct {
		People float64
		Share  float64
	}
	args := nameArgs(n.name)
	args["campaign"], args["sample"] = campaign, sampled
	c, err := postgres.Row[crowd](ctx, tx, `
		select (
				select coalesce(sum(greatest(conversations, accepted + sent + delivered + undelivered + failed)), 0)::float8
				from campaign_count
				where org_id = @org and campaign_id = @campaign) as people,
			(select coalesce(avg((`+bearsSQL("v.contact_id")+`)::integer), 0)::float8
				from (
					select contact_id
					from conversation
					where org_id = @org and campaign_id = @campaign
					order by last_at desc, id desc
					limit @sample) v) as share`, args)
	if err != nil {
		return 0, 0, fmt.Errorf("see how rare a name is in campaign %d: %w", campaign, err)
	}
	return c.People, c.Share, nil
}

// read are the contacts who bear the name, none or some; nil if they are more than few.
func (n namesakes) read(ctx context.Context, tx *postgres.Tx, few int) ([]audience.ContactID, error) {
	n.mostRead = few
	ids, err := postgres.Value[[]audience.ContactID](ctx, tx, n.with()+`
		select case when (select count(*) from bearer) <= @most_read then array(select distinct id from bearer order by id) end`, n.args())
	if err != nil {
		return nil, fmt.Errorf("find the contacts of a name: %w", err)
	}
	return ids, nil
}

// conversations are those of the campaign that may be of these people, with these columns, for a query that
// adds to the where. Whatever the planner thinks of them, it can only walk the one way or the other.
func (n namesakes) conversations(columns string) string {
	if n.few != nil {
		return `
		select ` + columns + `
		from unnest(@few::bigint[]) as person (id)
		cross join lateral (
			select *
			from conversation v
			where v.org_id = @org and v.campaign_id = @campaign and v.contact_id = person.id
			limit 1) v
		where true`
	}
	return n.with() + `
		select ` + columns + `
		from conversation v
		where v.org_id = @org and v.campaign_id = @campaign` + n.onTheWay("v.contact_id")
}

// args are the arguments of what is asked about the people.
func (n namesakes) args() postgres.Args {
	args := nameArgs(n.name)
	args["few"], args["most_read"] = n.few, n.mostRead
	return args
}
