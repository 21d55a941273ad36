package audience

import (
	"context"
	"fmt"

	"parley/internal/account"
	"parley/internal/postgres"
)

// RenameList gives a list another name.
func (d Desk) RenameList(ctx context.Context, id ListID, name string) error {
	return d.change(ctx, func(tx *postgres.Tx) error {
		was, err := lockList(ctx, tx, id)
		if err != nil {
			return err
		}
		if name, err = checkListName(ctx, tx, name, id); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			update contact_list set name = @name where org_id = @org and id = @list`,
			postgres.Args{"list": id, "name": name})
		if err != nil {
			return listNameTaken(err, name)
		}
		return d.actor.Record(ctx, tx, account.Change{Verb: "rename", Subject: "contact_list", SubjectID: int64(id), Was: was, Became: name})
	})
}

// lockList returns the list's name and keeps others from changing the list until the transaction ends.
func lockList(ctx context.Context, tx *postgres.Tx, id ListID) (name string, err error) {
	name, err = postgres.Value[string](ctx, tx, `
		select name from contact_list where org_id = @org and id = @list for update`, postgres.Args{"list": id})
	if err != nil {
		return "", fmt.Errorf("load list %d: %w", id, err)
	}
	return name, nil
}

// CloneList makes a second list with the same people.
func (d Desk) CloneList(ctx context.Context, id ListID, name string) (ListID, error) {
	var clone ListID
	err := d.change(ctx, func(tx *postgres.Tx) error {
		source, err := lockList(ctx, tx, id)
		if err != nil {
			return err
		}
		if clone, err = makeList(ctx, tx, d.actor.User, name); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			with copied as (
				insert into contact_list_member (org_id, list_id, contact_id)
				select @org, @clone, m.contact_id
				from contact_list_member m
				where m.org_id = @org and m.list_id = @list
				returning 1
			)
			update contact_list set contacts = (select count(*) from copied)
			where org_id = @org and id = @clone`, postgres.Args{"list": id, "clone": clone})
		if err != nil {
			return fmt.Errorf("clone list %d: %w", id, err)
		}
		return d.actor.Record(ctx, tx, account.Change{Verb: "clone", Subject: "contact_list", SubjectID: int64(clone), Was: source, Became: name})
	})
	return clone, err
}

// DeleteList deletes a list; its people stay contacts. A list that a campaign used, or that an
// import is filling, is refused.
func (d Desk) DeleteList(ctx context.Context, id ListID) error {
	return d.change(ctx, func(tx *postgres.Tx) error {
		name, err := lockList(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := refuseUsed(ctx, tx, id); err != nil {
			return err
		}
		args := postgres.Args{"list": id}
		for _, statement := range []string{
			`update contact_import set list_id = null where org_id = @org and list_id = @list`,
			`delete from contact_list_member where org_id = @org and list_id = @list`,
			`delete from contact_list where org_id = @org and id = @list`,
		} {
			if _, err := tx.Exec(ctx, statement, args); err != nil {
				return fmt.Errorf("delete list %d: %w", id, err)
			}
		}
		return d.actor.Record(ctx, tx, account.Change{Verb: "delete", Subject: "contact_list", SubjectID: int64(id), Was: name})
	})
}

func refuseUsed(ctx context.Context, tx *postgres.Tx, id ListID) error {
	titles, err := postgres.Values[string](ctx, tx, `
		select title from campaign where org_id = @org and list_id = @list order by id limit 1`, postgres.Args{"list": id})
	if err != nil {
		return fmt.Errorf("look for campaigns of list %d: %w", id, err)
	}
	if len(titles) > 0 {
		return account.Conflict(fmt.Sprintf("The campaign %q uses this list, so it stays.", titles[0]))
	}
	filling, err := postgres.Value[bool](ctx, tx, `
		select exists (select from contact_import where org_id = @org and list_id = @list and state = 'importing')`,
		postgres.Args{"list": id})
	if err != nil {
		return fmt.Errorf("look for imports of list %d: %w", id, err)
	}
	if filling {
		return account.Conflict("An import is filling this list. Cancel it first.")
	}
	return nil
}

// AddToList puts a contact on a list; one who is there stays.
func (d Desk) AddToList(ctx context.Context, id ListID, contact ContactID) error {
	return d.member(ctx, id, contact, "add to", `
		with moved as (
			insert into contact_list_member (org_id, list_id, contact_id) values (@org, @list, @contact)
			on conflict do nothing
			returning 1
		)
		update contact_list set contacts = contacts + 1, changed_at = app_now()
		where org_id = @org and id = @list and exists (select from moved)`)
}

// RemoveFromList takes a contact off a list; one who is not there stays away.
func (d Desk) RemoveFromList(ctx context.Context, id ListID, contact ContactID) error {
	return d.member(ctx, id, contact, "remove from", `
		with moved as (
			delete from contact_list_member where org_id = @org and list_id = @list and contact_id = @contact
			returning 1
		)
		update contact_list set contacts = contacts - 1, changed_at = app_now()
		where org_id = @org and id = @list and exists (select from moved)`)
}

// member runs the statement that moves one contact; verb is for the audit, which has no row where
// nothing moved.
func (d Desk) member(ctx context.Context, id ListID, contact ContactID, verb, statement string) error {
	return d.change(ctx, func(tx *postgres.Tx) error {
		if _, err := lockList(ctx, tx, id); err != nil {
			return err
		}
		if _, err := contactByID(ctx, tx, contact); err != nil {
			return err
		}
		moved, err := tx.Exec(ctx, statement, postgres.Args{"list": id, "contact": contact})
		if err != nil {
			return fmt.Errorf("%s list %d: %w", verb, id, err)
		}
		if moved == 0 {
			return nil
		}
		return d.actor.Record(ctx, tx, account.Change{Verb: verb, Subject: "contact_list", SubjectID: int64(id), Became: contact})
	})
}
