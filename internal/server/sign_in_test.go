package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/internal/account"
	"parley/internal/account/accounttest"
	"parley/internal/postgres"
)

func TestSignIn_WrongPasswordSaysSoAtTheField(t *testing.T) {
	s := newSite(t)
	org := accounttest.Found(t, s.db)
	res := s.visitor().do("POST", "/sign-in", url.Values{"email": {org.Admin.Email}, "password": {"wrong horse"}})
	if res.status != http.StatusUnprocessableEntity || !strings.Contains(res.body, "do not belong together") {
		t.Errorf("%d %s", res.status, res.body)
	}
	if strings.Contains(res.body, "wrong horse") {
		t.Error("the page repeats the password")
	}
}

func TestSignIn_IsThrottledByAccount(t *testing.T) {
	s := newSite(t)
	last := 0
	for range 12 {
		last = s.visitor().do("POST", "/sign-in", url.Values{"email": {"guessed@example.edu"}, "password": {"guess"}}).status
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the twelfth guess within a minute: %d, want 429", last)
	}
	org := accounttest.Found(t, s.db)
	s.signedIn(org.Admin) // another account is not slowed down
}

func TestSignIn_OneEmailInTwoOrganizationsChooses(t *testing.T) {
	s := newSite(t)
	email := "both@example.edu"
	var orgs []accounttest.Org
	for range 2 {
		org := accounttest.Found(t, s.db)
		orgs = append(orgs, org)
		err := s.db.Org(s.ctx, org.ID, func(tx *postgres.Tx) error {
			_, err := account.AddUser(s.ctx, tx, account.NewUser{Email: email, Name: "Both", Password: accounttest.Password, Role: account.Manager})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	v := s.visitor()
	form := url.Values{"email": {email}, "password": {accounttest.Password}}
	res := v.do("POST", "/sign-in", form)
	if res.status != http.StatusOK || !strings.Contains(res.body, orgs[0].Admin.OrgName) || !strings.Contains(res.body, orgs[1].Admin.OrgName) {
		t.Fatalf("the chooser: %d", res.status)
	}
	form.Set("organization", fmt.Sprint(orgs[1].ID))
	if res := v.do("POST", "/sign-in", form); res.status != http.StatusSeeOther {
		t.Fatalf("chosen: %d", res.status)
	}
	if page := v.do("GET", "/campaigns", nil); !strings.Contains(page.body, orgs[1].Admin.OrgName) {
		t.Error("signed in to the other organization")
	}
}

func TestSignIn_DeactivatedIsOutAtOnce(t *testing.T) {
	s := newSite(t)
	org := accounttest.Found(t, s.db)
	agent := org.User(t, "Agent", account.Agent)
	v := s.signedIn(agent)
	err := s.db.Org(s.ctx, org.ID, func(tx *postgres.Tx) error {
		_, err := tx.Exec(s.ctx, `update app_user set deactivated_at = app_now() where org_id = @org and id = @user`, postgres.Args{"user": agent.User})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if res := v.do("GET", "/inbox", nil); res.status != http.StatusSeeOther || !strings.HasPrefix(res.location, "/sign-in") {
		t.Errorf("after being deactivated: %d %s", res.status, res.location)
	}
}

func TestSignIn_SendsNobodyElsewhere(t *testing.T) {
	s := newSite(t)
	org := accounttest.Found(t, s.db)
	for _, next := range []string{"https://evil.example", "//evil.example", `/\evil.example`, "javascript:alert(1)"} {
		res := s.visitor().do("POST", "/sign-in", url.Values{"email": {org.Admin.Email}, "password": {accounttest.Password}, "next": {next}})
		if res.location != "/" {
			t.Errorf("next=%s leads to %s", next, res.location)
		}
	}
}
