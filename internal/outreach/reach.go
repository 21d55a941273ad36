package outreach

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/internal/postgres"
)

// reach is who sees what waits in a policy: its inboxes by their names.
type reach struct {
	Seen []string // chosen, and somebody active looks into them
	Lost []string // chosen, and nobody does any more
	// Fallback are the inboxes that see it because Seen is empty (AR10).
	Fallback []string
}

// reachedSQL says whether somebody active looks into inbox b, that of user u or of an office.
const reachedSQL = `(
	u.id is not null and u.deactivated_at is null
	or exists (
		select from user_office s
		join app_user w on w.org_id = @org and w.id = s.user_id and w.deactivated_at is null
		where s.org_id = @org and s.office_id = b.office_id))`

// reachOf reads who sees what waits in a policy, offices first.
func reachOf(ctx context.Context, tx *postgres.Tx, id PolicyID) (r reach, err error) {
	type inbox struct {
		Name     string
		Fallback bool
		Reached  bool
	}
	inboxes, err := postgres.Rows[inbox](ctx, tx, `
		select coalesce(o.name, u.name) as name, p.fallback, `+reachedSQL+` as reached
		from policy_inbox p
		join inbox b on b.org_id = @org and b.id = p.inbox_id
		left join office o on o.org_id = @org and o.id = b.office_id
		left join app_user u on u.org_id = @org and u.id = b.user_id
		where p.org_id = @org and p.policy_id = @policy
		order by b.office_id is null, name`, postgres.Args{"policy": id})
	if err != nil {
		return r, fmt.Errorf("read who sees what waits in response policy %d: %w", id, err)
	}
	for _, b := range inboxes {
		switch {
		case b.Reached && b.Fallback:
			r.Fallback = append(r.Fallback, b.Name)
		case b.Reached:
			r.Seen = append(r.Seen, b.Name)
		case !b.Fallback:
			r.Lost = append(r.Lost, b.Name)
		}
	}
	return r, nil
}

// names are the inboxes in which it is seen.
func (r reach) names() []string { return slices.Concat(r.Seen, r.Fallback) }

// judgeReach says when nobody looks into inboxes that were chosen any more, such as those that a clone
// took over from a campaign of last year.
func (r *Review) judgeReach(s reach) {
	left, lost := strings.Join(s.names(), ", "), "Nobody looks into the inbox of "+strings.Join(s.Lost, ", ")+" any more."
	switch {
	case left == "":
		r.find(Block, "reach", "Nobody would see the replies.", "Choose an inbox under Advanced that somebody looks into.")
	case len(s.Seen) == 0:
		r.find(Warn, "reach", lost, "Replies wait in "+left+" instead. Choose another inbox under Advanced if somebody else should see them.")
	case len(s.Lost) > 0:
		r.find(Warn, "reach", lost, "Replies wait in "+left+".")
	}
}
