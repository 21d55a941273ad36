package twilio_test

import (
	"strings"
	"testing"

	"parley/internal/dispatch/dispatchtest"
	"parley/internal/postgres"
	"parley/internal/twilio"
)

func TestVault(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	ctx := t.Context()
	read := func(v *twilio.Vault, org postgres.OrgID) (a twilio.Account, err error) {
		err = o.DB.Org(ctx, org, func(tx *postgres.Tx) error {
			a, err = v.Read(ctx, tx)
			return err
		})
		return a, err
	}
	connect := func(a twilio.Account) {
		t.Helper()
		o.Org(func(tx *postgres.Tx) error { return o.Vault.Connect(ctx, tx, a) })
	}
	next := o.Account
	next.Token = "next"
	connect(next)
	got, err := read(o.Vault, o.ID)
	if err != nil || got.Token != "next" || got.PreviousToken != o.Account.Token {
		t.Errorf("after a rotation: %+v, %v", got, err)
	}
	sealed := dispatchtest.Value[[]byte](o, "select auth_token from carrier_account where org_id = @org", nil)
	if strings.Contains(string(sealed), "next") {
		t.Error("the token is stored as it is")
	}
	foreign, err := twilio.NewVault(o.DB, [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := read(foreign, o.ID); err == nil {
		t.Error("another key opens the token")
	}
	thief := o.NewOrg()
	thief.Exec("update carrier_account set auth_token = @sealed, account_sid = @sid where org_id = @org",
		postgres.Args{"sealed": sealed, "sid": next.SID})
	if _, err := read(o.Vault, thief.ID); err == nil {
		t.Error("another organization opens a copied token")
	}
	other := twilio.Account{SID: "AC" + strings.Repeat("f", 32), Token: "other"}
	connect(other)
	if got, err := read(o.Vault, o.ID); err != nil || got.PreviousToken != "" {
		t.Errorf("another account's token still signs: %+v, %v", got, err)
	}
}

// A process learns of another's change at once.
func TestVaultObserves(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	if a, err := o.Vault.Account(t.Context(), o.ID); err != nil || a.Token != o.Account.Token {
		t.Fatal(a, err)
	}
	next := o.Account
	next.Token = "next"
	other, err := twilio.NewVault(o.DB, dispatchtest.Key)
	if err != nil {
		t.Fatal(err)
	}
	go o.DB.Listen(t.Context(), o.Vault.Observe)
	o.Org(func(tx *postgres.Tx) error { return other.Connect(t.Context(), tx, next) })
	o.Await("the new token to be known", func() bool {
		a, err := o.Vault.Account(t.Context(), o.ID)
		return err == nil && a.Token == "next"
	})
}
