package audience

import (
	"context"
	"fmt"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
)

// List is a named set of contacts.
type List struct {
	ID            ListID
	Name          string
	Contacts      int
	CreatedByName string // empty: the program
	CreatedAt     time.Time
	ChangedAt     time.Time // contacts came or went
	Campaigns     int       // that use it; a list with any cannot be deleted
}

const listColumns = `l.id, l.name, l.contacts, coalesce(u.name, '') as created_by_name, l.created_at, l.changed_at,
	(select count(*) from campaign c where c.org_id = @org and c.list_id = l.id) as campaigns`

// ListQuery says which lists are asked for.
type ListQuery struct {
	Text  string // anywhere in the name, case ignored
	After ListID // ListPage.Next of the page before; 0: from the newest
}

// ListPage is up to PageSize lists, the newest first.
type ListPage struct {
	Lists []List
	Next  ListID // 0 on the last page
}

// Lists returns a page of the organization's lists.
func (d Desk) Lists(ctx context.Context, q ListQuery) (ListPage, error) {
	var p ListPage
	err := d.look(ctx, func(tx *postgres.Tx) (err error) {
		p.Lists, err = postgres.Rows[List](ctx, tx, `
			select `+listColumns+`
			from contact_list l
			left join app_user u on u.org_id = @org and u.id = l.created_by
			where l.org_id = @org and (@after = 0 or l.id < @after)
				and position(lower(@text) in lower(l.name)) > 0
			order by l.id desc
			limit @limit`, postgres.Args{"after": q.After, "text": oneLine(q.Text), "limit": PageSize + 1})
		return err
	})
	if err != nil {
		return ListPage{}, fmt.Errorf("list the contact lists: %w", err)
	}
	if len(p.Lists) > PageSize {
		p.Lists = p.Lists[:PageSize]
		p.Next = p.Lists[PageSize-1].ID
	}
	return p, nil
}

// List returns one list; Contacts with its id gives the people on it.
func (d Desk) List(ctx context.Context, id ListID) (List, error) {
	var l List
	err := d.look(ctx, func(tx *postgres.Tx) (err error) {
		l, err = listByID(ctx, tx, id)
		return err
	})
	return l, err
}

func listByID(ctx context.Context, tx *postgres.Tx, id ListID) (List, error) {
	l, err := postgres.Row[List](ctx, tx, `
		select `+listColumns+`
		from contact_list l
		left join app_user u on u.org_id = @org and u.id = l.created_by
		where l.org_id = @org and l.id = @list`, postgres.Args{"list": id})
	if err != nil {
		return List{}, fmt.Errorf("load list %d: %w", id, err)
	}
	return l, nil
}

// Sample returns a few contacts of a list, for a preview of a text: those with most filled in among
// its first hundred.
func (d Desk) Sample(ctx context.Context, id ListID, n int) ([]Contact, error) {
	var contacts []Contact
	err := d.look(ctx, func(tx *postgres.Tx) (err error) {
		if _, err := listByID(ctx, tx, id); err != nil {
			return err
		}
		contacts, err = postgres.Rows[Contact](ctx, tx, `
			select `+ContactColumns+`
			from (
				select c.*
				from contact_list_member m
				join contact c on c.org_id = @org and c.id = m.contact_id
				where m.org_id = @org and m.list_id = @list
				order by m.contact_id
				limit 100
			) c
			order by (select count(*) from jsonb_each_text(c.fields)) + (c.first_name <> '')::int + (c.last_name <> '')::int desc, c.id
			limit @n`, postgres.Args{"list": id, "n": min(max(n, 0), 100)})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("sample list %d: %w", id, err)
	}
	return contacts, nil
}

// MakeList makes an empty list.
func (d Desk) MakeList(ctx context.Context, name string) (ListID, error) {
	var id ListID
	err := d.change(ctx, func(tx *postgres.Tx) (err error) {
		if id, err = makeList(ctx, tx, d.actor.User, name); err != nil {
			return err
		}
		return d.actor.Record(ctx, tx, account.Change{Verb: "make", Subject: "contact_list", SubjectID: int64(id), Became: name})
	})
	return id, err
}

func makeList(ctx context.Context, tx *postgres.Tx, user account.UserID, name string) (ListID, error) {
	name, err := checkListName(ctx, tx, name, 0)
	if err != nil {
		return 0, err
	}
	id, err := postgres.Value[ListID](ctx, tx, `
		insert into contact_list (org_id, name, created_by) values (@org, @name, nullif(@user, 0))
		returning id`, postgres.Args{"name": name, "user": user})
	if err != nil {
		return 0, listNameTaken(err, name)
	}
	return id, nil
}

// checkListName returns the name as it is kept, or what is wrong with it as the field "list_name".
func checkListName(ctx context.Context, tx *postgres.Tx, name string, except ListID) (string, error) {
	name = oneLine(name)
	if name == "" {
		return "", account.Invalid{"list_name": "Give the list a name."}
	}
	if problem := tooLong("name", name, 200); problem != nil {
		return "", account.Invalid{"list_name": problem.Reason}
	}
	taken, err := postgres.Value[bool](ctx, tx, `
		select exists (select from contact_list where org_id = @org and name = @name and id <> @except)`,
		postgres.Args{"name": name, "except": except})
	if err != nil {
		return "", fmt.Errorf("look for a list of the name %q: %w", name, err)
	}
	if taken {
		return "", takenName(name)
	}
	return name, nil
}

func takenName(name string) error {
	return account.Invalid{"list_name": fmt.Sprintf("There is a list %q already. Choose another name.", name)}
}

func listNameTaken(err error, name string) error {
	if postgres.Violates(err, "contact_list_org_id_name_key") {
		return takenName(name)
	}
	return fmt.Errorf("name a list %q: %w", name, err)
}
