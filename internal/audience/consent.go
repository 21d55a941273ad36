package audience

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// ConsentStatus is whether a phone may be texted now, as it follows from the ledger.
type ConsentStatus string

// The three statuses.
const (
	Textable ConsentStatus = "textable"
	Held     ConsentStatus = "held"      // an unclear request to stop waits for a person to read it
	OptedOut ConsentStatus = "opted_out" // nothing may be sent
)

// ConsentSource is where a consent event came from.
type ConsentSource string

// The sources.
const (
	FromKeyword ConsentSource = "keyword" // STOP, START and their like
	FromPhrase  ConsentSource = "phrase"  // plain words
	FromCarrier ConsentSource = "carrier" // Twilio error 21610
	FromUser    ConsentSource = "user"    // a person here, with a reason
	FromImport  ConsentSource = "import"
)

// Consent is what was said about texting a phone.
type Consent struct {
	Phone     sms.Phone
	Source    ConsentSource
	MessageID int64          // the text that said it; 0: none
	User      account.UserID // who did it here; 0: nobody
	Reason    string
}

// ConsentEvent is one row of the ledger, which is never edited.
type ConsentEvent struct {
	ID        int64
	At        time.Time
	Kind      string // "opt_out", "opt_in", "hold", "release"
	Source    ConsentSource
	MessageID *int64
	UserName  string // empty: nobody here
	Reason    string
}

// OptOut writes that the phone may not be texted any more and turns its waiting texts to skipped, in
// the transaction of the text that asked for it. It says whether the phone was not opted out
// before: who was already gets one more row in the ledger and keeps their date.
//
// The contact is locked first: a launch that writes a text to them at this moment has then committed,
// so that its text is seen and skipped, or commits later and sees the opt-out.
func OptOut(ctx context.Context, tx *postgres.Tx, c Consent) (changed bool, err error) {
	_, err = tx.Exec(ctx, `
		select from contact where org_id = @org and phone = @phone for update`, postgres.Args{"phone": c.Phone})
	if err != nil {
		return false, fmt.Errorf("lock the contact %s: %w", c.Phone, err)
	}
	event, err := enter(ctx, tx, "opt_out", c)
	if err != nil {
		return false, err
	}
	touched, err := tx.Exec(ctx, `
		insert into opt_out (org_id, phone, event_id) values (@org, @phone, @event)
		on conflict (org_id, phone) do update
			set held = false, since = excluded.since, event_id = excluded.event_id
			where opt_out.held`, postgres.Args{"phone": c.Phone, "event": event})
	if err != nil {
		return false, fmt.Errorf("opt out %s: %w", c.Phone, err)
	}
	publishConsent(tx, c.Phone)
	return touched > 0, skipWaiting(ctx, tx, c.Phone)
}

// OptIn lifts an opt-out or a hold. It says whether there was one.
func OptIn(ctx context.Context, tx *postgres.Tx, c Consent) (changed bool, err error) {
	if _, err := enter(ctx, tx, "opt_in", c); err != nil {
		return false, err
	}
	touched, err := tx.Exec(ctx, `
		delete from opt_out where org_id = @org and phone = @phone`, postgres.Args{"phone": c.Phone})
	if err != nil {
		return false, fmt.Errorf("opt in %s: %w", c.Phone, err)
	}
	publishConsent(tx, c.Phone)
	return touched > 0, nil
}

// Hold keeps texts to the phone waiting until a person has read an unclear request. It says whether
// it did: who has opted out or is held already stays so, and the ledger takes no second hold.
func Hold(ctx context.Context, tx *postgres.Tx, c Consent) (changed bool, err error) {
	status, err := ConsentOf(ctx, tx, c.Phone)
	if err != nil || status != Textable {
		return false, err
	}
	event, err := enter(ctx, tx, "hold", c)
	if err != nil {
		return false, err
	}
	touched, err := tx.Exec(ctx, `
		insert into opt_out (org_id, phone, held, event_id) values (@org, @phone, true, @event)
		on conflict (org_id, phone) do nothing`, postgres.Args{"phone": c.Phone, "event": event})
	if err != nil {
		return false, fmt.Errorf("hold %s: %w", c.Phone, err)
	}
	publishConsent(tx, c.Phone)
	return touched > 0, nil
}

