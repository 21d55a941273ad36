package audience

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"parley/internal/postgres"
	"parley/internal/sms"
)

// ContactQuery says which contacts are asked for.
type ContactQuery struct {
	// Text finds by the beginning of the first or last name, case and accents ignored, each further
	// word by the beginning of a word of the name; or, three digits or more, by the beginning of the number.
	Text string
	List ListID // of this list only; 0: of all
	// OptedOut keeps to people who may not be texted.
	OptedOut bool
	After    string // ContactPage.Next of the page before
}

// ContactRow is a contact in a list of them.
type ContactRow struct {
	Contact
	Consent ConsentStatus
	Lists   []string // by name, the latest first
}

// ContactPage is up to PageSize contacts.
type ContactPage struct {
	Contacts []ContactRow
	Next     string // for ContactQuery.After; empty on the last page
}

// found is a row with its place in the order of the answer: first those found by last name, then by
// first name, each in the order of that name. Both orders are index scans, however many match.
type found struct {
	Contact
	Phase   int
	SortKey string
	Consent ConsentStatus
}

// Contacts searches. The order is by last name; by number where the text is one, and for all who
// opted out; and for a whole list that of the contacts' ids.
func (d Desk) Contacts(ctx context.Context, q ContactQuery) (ContactPage, error) {
	after, err := parseCursor(q.After)
	if err != nil {
		return ContactPage{}, err
	}
	sql, args := q.statement(d.actor.OrgCountry)
	args["list"], args["opted_out"], args["limit"] = q.List, q.OptedOut, PageSize+1
	args["phase"], args["key"], args["after"] = after.phase, after.key, after.id
	var p ContactPage
	err = d.look(ctx, func(tx *postgres.Tx) error {
		rows, err := postgres.RowsInOrder[found](ctx, tx, sql, args)
		if err != nil {
			return fmt.Errorf("search contacts: %w", err)
		}
		p = page(rows)
		return p.readLists(ctx, tx)
	})
	return p, err
}

// readLists reads on which lists the contacts of the page are.
func (p *ContactPage) readLists(ctx context.Context, tx *postgres.Tx) error {
	type membership struct {
		Lists []string
		Place int
	}
	var ids []ContactID
	for _, c := range p.Contacts {
		ids = append(ids, c.ID)
	}
	found, err := postgres.Rows[membership](ctx, tx, `
		select person.place, array(
			select l.name
			from contact_list_member m
			cross join lateral (
				select name from contact_list where org_id = @org and id = m.list_id
				limit 1) l
			where m.org_id = @org and m.contact_id = person.id
			order by m.list_id desc) as lists
		from unnest(@ids::bigint[]) with ordinality as person (id, place)`, postgres.Args{"ids": ids})
	if err != nil {
		return fmt.Errorf("read the lists of contacts: %w", err)
	}
	for _, m := range found {
		p.Contacts[m.Place-1].Lists = m.Lists
	}
	return nil
}

// statement chooses the index by which the contacts are found.
func (q ContactQuery) statement(country string) (string, postgres.Args) {
	digits := phoneDigits(q.Text)
	switch {
	case digits != "":
		return byPhone, postgres.Args{"national": nationalPrefix(country, digits), "international": "+" + digits}
	case sms.Fold(q.Text) != "":
		return byName, nameArgs(q.Text)
	case q.OptedOut:
		return byOptOut, postgres.Args{}
	case q.List != 0:
		return byList, postgres.Args{}
	}
	return byName, nameArgs("")
}

// nationalPrefix is how the E.164 numbers begin whose national writing begins with digits.
func nationalPrefix(country, digits string) string {
	code := phonenumbers.GetCountryCodeForRegion(country)
	return "+" + strconv.Itoa(code) + strings.TrimPrefix(digits, "0") // 0: the trunk prefix of most countries
}

func page(rows []found) ContactPage {
	var p ContactPage
	if len(rows) > PageSize {
		rows = rows[:PageSize]
		last := rows[PageSize-1]
		p.Next = cursor{phase: last.Phase, id: last.ID, key: last.SortKey}.String()
	}
	for _, r := range rows {
		p.Contacts = append(p.Contacts, ContactRow{Contact: r.Contact, Consent: r.Consent})
	}
	return p
}

// The parts that every search shares. chr(1114111) is the last character of Unicode: prefix || it
// ends the range of keys that begin with prefix.
const (
	statusColumn = `(select case when o.held then 'held' else 'opted_out' end from opt_out o
		where o.org_id = @org and o.phone = c.phone)`
	narrowed = `(@list = 0 or exists (select from contact_list_member m
			where m.org_id = @org and m.list_id = @list and m.contact_id = c.id))
		and (not @opted_out or exists (select from opt_out o where o.org_id = @org and o.phone = c.phone))`
	otherWords = `not exists (select from unnest(@words::text[]) w
			where position(' ' || w in ' ' || c.first_key || ' ' || c.last_key) = 0)`
)

