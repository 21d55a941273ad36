package knowledge

import (
	"context"
	"fmt"
	"strings"

	"parley/internal/account"
	"parley/internal/bot"
	"parley/internal/postgres"
)

const (
	// clarifyFloor is the confidence from which an answer is worth asking about.
	clarifyFloor = 0.2
	// clarifyGap is how much surer the bot may be of the first of two that are close.
	clarifyGap = 0.25
)

// clarify asks which of two answers is meant, where the bot is not sure of one and they are close, or
// sure of both.
func (v *Verdict) clarify() {
	var near []Match
	for _, m := range v.Matches {
		if m.Kind == Answered {
			near = append(near, m)
		}
	}
	if len(near) < 2 || near[1].Confidence < clarifyFloor || near[0].Confidence-near[1].Confidence > clarifyGap {
		return
	}
	if v.Kind == Answered && near[1].Confidence < v.Threshold {
		return
	}
	v.Kind, v.AnswerID, v.Title = Clarify, 0, near[0].Title+" / "+near[1].Title
	v.Offered = []AnswerID{near[0].AnswerID, near[1].AnswerID}
	v.Text = clarifyText(v.Language, near[0].Title, near[1].Title)
	v.nameClosest()
}

func clarifyText(language Language, one, two string) string {
	if language == bot.Spanish {
		return fmt.Sprintf("¿A cuál se refiere?\n1 %s\n2 %s\nResponda 1 o 2.", plain(one), plain(two))
	}
	return fmt.Sprintf("Did you mean:\n1 %s\n2 %s\nReply 1 or 2.", plain(one), plain(two))
}

// plain keeps a title from being read as merge fields.
func plain(title string) string { return strings.NewReplacer("{{", "{", "}}", "}").Replace(title) }

// Clarifies says whether the bot asks back where two answers are close.
func (d Desk) Clarifies(ctx context.Context) (bool, error) {
	var on bool
	err := d.read(ctx, func(tx *postgres.Tx) error {
		s, err := readSetting(ctx, tx, 0)
		on = s.Clarify
		return err
	})
	return on, err
}

// SetClarify chooses whether the bot asks back where two answers are close. It is for administrators.
func (d Desk) SetClarify(ctx context.Context, on bool) error {
	if err := d.actor.May(account.Administer); err != nil {
		return err
	}
	return d.db.Org(ctx, d.actor.Org, func(tx *postgres.Tx) error {
		changed, err := tx.Exec(ctx, `update organization set bot_clarify = @on where org_id = @org and bot_clarify <> @on`,
			postgres.Args{"on": on})
		if err != nil {
			return fmt.Errorf("set whether the bot asks back: %w", err)
		}
		if changed == 0 {
			return nil
		}
		return d.recordOrganization(ctx, tx, "set clarify", !on, on)
	})
}
