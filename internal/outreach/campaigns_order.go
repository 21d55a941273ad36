package outreach

import "strings"

// order is one way to sort campaigns: its key, which way it runs, and what stands before the first row.
type order struct {
	key, direction, than string
	cursor, beginning    string
}

var orders = map[Sort]order{
	ByUpdate: {key: "c.updated_at", direction: "desc", than: "<", cursor: "@at::timestamptz", beginning: "'infinity'::timestamptz"},
	ByLaunch: {key: "c.launch_at", direction: "desc", than: "<", cursor: "@at::timestamptz", beginning: "'infinity'::timestamptz"},
	ByTitle:  {key: `c.title_key collate "C"`, direction: "asc", than: ">", cursor: "@title::text", beginning: "''::text"},
}

// first is the order for the first page: everything lies behind its cursor.
func (o order) first() order {
	o.cursor = o.beginning
	return o
}

// words fills the parts of the order into a statement.
func (o order) words(sql string) string {
	at, title := "c.updated_at", `''`
	if strings.HasPrefix(o.key, "c.title_key") {
		title = "c.title_key"
	} else {
		at = o.key
	}
	return strings.NewReplacer("{key}", o.key, "{direction}", o.direction, "{than}", o.than, "{cursor}", o.cursor,
		"{at}", at, "{title}", title).Replace(sql)
}

// walked reads the first campaigns in the order of the list, and whether a condition holds for each: at most
// @limit of each office and shelf, up to the first place behind which one of these has more. Arrays, since
// they are read in a fraction of the time of rows.
func (o order) walked(condition string) string {
	return o.words(`
		with read as (
			select c.id, c.title, c.at, c.key, c.nth = @limit as last
			from office o
			cross join unnest(@shelves::text[]) as asked (shelf)
			cross join lateral (
				select c.id, {title} as title, {at} as at, {key} as key, row_number() over (order by {key} {direction}, c.id {direction}) as nth
				from campaign c
				where c.org_id = @org and c.office_id = o.id and c.shelf = asked.shelf
					and ({key}, c.id) {than} ({cursor}, @id)
				order by {key} {direction}, c.id {direction}
				limit @limit
			) c
			where o.org_id = @org and (@offices::bigint[] is null or o.id = any (@offices))
		), known as (
			select key, id from read where last order by key {direction}, id {direction} limit 1
		)
		select coalesce(array_agg(id), '{}') as ids, coalesce(array_agg(title), '{}') as titles, coalesce(array_agg(at), '{}') as ats,
			coalesce(array_agg(holds), '{}') as holds, exists (select from known) as more
		from (
			select c.id, c.title, c.at, ` + condition + ` as holds
			from read c
			where not exists (select from known k where (c.key, c.id) {than} (k.key, k.id))
			order by c.key {direction}, c.id {direction}
		) c`)
}

// named reads the page from the campaigns that a query names once each, those for which a condition holds.
// Each is read by its key, whatever the planner thinks of reading all of an office.
func (o order) named(ids, condition string) string {
	return o.words(`
		select c.id, {title} as title, {at} as at
		from (` + ids + `) named
		cross join lateral (
			select id, title_key, updated_at, launch_at, shelf, office_id
			from campaign
			where org_id = @org and id = named.campaign_id
			limit 1
		) c
		where c.shelf = any (@shelves::text[]) and (@offices::bigint[] is null or c.office_id = any (@offices))
			and ({key}, c.id) {than} ({cursor}, @id)
			and ` + condition + `
		order by {key} {direction}, c.id {direction}
		limit @limit`)
}

// waitingCampaignsSQL are the campaigns where somebody waits, found by hopping from one to the next in
// the index of those who wait, however many wait in each.
const waitingCampaignsSQL = `
	with recursive waiting (campaign_id) as (
		(
			select v.campaign_id
			from conversation v
			where v.org_id = @org and v.waiting_since is not null and v.campaign_id is not null
			order by v.campaign_id
			limit 1
		)
		union all
		select (
			select v.campaign_id
			from conversation v
			where v.org_id = @org and v.waiting_since is not null and v.campaign_id > w.campaign_id
			order by v.campaign_id
			limit 1
		)
		from waiting w
		where w.campaign_id is not null
	)`