var byName = `
	select ` + ContactColumns + `, c.phase, c.sort_key, coalesce(` + statusColumn + `, 'textable') as consent
	from (
		(select c.*, 1 as phase, c.last_key as sort_key
		from contact c
		where c.org_id = @org and @phase <= 1
			and c.last_key ~>=~ @prefix and c.last_key ~<~ (@prefix || chr(1114111))
			and (@phase = 0 or c.last_key ~>=~ @key and (c.last_key ~>~ @key or c.id > @after))
			and ` + narrowed + ` and ` + otherWords + `
		order by c.last_key using ~<~, c.id
		limit @limit)
		union all
		(select c.*, 2, c.first_key
		from contact c
		where c.org_id = @org and @prefix <> ''
			and c.first_key ~>=~ @prefix and c.first_key ~<~ (@prefix || chr(1114111))
			and not (c.last_key ~>=~ @prefix and c.last_key ~<~ (@prefix || chr(1114111)))
			and (@phase <= 1 or c.first_key ~>=~ @key and (c.first_key ~>~ @key or c.id > @after))
			and ` + narrowed + ` and ` + otherWords + `
		order by c.first_key using ~<~, c.id
		limit @limit)
	) c
	order by c.phase, c.sort_key using ~<~, c.id
	limit @limit`

// A number is all digits behind its plus, so a range ends with the longest number there can be. The two
// ranges may overlap: +1 111 is within +11.
var byPhone = `
	select ` + ContactColumns + `, 3 as phase, c.phone as sort_key, coalesce(` + statusColumn + `, 'textable') as consent
	from (
		(select c.*
		from contact c
		where c.org_id = @org and c.phone > @key and c.phone between @national and @national || '999999999999999'
			and ` + narrowed + `
		order by c.phone
		limit @limit)
		union all
		(select c.*
		from contact c
		where c.org_id = @org and c.phone > @key and c.phone between @international and @international || '999999999999999'
			and c.phone not between @national and @national || '999999999999999'
			and ` + narrowed + `
		order by c.phone
		limit @limit)
	) c
	order by c.phone
	limit @limit`

var byList = `
	select ` + ContactColumns + `, 3 as phase, '' as sort_key, coalesce(` + statusColumn + `, 'textable') as consent
	from contact_list_member member
	join contact c on c.org_id = @org and c.id = member.contact_id
	where member.org_id = @org and member.list_id = @list and member.contact_id > @after
	order by member.contact_id
	limit @limit`

var byOptOut = `
	select ` + ContactColumns + `, 3 as phase, c.phone as sort_key, coalesce(` + statusColumn + `, 'textable') as consent
	from opt_out
	join contact c on c.org_id = @org and c.phone = opt_out.phone
	where opt_out.org_id = @org and opt_out.phone > @key and ` + narrowed + `
	order by opt_out.phone
	limit @limit`

// cursor is the place of the last row of a page.
type cursor struct {
	phase int
	id    ContactID
	key   string
}

func (c cursor) String() string {
	return strconv.Itoa(c.phase) + "." + strconv.FormatInt(int64(c.id), 10) + "." + c.key
}

// parseCursor takes what came back in an address: anything that String did not write is not found.
func parseCursor(s string) (cursor, error) {
	if s == "" {
		return cursor{}, nil
	}
	parts := strings.SplitN(s, ".", 3)
	if len(parts) == 3 {
		phase, err := strconv.Atoi(parts[0])
		id, idErr := strconv.ParseInt(parts[1], 10, 64)
		if err == nil && idErr == nil && phase >= 1 && phase <= 3 {
			return cursor{phase: phase, id: ContactID(id), key: sms.Clean(parts[2])}, nil
		}
	}
	return cursor{}, fmt.Errorf("read the page %q: %w", s, postgres.ErrNotFound)
}

// nameArgs splits what was typed into the prefix that an index finds and the words that must fit too.
func nameArgs(text string) postgres.Args {
	words := strings.Fields(sms.Fold(text))
	if len(words) == 0 {
		return postgres.Args{"prefix": "", "words": words}
	}
	return postgres.Args{"prefix": words[0], "words": words[1:]}
}

// phoneDigits are the digits of a text that is the beginning of a phone number, else nothing.
func phoneDigits(text string) string {
	var digits strings.Builder
	for _, c := range text {
		switch {
		case '0' <= c && c <= '9':
			digits.WriteRune(c)
		case !strings.ContainsRune("+-(). \u00A0", c):
			return ""
		}
	}
	if digits.Len() < 3 {
		return ""
	}
	return digits.String()
}
