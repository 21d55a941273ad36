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

// namesakes are the contacts whose names begin with what was typed, among the people of a campaign. Few
// are read first and looked up in the campaign; where they are many, the campaign is read in the order of
// its list, since every few rows one fits.
type namesakes struct {
	name string
	few  bool
	ids  []audience.ContactID // all of them, if they are few
}

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

// many says that the people of the name are met on the way through the campaign.
func (n namesakes) many() bool { return n.name != "" && !n.few }

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

// readNamesakes looks who bears the name; nobody is looked for where none was typed.
func readNamesakes(ctx context.Context, tx *postgres.Tx, campaign CampaignID, name string) (namesakes, error) {
	n := namesakes{name: name}
	if name == "" {
		return n, nil
	}
	people, err := postgres.Value[float64](ctx, tx, `
		select coalesce(sum(greatest(conversations, accepted + sent + delivered + undelivered + failed)), 0)::float8
		from campaign_count
		where org_id = @org and campaign_id = @campaign`, postgres.Args{"campaign": campaign})
	if err != nil {
		return n, fmt.Errorf("count the people of campaign %d: %w", campaign, err)
	}
	type bearers struct {
		Few bool
		IDs []audience.ContactID
	}
	args := nameArgs(name)
	args["most"] = fewNamesakes(people)
	found, err := postgres.Row[bearers](ctx, tx, `
		with found as materialized (
			select c.id from contact c where c.org_id = @org and c.first_key ~>=~ @name and c.first_key ~<~ @name_end
			union all
			select c.id from contact c where c.org_id = @org and c.last_key ~>=~ @name and c.last_key ~<~ @name_end
			union all
			select c.id from contact c where @rest <> '' and c.org_id = @org and c.first_key = @first and c.last_key ~>=~ @rest and c.last_key ~<~ @rest_end
			limit @most + 1
		)
		select n.few, case when n.few then array(select distinct id from found) else '{}' end as ids
		from (select count(*) <= @most as few from found) n`, args)
	if err != nil {
		return n, fmt.Errorf("find the contacts of a name: %w", err)
	}
	n.few, n.ids = found.Few, found.IDs
	return n, nil
}

// fewNamesakes is how many people of a name are looked up one by one in a campaign of so many people. Of
// m among n people, a page of 50 is found by looking at 50 n / m rows or at m: the same at the root of
// 50 n.
func fewNamesakes(people float64) int { return int(math.Sqrt(50*people)) + pageSize }

// conversations are those of the campaign that may be of these people, for a query that adds to the
// where. Whatever the planner thinks of them, it can only walk the one way or the other.
func (n namesakes) conversations() string {
	switch {
	case n.name == "":
		return `
		from conversation v
		where v.org_id = @org and v.campaign_id = @campaign`
	case n.few:
		return `
		from unnest(@people::bigint[]) as person (id)
		cross join lateral (
			select *
			from conversation v
			where v.org_id = @org and v.campaign_id = @campaign and v.contact_id = person.id
			limit 1) v
		where true`
	}
	return `
		from conversation v
		where v.org_id = @org and v.campaign_id = @campaign and ` + bearsSQL("v.contact_id")
}

// args are the arguments of conversations.
func (n namesakes) args() postgres.Args {
	args := nameArgs(n.name)
	args["people"] = n.ids
	return args
}
