package outreach

import (
	"context"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// recipient is a contact of a campaign's list, with whether they may be texted and can be reached.
type recipient struct {
	audience.Contact
	OptedOut bool
	Landline bool // an earlier text to this phone was refused because it is a landline
}

// recipientsSQL reads a list in the order of its contacts, from after @after on.
const recipientsSQL = `
	select ` + audience.ContactColumns + `,
		exists (select from opt_out x where x.org_id = @org and x.phone = c.phone) as opted_out,
		exists (select from message x where x.org_id = @org and x.contact_id = c.id and x.reason = 'landline'
			and x.created_at > coalesce(c.phone_corrected_at, '-infinity')) as landline
	from contact_list_member m
	join contact c on c.org_id = @org and c.id = m.contact_id
	where m.org_id = @org and m.list_id = @list and m.contact_id > @after
	order by m.contact_id
	limit @limit`

func recipients(list audience.ListID, after audience.ContactID, limit int) postgres.Statement {
	return postgres.Statement{SQL: recipientsSQL, Args: postgres.Args{"list": list, "after": after, "limit": limit}}
}

// MergeFields are the names a message to this list may use, the fixed ones first.
func (d Desk) MergeFields(ctx context.Context, list audience.ListID) (fields []string, err error) {
	fixed := []string{"first_name", "last_name", "email", "language", "zip", "phone"}
	if list == 0 {
		return fixed, nil
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		own, err := postgres.Values[string](ctx, tx, `
			select distinct key
			from (
				select c.fields
				from contact_list_member m
				join contact c on c.org_id = @org and c.id = m.contact_id
				where m.org_id = @org and m.list_id = @list
				order by m.contact_id
				limit 200
			) sample, jsonb_object_keys(sample.fields) key
			order by key`, postgres.Args{"list": list})
		fields = append(fixed, own...)
		return err
	})
	return fields, err
}

// Preview is a campaign's message as the first person of a list will read it; nil where there is nobody. A
// message that cannot be read is Invalid.
func (d Desk) Preview(ctx context.Context, list audience.ListID, c Campaign) (sample *Sample, err error) {
	fill, err := newFill(c)
	if err != nil {
		return nil, account.Invalid{"message": err.Error()}
	}
	if list == 0 {
		return nil, nil
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		return postgres.Each(ctx, tx, recipients(list, 0, 1), func(r recipient) error {
			text, _, _ := fill.text(r)
			sample = &Sample{Name: r.Name(), Phone: r.Phone, Text: text, Length: sms.Count(text)}
			return nil
		})
	})
	return sample, err
}
