package audience_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/postgres"
	"parley/internal/sms"
)

const ada sms.Phone = "+12085550101"

func (o office) consent(t *testing.T, phone sms.Phone) audience.ConsentStatus {
	t.Helper()
	status, err := o.agent.ConsentOf(t.Context(), phone)
	if err != nil {
		t.Fatal(err)
	}
	return status
}

type consentVerb func(context.Context, *postgres.Tx, audience.Consent) (bool, error)

func (o office) tell(t *testing.T, verb consentVerb, phone sms.Phone) (changed bool) {
	t.Helper()
	o.in(t, func(tx *postgres.Tx) (err error) {
		changed, err = verb(t.Context(), tx, audience.Consent{Phone: phone, Source: audience.FromKeyword, Reason: "said so"})
		return err
	})
	return changed
}

// TestConsentFollowsFromTheLedger walks every event from every status.
func TestConsentFollowsFromTheLedger(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	verbs := map[string]consentVerb{"opt_out": audience.OptOut, "opt_in": audience.OptIn, "hold": audience.Hold, "release": audience.Release}
	reach := map[audience.ConsentStatus][]string{audience.Textable: nil, audience.Held: {"hold"}, audience.OptedOut: {"opt_out"}}
	type step struct {
		status audience.ConsentStatus
		verb   string
	}
	tests := map[step]struct {
		status  audience.ConsentStatus
		changed bool
		entered bool
	}{
		{audience.Textable, "opt_out"}: {audience.OptedOut, true, true},
		{audience.Textable, "opt_in"}:  {audience.Textable, false, true},
		{audience.Textable, "hold"}:    {audience.Held, true, true},
		{audience.Textable, "release"}: {audience.Textable, false, false},
		{audience.Held, "opt_out"}:     {audience.OptedOut, true, true},
		{audience.Held, "opt_in"}:      {audience.Textable, true, true},
		{audience.Held, "hold"}:        {audience.Held, false, false},
		{audience.Held, "release"}:     {audience.Textable, true, true},
		{audience.OptedOut, "opt_out"}: {audience.OptedOut, false, true},
		{audience.OptedOut, "opt_in"}:  {audience.Textable, true, true},
		{audience.OptedOut, "hold"}:    {audience.OptedOut, false, false},
		{audience.OptedOut, "release"}: {audience.OptedOut, false, false},
	}
	n := 0
	for s, want := range tests {
		phone := sms.Phone(fmt.Sprintf("+1208555%04d", n))
		n++
		for _, verb := range reach[s.status] {
			o.tell(t, verbs[verb], phone)
		}
		changed := o.tell(t, verbs[s.verb], phone)
		entered := o.number(t, fmt.Sprintf("select count(*) from consent_event where org_id = @org and phone = '%s'", phone)) > len(reach[s.status])
		if got := o.consent(t, phone); got != want.status || changed != want.changed || entered != want.entered {
			t.Errorf("%s, %s: %s, changed %v, entered %v; want %+v", s.status, s.verb, got, changed, entered, want)
		}
	}
}

// TestO1_OptOutSkipsWaitingTexts makes sure that only what is queued is skipped, of that person
// alone, and that the campaign's counts follow.
func TestO1_OptOutSkipsWaitingTexts(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.add(t, audience.Person{Phone: string(ada)})
	o.add(t, audience.Person{Phone: "2085550102"})
	o.in(t, func(tx *postgres.Tx) error { return seedTexts(t.Context(), tx) })
	o.tell(t, audience.OptOut, ada)
	o.tell(t, audience.OptOut, ada)
	type text struct{ Body, State, Reason string }
	var texts []text
	o.in(t, func(tx *postgres.Tx) (err error) {
		texts, err = postgres.Rows[text](t.Context(), tx, `
			select body, state, reason from message where org_id = @org order by body`, nil)
		return err
	})
	want := []text{{"ada campaign", "skipped", "opted_out"}, {"ada inflight", "inflight", ""}, {"ada reply", "skipped", "opted_out"}, {"bo campaign", "queued", ""}}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Error(diff)
	}
	if queued := o.number(t, "select sum(queued) from campaign_count where org_id = @org"); queued != 1 {
		t.Errorf("%d queued, want 1", queued)
	}
	if skipped := o.number(t, "select sum(skipped) from campaign_count where org_id = @org"); skipped != 1 {
		t.Errorf("%d skipped, want 1", skipped)
	}
}