// Release ends a hold: the request was none, and what waited goes out. An opt-out stands. It says
// whether there was a hold.
func Release(ctx context.Context, tx *postgres.Tx, c Consent) (changed bool, err error) {
	touched, err := tx.Exec(ctx, `
		delete from opt_out where org_id = @org and phone = @phone and held`, postgres.Args{"phone": c.Phone})
	if err != nil {
		return false, fmt.Errorf("release %s: %w", c.Phone, err)
	}
	if touched == 0 {
		return false, nil
	}
	publishConsent(tx, c.Phone)
	_, err = enter(ctx, tx, "release", c)
	return true, err
}

// ConsentOf says whether the phone may be texted as of this transaction.
func ConsentOf(ctx context.Context, tx *postgres.Tx, phone sms.Phone) (ConsentStatus, error) {
	held, err := postgres.Value[bool](ctx, tx, `
		select held from opt_out where org_id = @org and phone = @phone`, postgres.Args{"phone": phone})
	switch {
	case errors.Is(err, postgres.ErrNotFound):
		return Textable, nil
	case err != nil:
		return "", fmt.Errorf("look up the consent of %s: %w", phone, err)
	case held:
		return Held, nil
	}
	return OptedOut, nil
}

// enter adds a row to the ledger.
func enter(ctx context.Context, tx *postgres.Tx, kind string, c Consent) (event int64, err error) {
	event, err = postgres.Value[int64](ctx, tx, `
		insert into consent_event (org_id, phone, kind, source, message_id, user_id, reason)
		values (@org, @phone, @kind, @source, nullif(@message, 0), nullif(@user, 0), @reason)
		returning id`,
		postgres.Args{"phone": c.Phone, "kind": kind, "source": c.Source, "message": c.MessageID,
			"user": c.User, "reason": c.Reason})
	if err != nil {
		return 0, fmt.Errorf("enter %s of %s in the ledger: %w", kind, c.Phone, err)
	}
	return event, nil
}

func publishConsent(tx *postgres.Tx, phone sms.Phone) { tx.Publish("optout:" + string(phone)) }

// skipWaiting turns the phone's queued texts to skipped. It locks them in the order of their ids, as
// every batch does; one that a sender has claimed meanwhile is no longer queued and is on its way.
func skipWaiting(ctx context.Context, tx *postgres.Tx, phone sms.Phone) error {
	campaigns, err := postgres.Values[int64](ctx, tx, `
		with waiting as (
			select m.id
			from message m
			where m.org_id = @org and m.state = 'queued'
				and m.contact_id = (select c.id from contact c where c.org_id = @org and c.phone = @phone)
			order by m.id
			for update
		), skipped as (
			update message m
			set state = 'skipped', reason = 'opted_out', settled_at = app_now()
			from waiting w
			where m.org_id = @org and m.id = w.id
			returning m.campaign_id, m.author
		)
		select campaign_id from skipped where author = 'campaign'`, postgres.Args{"phone": phone})
	if err != nil {
		return fmt.Errorf("skip the waiting texts of %s: %w", phone, err)
	}
	if len(campaigns) == 0 {
		return nil
	}
	was, became := make([]string, len(campaigns)), make([]string, len(campaigns))
	for i, campaign := range campaigns {
		was[i], became[i] = "queued", "skipped"
		tx.Publish(fmt.Sprintf("campaign:%d", campaign))
	}
	_, err = tx.Exec(ctx, `call move_counts(@org, @campaigns::bigint[], @was::text[], @became::text[])`,
		postgres.Args{"campaigns": campaigns, "was": was, "became": became})
	if err != nil {
		return fmt.Errorf("count the skipped texts of %s: %w", phone, err)
	}
	return nil
}

func ledger(ctx context.Context, tx *postgres.Tx, phone sms.Phone) ([]ConsentEvent, error) {
	events, err := postgres.Rows[ConsentEvent](ctx, tx, `
		select e.id, e.at, e.kind, e.source, e.message_id, coalesce(u.name, '') as user_name, e.reason
		from consent_event e
		left join app_user u on u.org_id = @org and u.id = e.user_id
		where e.org_id = @org and e.phone = @phone
		order by e.id desc
		limit 100`, postgres.Args{"phone": phone})
	if err != nil {
		return nil, fmt.Errorf("read the ledger of %s: %w", phone, err)
	}
	return events, nil
}
