package outreach

import (
	"context"
	"fmt"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
)

// NoticeID names a notice within an organization.
type NoticeID int64

// NoticeKind is what a notice is about.
type NoticeKind string

// The kinds of notices.
const (
	NotLaunched    NoticeKind = "not_launched"    // a scheduled campaign did not launch
	ArchivesSoon   NoticeKind = "archives_soon"   // a campaign archives itself while people wait
	Filtered       NoticeKind = "filtered"        // phone companies refuse a campaign's texts as spam
	FilteredPaused NoticeKind = "filtered_paused" // so many that the campaign has paused itself
)

// Notice is something that the program has to tell one person about a campaign of theirs. It stands on
// their pages until they have seen it.
type Notice struct {
	ID         NoticeID
	UserID     account.UserID
	CampaignID CampaignID
	Title      string // of the campaign
	Kind       NoticeKind
	Detail     string
	CreatedAt  time.Time
}

// tell leaves a notice. Nobody is told where nobody has launched: the program itself did.
func (d Desk) tell(ctx context.Context, tx *postgres.Tx, n Notice) error {
	if n.UserID == 0 {
		return nil
	}
	_, err := tx.Exec(ctx, `
		insert into notice (org_id, user_id, campaign_id, kind, detail)
		values (@org, @user, @campaign, @kind, @detail)`,
		postgres.Args{"user": n.UserID, "campaign": n.CampaignID, "kind": n.Kind, "detail": n.Detail})
	if err != nil {
		return fmt.Errorf("leave a notice about campaign %d: %w", n.CampaignID, err)
	}
	return nil
}

// tellManagers leaves a notice with those of the campaign's office who work with campaigns, and with
// whoever launched it.
func (d Desk) tellManagers(ctx context.Context, tx *postgres.Tx, n Notice) error {
	_, err := tx.Exec(ctx, `
		insert into notice (org_id, user_id, campaign_id, kind, detail)
		select @org, u.id, c.id, @kind, @detail
		from campaign c
		join app_user u on u.org_id = @org and u.deactivated_at is null and u.role <> 'agent'
		where c.org_id = @org and c.id = @campaign and (u.id = c.launched_by or exists (
			select
			from user_office o
			where o.org_id = @org and o.user_id = u.id and o.office_id = c.office_id))`,
		postgres.Args{"campaign": n.CampaignID, "kind": n.Kind, "detail": n.Detail})
	if err != nil {
		return fmt.Errorf("tell managers about campaign %d: %w", n.CampaignID, err)
	}
	return nil
}

// Notices are what the actor has not seen yet, oldest first, three at most.
func (d Desk) Notices(ctx context.Context) (notices []Notice, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		notices, err = postgres.Rows[Notice](ctx, tx, `
			select n.id, n.user_id, n.campaign_id, c.title, n.kind, n.detail, n.created_at
			from notice n
			join campaign c on c.org_id = @org and c.id = n.campaign_id
			where n.org_id = @org and n.user_id = @user and n.seen_at is null
			order by n.id
			limit 3`, postgres.Args{"user": d.actor.User})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the notices of user %d: %w", d.actor.User, err)
	}
	return notices, nil
}

// SeeNotice takes a notice off the actor's pages. Seeing it twice changes nothing more; anybody else's
// is ErrNotFound.
func (d Desk) SeeNotice(ctx context.Context, id NoticeID) error {
	return d.org(ctx, func(tx *postgres.Tx) error {
		touched, err := tx.Exec(ctx, `
			update notice
			set seen_at = coalesce(seen_at, app_now())
			where org_id = @org and id = @notice and user_id = @user`, postgres.Args{"notice": id, "user": d.actor.User})
		if err == nil && touched == 0 {
			err = account.ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("see notice %d: %w", id, err)
		}
		return nil
	})
}