// seedTexts gives ada a queued campaign text, a queued reply and one that is in flight, and the
// second contact a queued campaign text.
func seedTexts(ctx context.Context, tx *postgres.Tx) error {
	_, err := tx.Exec(ctx, `
		with office as (
			insert into office (org_id, name) values (@org, 'Aid') returning id
		), policy as (
			insert into response_policy (org_id) select @org from generate_series(1, 2) returning id
		), number as (
			insert into phone_number (org_id, phone, kind, office_id, policy_id)
			select @org, '+12085550000', 'reusable', office.id, min(policy.id) from office, policy group by office.id
			returning id
		), campaign as (
			insert into campaign (org_id, title, title_key, office_id, policy_id)
			select @org, 'Open day', 'open day', office.id, max(policy.id) from office, policy group by office.id
			returning id
		), counted as (
			insert into campaign_count (org_id, campaign_id, slot, queued) select @org, id, 0, 2 from campaign
		)
		insert into message (org_id, contact_id, number_id, campaign_id, author, body, state)
		select @org, c.id, number.id, case when t.author = 'campaign' then campaign.id end, t.author, t.body, t.state
		from number, campaign, (values
			(@ada::text, 'campaign', 'ada campaign', 'queued'),
			(@ada::text, 'agent', 'ada reply', 'queued'),
			(@ada::text, 'agent', 'ada inflight', 'inflight'),
			('+12085550102', 'campaign', 'bo campaign', 'queued')) t (phone, author, body, state)
		join contact c on c.org_id = @org and c.phone = t.phone`, postgres.Args{"ada": ada})
	return err
}

func TestOptOutOutlastsImportAndTypingAndNewNumber(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.tell(t, audience.OptOut, ada)
	i := o.importFile(t, "Phone,First\n2085550101,Ada\n2085550102,Bo\n", audience.Choice{ListName: "All"})
	if i.OptedOut != 1 {
		t.Errorf("the import says that %d have opted out", i.OptedOut)
	}
	if got := o.consent(t, ada); got != audience.OptedOut {
		t.Errorf("after the import: %s", got)
	}
	id := o.byPhone(t, ada).ID
	if err := o.admin.EditContact(t.Context(), id, audience.Person{Phone: "2085550199", FirstName: "Ada"}); err != nil {
		t.Fatal(err)
	}
	if got := o.consent(t, "+12085550199"); got != audience.OptedOut {
		t.Errorf("at the new number: %s", got)
	}
	o.add(t, audience.Person{Phone: string(ada), FirstName: "Another"})
	if got := o.consent(t, ada); got != audience.OptedOut {
		t.Errorf("typed in again: %s", got)
	}
}

func TestLiftOptOut(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.add(t, audience.Person{Phone: string(ada)})
	if err := o.admin.OptOut(t.Context(), id, "called us"); err != nil {
		t.Fatal(err)
	}
	manager := o.actor
	manager.Role = account.Manager
	if err := audience.NewDesk(o.db, manager).LiftOptOut(t.Context(), id, "asked"); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("a manager: %v", err)
	}
	var invalid account.Invalid
	if err := o.admin.LiftOptOut(t.Context(), id, " "); !errors.As(err, &invalid) || invalid["reason"] == "" {
		t.Errorf("without a reason: %v", err)
	}
	if err := o.admin.LiftOptOut(t.Context(), id, "signed the form again"); err != nil {
		t.Fatal(err)
	}
	card, err := o.agent.Contact(t.Context(), id)
	if err != nil || card.Consent != audience.Textable {
		t.Fatalf("%s, %v", card.Consent, err)
	}
	type entry struct{ Kind, UserName, Reason string }
	var got []entry
	for _, e := range card.Ledger {
		got = append(got, entry{e.Kind, e.UserName, e.Reason})
	}
	if diff := cmp.Diff([]entry{{"opt_in", "Ann", "signed the form again"}, {"opt_out", "Ann", "called us"}}, got); diff != "" {
		t.Error(diff)
	}
	var conflict account.Conflict
	if err := o.admin.LiftOptOut(t.Context(), id, "again"); !errors.As(err, &conflict) {
		t.Errorf("a second time: %v", err)
	}
}

func TestSettleEndsAHold(t *testing.T) {
	t.Parallel()
	for stop, want := range map[bool]audience.ConsentStatus{true: audience.OptedOut, false: audience.Textable} {
		o := newOffice(t)
		id := o.add(t, audience.Person{Phone: string(ada)})
		o.tell(t, audience.Hold, ada)
		if err := o.agent.Settle(t.Context(), id, stop); err != nil {
			t.Fatal(err)
		}
		if got := o.consent(t, ada); got != want {
			t.Errorf("stop %v: %s", stop, got)
		}
		var conflict account.Conflict
		if err := o.agent.Settle(t.Context(), id, stop); !errors.As(err, &conflict) {
			t.Errorf("a second time: %v", err)
		}
	}
}
