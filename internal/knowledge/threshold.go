package knowledge

import (
	"context"
	"fmt"

	"parley/internal/account"
	"parley/internal/bot"
	"parley/internal/postgres"
)

// Preset is a threshold to choose, and what to expect of it.
type Preset struct {
	Name      string // "cautious", "balanced", "eager", or "own" for a value that is none of these
	Threshold float64
	Chosen    bool
	// Estimate is judged on the variants of the organization's own answers. Its Texts is 0 while there
	// are too few of them to judge by.
	Estimate bot.Estimate
}

// Thresholds lists the presets, and the organization's own value if it is none of them, for texts to
// an office (0: none in particular). It trains a model if this process has none.
func (d Desk) Thresholds(ctx context.Context, office account.OfficeID) ([]Preset, error) {
	var s setting
	var model *bot.Model
	err := d.read(ctx, func(tx *postgres.Tx) (err error) {
		if s, err = readSetting(ctx, tx, office); err != nil {
			return err
		}
		model, err = d.library.model(ctx, tx, s)
		return err
	})
	if err != nil {
		return nil, err
	}
	presets := []Preset{
		{Name: "cautious", Threshold: float64(bot.Cautious)},
		{Name: "balanced", Threshold: float64(bot.Balanced)},
		{Name: "eager", Threshold: float64(bot.Eager)},
	}
	own := true
	for i := range presets {
		presets[i].Chosen = presets[i].Threshold == s.Threshold
		own = own && !presets[i].Chosen
	}
	if own {
		presets = append(presets, Preset{Name: "own", Threshold: s.Threshold, Chosen: true})
	}
	for i := range presets {
		presets[i].Estimate = model.Estimate(bot.Threshold(presets[i].Threshold))
	}
	return presets, nil
}

// SetThreshold chooses how sure the bot must be before it answers, from 0 to 1 and rounded to whole
// percents, for all texts of the organization from the next one on. It is for administrators.
func (d Desk) SetThreshold(ctx context.Context, threshold float64) error {
	if err := d.actor.May(account.Administer); err != nil {
		return err
	}
	if !(threshold >= 0 && threshold <= 1) {
		return account.Invalid{"threshold": "Choose a value from 0 to 100 percent."}
	}
	threshold = float64(int(threshold*100+0.5)) / 100
	return d.db.Org(ctx, d.actor.Org, func(tx *postgres.Tx) error {
		was, err := postgres.Value[float64](ctx, tx, `
			select bot_threshold::numeric::float8 from organization where org_id = @org for update`, nil)
		if err != nil {
			return fmt.Errorf("read the bot's threshold: %w", err)
		}
		if was == threshold {
			return nil
		}
		_, err = tx.Exec(ctx, `update organization set bot_threshold = @threshold where org_id = @org`,
			postgres.Args{"threshold": threshold})
		if err != nil {
			return fmt.Errorf("set the bot's threshold: %w", err)
		}
		return d.recordOrganization(ctx, tx, "set threshold", was, threshold)
	})
}

// recordOrganization writes the audit row of a change to how the organization's bot behaves.
func (d Desk) recordOrganization(ctx context.Context, tx *postgres.Tx, verb string, was, became any) error {
	return d.actor.Record(ctx, tx, account.Change{
		Verb: verb, Subject: "organization", SubjectID: int64(d.actor.Org), Was: was, Became: became,
	})
}
