package account

import (
	"context"
	"fmt"
	"strings"

	"parley/internal/postgres"
)

// UserForm is what an administrator sets for a colleague.
type UserForm struct {
	Name           string
	Role           Role
	SeesAllOffices bool
	Offices        []OfficeID
}

// EditedUser is a colleague with what can be changed.
type EditedUser struct {
	UserForm
	ID          UserID
	Email       string
	Deactivated bool
}

// User reads one colleague, for administrators.
func (d Desk) User(ctx context.Context, id UserID) (u EditedUser, err error) {
	if err := d.actor.May(Administer); err != nil {
		return u, err
	}
	err = d.db.Org(ctx, d.actor.Org, func(tx *postgres.Tx) error {
		u, err = editedUser(ctx, tx, id)
		return err
	})
	return u, err
}

func editedUser(ctx context.Context, tx *postgres.Tx, id UserID) (EditedUser, error) {
	u, err := postgres.Row[EditedUser](ctx, tx, `
		select u.id, u.name, u.email, u.role, u.sees_all_offices, u.deactivated_at is not null as deactivated,
			coalesce((select array_agg(s.office_id order by s.office_id) from user_office s
				where s.org_id = @org and s.user_id = u.id), '{}') as offices
		from app_user u
		where u.org_id = @org and u.id = @user`, postgres.Args{"user": id})
	if err != nil {
		return u, fmt.Errorf("read user %d: %w", id, err)
	}
	return u, nil
}

// EditUser changes a colleague's name, role and offices; it counts with their next request. The last
// administrator stays one.
func (d Desk) EditUser(ctx context.Context, id UserID, form UserForm) error {
	form.Name = strings.TrimSpace(form.Name)
	v := Invalid{}
	if form.Name == "" {
		v.Add("name", "Type the person's name.")
	}
	if _, known := rights[form.Role]; !known {
		v.Add("role", "Choose administrator, manager or agent.")
	}
	return d.changeUser(ctx, id, func(tx *postgres.Tx, was EditedUser) (Change, error) {
		if err := v.Err(); err != nil {
			return Change{}, err
		}
		_, err := tx.Exec(ctx, `
			with left_offices as (
				delete from user_office where org_id = @org and user_id = @user and office_id <> all (@offices::bigint[])
			), joined as (
				insert into user_office (org_id, user_id, office_id)
				select @org, @user, office from unnest(@offices::bigint[]) office
				on conflict do nothing
			)
			update app_user set name = @name, role = @role, sees_all_offices = @all
			where org_id = @org and id = @user`,
			postgres.Args{"user": id, "name": form.Name, "role": form.Role, "all": form.SeesAllOffices, "offices": form.Offices})
		if postgres.IsForeignKeyViolation(err) {
			err = errOfficeGone
		}
		return Change{Verb: "edit", Was: was.UserForm, Became: form}, err
	})
}

// Deactivate takes a colleague's access away: they are signed out, and nothing waits for them alone
// any more. What they wrote stays theirs. Deactivating twice is deactivating once; the last
// administrator cannot be, nor can one deactivate oneself.
func (d Desk) Deactivate(ctx context.Context, id UserID) error {
	if id == d.actor.User {
		return Conflict("You cannot deactivate yourself. Ask another administrator.")
	}
	return d.setActive(ctx, id, false)
}

// Reactivate gives a colleague their access back, with the role and offices they had.
func (d Desk) Reactivate(ctx context.Context, id UserID) error { return d.setActive(ctx, id, true) }

func (d Desk) setActive(ctx context.Context, id UserID, active bool) error {
	return d.changeUser(ctx, id, func(tx *postgres.Tx, was EditedUser) (Change, error) {
		if was.Deactivated != active {
			return Change{}, nil
		}
		_, err := tx.Exec(ctx, `
			update app_user set deactivated_at = case when @active then null else app_now() end
			where org_id = @org and id = @user`, postgres.Args{"user": id, "active": active})
		if active {
			return Change{Verb: "reactivate"}, err
		}
		return Change{Verb: "deactivate"}, err
	})
}

// topicInbox tells open pages that what waits where has changed; outreach publishes the same.
const topicInbox = "inbox"

// changeUser runs a change of one colleague alone in the organization, so that the last administrator
// is seen to be the last, and lets what waits follow to where somebody sees it. A change without a
// verb is none.
func (d Desk) changeUser(ctx context.Context, id UserID, fn func(*postgres.Tx, EditedUser) (Change, error)) error {
	if err := d.actor.May(Administer); err != nil {
		return err
	}
	return d.db.Org(ctx, d.actor.Org, func(tx *postgres.Tx) error {
		if err := holdPeople(ctx, tx); err != nil {
			return err
		}
		was, err := editedUser(ctx, tx, id)
		if err != nil {
			return err
		}
		change, err := fn(tx, was)
		if err != nil || change.Verb == "" {
			return err
		}
		if err := requireAdministrator(ctx, tx); err != nil {
			return err
		}
		if err := routePolicies(ctx, tx); err != nil {
			return err
		}
		tx.Publish(topicInbox)
		change.Subject, change.SubjectID = "app_user", int64(id)
		return d.actor.Record(ctx, tx, change)
	})
}

// holdPeople lets one transaction at a time change who is active where, and none choose inboxes
// meanwhile.
func holdPeople(ctx context.Context, tx *postgres.Tx) error {
	if _, err := tx.Exec(ctx, `select from organization where org_id = @org for no key update`, nil); err != nil {
		return fmt.Errorf("hold the organization: %w", err)
	}
	return nil
}

func requireAdministrator(ctx context.Context, tx *postgres.Tx) error {
	left, err := postgres.Value[bool](ctx, tx, `
		select exists (
			select from app_user where org_id = @org and role = 'administrator' and deactivated_at is null)`, nil)
	if err != nil {
		return fmt.Errorf("look for another administrator: %w", err)
	}
	if !left {
		return Conflict("This is the last administrator. Make somebody else one first.")
	}
	return nil
}

// routePolicies lets what needs attention follow to inboxes that somebody looks into (AR10).
func routePolicies(ctx context.Context, tx *postgres.Tx) error {
	if _, err := tx.Exec(ctx, `call route_policies(@org)`, nil); err != nil {
		return fmt.Errorf("route the response policies: %w", err)
	}
	return nil
}
