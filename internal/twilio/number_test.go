package twilio_test

import (
	"errors"
	"testing"

	"parley/internal/postgres"
	"parley/internal/twilio"
)

func TestNumbers(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	ctx := t.Context()
	offers, err := o.Client.Available(ctx, o.ID, twilio.Search{Country: "US", AreaCode: "208", Limit: 3})
	if err != nil || len(offers) == 0 {
		t.Fatalf("%+v, %v", offers, err)
	}
	phone := offers[0].Phone
	sid, err := o.Client.Buy(ctx, o.ID, phone)
	if err != nil {
		t.Fatal(err)
	}
	if found, err := o.Client.Find(ctx, o.ID, phone); err != nil || found != sid {
		t.Errorf("found %q, %v, want %q", found, err, sid)
	}
	for range 2 {
		if err := o.Client.Register(ctx, o.ID, sid); err != nil {
			t.Errorf("register: %v", err)
		}
	}
	for range 2 {
		if err := o.Client.Release(ctx, o.ID, sid); err != nil {
			t.Errorf("release: %v", err)
		}
	}
	if _, err := o.Client.Find(ctx, o.ID, phone); !errors.Is(err, postgres.ErrNotFound) {
		t.Errorf("a released number is found: %v", err)
	}
	if _, err := o.Client.Available(ctx, o.ID, twilio.Search{Country: "US", AreaCode: "zero"}); err == nil {
		t.Error("no error for a wrong area code")
	}
}

func TestVerifyAccount(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	if name, err := o.Client.VerifyAccount(t.Context(), o.Account); err != nil || name != "test" {
		t.Errorf("%q, %v", name, err)
	}
	wrong := o.Account
	wrong.Token = "wrong"
	if _, err := o.Client.VerifyAccount(t.Context(), wrong); err == nil {
		t.Error("a wrong token is accepted")
	}
	wrong.SID = "AC1"
	if _, err := o.Client.VerifyAccount(t.Context(), wrong); err == nil {
		t.Error("an SID without its shape is accepted")
	}
}
