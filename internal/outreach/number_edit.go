package outreach

import (
	"context"
	"fmt"
	"strings"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// SaveNumber changes a number's name, office and unsolicited message settings. Conversations that the
// settings govern follow at once, those that wait and those that will (AR13); settings without an
// inbox are refused (AR11).
func (d Desk) SaveNumber(ctx context.Context, id NumberID, form NumberForm) error {
	if err := d.actor.May(account.Administer); err != nil {
		return err
	}
	form.Name = strings.TrimSpace(sms.Clean(form.Name))
	return d.org(ctx, func(tx *postgres.Tx) error {
		n, err := number(ctx, tx, id)
		if err != nil {
			return err
		}
		was := NumberForm{Name: n.Name, Office: n.OfficeID}
		_, err = tx.Exec(ctx, `
			update phone_number set name = @name, office_id = @office where org_id = @org and id = @number`,
			postgres.Args{"number": id, "name": form.Name, "office": form.Office})
		if postgres.IsForeignKeyViolation(err) {
			return account.Invalid{"office": "Choose one of the organization's offices."}
		}
		if err != nil {
			return fmt.Errorf("save phone number %d: %w", id, err)
		}
		if n.PolicyID != nil {
			if was.Unsolicited, err = saveUnsolicited(ctx, tx, n, form.Unsolicited); err != nil {
				return err
			}
		}
		tx.Publish(InboxTopic)
		return d.actor.Record(ctx, tx, account.Change{Verb: "edit", Subject: "phone_number", SubjectID: int64(id), Was: was, Became: form})
	})
}

// saveUnsolicited changes the settings of a reusable number and returns what they were. A new mode is
// that of all conversations which the settings govern.
func saveUnsolicited(ctx context.Context, tx *postgres.Tx, n Number, form PolicyForm) (was PolicyForm, err error) {
	v := account.Invalid{}
	if form.check(v); len(v) > 0 {
		return was, v
	}
	p, err := policy(ctx, tx, *n.PolicyID)
	if err != nil {
		return was, err
	}
	if err := updatePolicy(ctx, tx, p.ID, form); err != nil {
		return was, err
	}
	if p.Mode == form.Mode {
		return p.form(), nil
	}
	_, err = tx.Exec(ctx, `
		update conversation
		set mode = @mode
		where org_id = @org and number_id = @number and mode <> @mode
			and (campaign_id is null or waiting_policy_id = @policy)`,
		postgres.Args{"number": n.ID, "policy": p.ID, "mode": form.Mode})
	if err != nil {
		return was, fmt.Errorf("switch the conversations of number %d: %w", n.ID, err)
	}
	return p.form(), nil
}
