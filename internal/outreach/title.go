package outreach

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

func cleanTitle(title string, v account.Invalid) string {
	title = strings.TrimSpace(sms.Clean(title))
	if title == "" {
		v.Add("title", "Give the campaign a title.")
	}
	return title
}

// TitlesOf are the titles of campaigns of the organization, for those who read its audit.
func (d Desk) TitlesOf(ctx context.Context, ids []CampaignID) (titles map[CampaignID]string, err error) {
	type titled struct {
		ID    CampaignID
		Title string
	}
	titles = map[CampaignID]string{}
	if err := d.actor.May(account.Administer); err != nil {
		return nil, err
	}
	err = d.org(ctx, func(tx *postgres.Tx) error {
		found, err := postgres.Rows[titled](ctx, tx, `
			select id, title from campaign where org_id = @org and id = any (@ids::bigint[])`, postgres.Args{"ids": ids})
		for _, c := range found {
			titles[c.ID] = c.Title
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the titles of campaigns: %w", err)
	}
	return titles, nil
}

// requireFreeTitle refuses a title that another campaign of the organization has, whatever its case,
// accents and spacing, and proposes one that is free (CL2). except is the campaign that may have it.
func requireFreeTitle(ctx context.Context, tx *postgres.Tx, title string, except CampaignID) error {
	taken, err := postgres.Value[bool](ctx, tx, `
		select exists (select from campaign where org_id = @org and title_key = @key and id <> @except)`,
		postgres.Args{"key": sms.Fold(title), "except": except})
	if err != nil {
		return fmt.Errorf("look for the title %q: %w", title, err)
	}
	if !taken {
		return nil
	}
	free, err := freeTitle(ctx, tx, title)
	if err != nil {
		return err
	}
	return account.Invalid{"title": fmt.Sprintf("There is already a campaign called “%s”. “%s” is free.", title, free)}
}

var numbered = regexp.MustCompile(` \(\d{1,6}\)$`)

// freeTitle is the title with the lowest number behind it, from 2 on, that no campaign has.
func freeTitle(ctx context.Context, tx *postgres.Tx, title string) (string, error) {
	base := numbered.ReplaceAllString(title, "")
	prefix := sms.Fold(base) + " ("
	taken, err := postgres.Values[string](ctx, tx, `
		select title_key
		from campaign
		where org_id = @org and title_key collate "C" >= @prefix and title_key collate "C" < @end`,
		postgres.Args{"prefix": prefix, "end": prefixEnd(prefix)})
	if err != nil {
		return "", fmt.Errorf("look for titles like %q: %w", title, err)
	}
	for n := 2; ; n++ {
		free := fmt.Sprintf("%s (%d)", base, n)
		if !slices.Contains(taken, sms.Fold(free)) {
			return free, nil
		}
	}
}

// FreeTitle proposes a title for a campaign that is made after another one.
func (d Desk) FreeTitle(ctx context.Context, title string) (free string, err error) {
	err = d.org(ctx, func(tx *postgres.Tx) error {
		free, err = freeTitle(ctx, tx, title)
		return err
	})
	return free, err
}

// titleTaken turns the refusal of a second campaign of the same title into words: two people chose it
// at the same moment.
func titleTaken(title string, err error) error {
	if postgres.Violates(err, "campaign_org_id_title_key_key") {
		return account.Invalid{"title": fmt.Sprintf("There is already a campaign called “%s”. Choose another title, such as “%[1]s (2)”.", title)}
	}
	if err != nil {
		return fmt.Errorf("write campaign %q: %w", title, err)
	}
	return nil
}
