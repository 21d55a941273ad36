package audience

import (
	"context"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// OptOut is for a contact who asked for it by another way than a text. Who may manage contacts may
// do it; it needs no reason but keeps one.
func (d Desk) OptOut(ctx context.Context, id ContactID, reason string) error {
	return d.change(ctx, func(tx *postgres.Tx) error {
		return d.consent(ctx, tx, id, decision{verb: "opt out", reason: reason, do: OptOut})
	})
}

// LiftOptOut lets a contact be texted again. Only administrators may, and with a reason, which the
// ledger keeps; a contact lifts their own by texting START.
func (d Desk) LiftOptOut(ctx context.Context, id ContactID, reason string) error {
	if err := d.actor.May(account.Administer); err != nil {
		return err
	}
	if oneLine(reason) == "" {
		return account.Invalid{"reason": "Say why this person may be texted again."}
	}
	return d.change(ctx, func(tx *postgres.Tx) error {
		return d.consent(ctx, tx, id, decision{verb: "lift opt-out", reason: reason, do: OptIn})
	})
}

// Settle ends a hold after a person has read the unclear text: stop says that it asked for an
// opt-out. Anybody who answers conversations may. A hold that somebody else has ended is a Conflict.
func (d Desk) Settle(ctx context.Context, id ContactID, stop bool) error {
	if err := d.actor.May(account.Answer); err != nil {
		return err
	}
	return d.look(ctx, func(tx *postgres.Tx) error {
		settled := decision{verb: "release", reason: "read: no request to stop", do: Release}
		if stop {
			settled = decision{verb: "opt out", reason: "read: a request to stop", do: OptOut}
		}
		return d.consent(ctx, tx, id, settled)
	})
}

// decision is what a person decides about a contact's consent.
type decision struct {
	verb, reason string
	do           func(context.Context, *postgres.Tx, Consent) (bool, error)
}

func (d Desk) consent(ctx context.Context, tx *postgres.Tx, id ContactID, by decision) error {
	c, err := lockContact(ctx, tx, id)
	if err != nil {
		return err
	}
	was, err := ConsentOf(ctx, tx, c.Phone)
	if err != nil {
		return err
	}
	changed, err := by.do(ctx, tx, Consent{Phone: c.Phone, Source: FromUser, User: d.actor.User, Reason: oneLine(by.reason)})
	if err != nil {
		return err
	}
	if !changed {
		return account.Conflict("Somebody has settled this already. Look at the contact's history.")
	}
	became, err := ConsentOf(ctx, tx, c.Phone)
	if err != nil {
		return err
	}
	return d.actor.Record(ctx, tx, account.Change{Verb: by.verb, Subject: "contact", SubjectID: int64(id), Was: was, Became: became})
}

// ConsentOf is the package's ConsentOf for a page.
func (d Desk) ConsentOf(ctx context.Context, phone sms.Phone) (status ConsentStatus, err error) {
	err = d.look(ctx, func(tx *postgres.Tx) error {
		status, err = ConsentOf(ctx, tx, phone)
		return err
	})
	return status, err
}
