package outreach

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Repair decides what becomes of people for whom a merge field is empty.
type Repair struct {
	Field string
	Skip  bool   // they get no text
	Text  string // else: what they read instead
}

// Repair keeps decisions about empty merge fields with a draft. A text that is empty decides nothing and
// is refused at the field "text_" + its name; the other decisions are kept all the same.
func (d Desk) Repair(ctx context.Context, id CampaignID, repairs []Repair) error {
	if err := d.actor.May(account.ManageCampaigns); err != nil {
		return err
	}
	v := account.Invalid{}
	err := d.org(ctx, func(tx *postgres.Tx) error {
		if err := d.lockDraft(ctx, tx, id); err != nil {
			return err
		}
		c, err := d.campaign(ctx, tx, id)
		if err != nil {
			return err
		}
		if c.MergeDefaults == nil {
			c.MergeDefaults = map[string]string{}
		}
		for _, r := range repairs {
			r.apply(&c, v)
		}
		_, err = tx.Exec(ctx, `
			update campaign
			set merge_defaults = @defaults, merge_skips = @skips, updated_at = app_now()
			where org_id = @org and id = @campaign`, postgres.Args{"campaign": id, "defaults": c.MergeDefaults, "skips": c.MergeSkips})
		if err != nil {
			return fmt.Errorf("save what empty fields of campaign %d read: %w", id, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return v.Err()
}

func (r Repair) apply(c *Campaign, v account.Invalid) {
	field := sms.FieldName(r.Field)
	text := strings.Join(strings.Fields(sms.Clean(r.Text)), " ")
	c.MergeSkips = slices.DeleteFunc(c.MergeSkips, func(f string) bool { return f == field })
	delete(c.MergeDefaults, field)
	switch {
	case r.Skip:
		c.MergeSkips = append(c.MergeSkips, field)
	case text != "":
		c.MergeDefaults[field] = text
	default:
		v.Add("text_"+field, "Type the words to use when there is no "+strings.ReplaceAll(field, "_", " ")+".")
	}
}
