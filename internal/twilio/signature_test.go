package twilio_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/twilio"
)

// W10 and W11: what Twilio has not sent, or not so, or not for us, is refused and leaves nothing.
func TestW10_W11_Forged(t *testing.T) {
	t.Parallel()
	o, _ := newInbox(t)
	other := o.NewOrg()
	address := o.Public.URL + twilio.MessagesPath
	sign := func(f url.Values) string { return phonenet.Sign(o.Account.Token, address, f) }
	with := func(f url.Values, change func(url.Values)) url.Values {
		f = maps.Clone(f)
		change(f)
		return f
	}
	form := inbound(o, "Call Eve about the exam")
	set := func(key, value string) url.Values { return with(form, func(f url.Values) { f.Set(key, value) }) }
	rows := []struct {
		name            string
		body, signature string
	}{
		{"no signature", form.Encode(), ""},
		{"no base64", form.Encode(), "***"},
		{"an empty token's signature", form.Encode(), phonenet.Sign("", address, form)},
		{"another address", form.Encode(), phonenet.Sign(o.Account.Token, address+"x", form)},
		{"altered", set("Body", "Call Bob").Encode(), sign(form)},
		{"another account's token", form.Encode(), phonenet.Sign(other.Account.Token, address, form)},
		{"another organization's number, validly signed", func() string {
			return set("To", string(other.Phone)).Encode()
		}(), sign(set("To", string(other.Phone)))},
		{"another organization's account, our signature", set("AccountSid", other.Account.SID).Encode(), sign(set("AccountSid", other.Account.SID))},
		{"an account of nobody's", set("AccountSid", "AC"+strings.Repeat("e", 32)).Encode(), sign(set("AccountSid", "AC"+strings.Repeat("e", 32)))},
		{"a repeated parameter", form.Encode() + "&Body=more", sign(form)},
		{"a repeated parameter first", "Body=more&" + form.Encode(), sign(form)},
		{"re-split: the body ends early", with(form, func(f url.Values) {
			f.Set("Body", "Call ")
			f.Set("Eve", " about the exam")
		}).Encode(), sign(form)},
		{"re-split: no body", with(form, func(f url.Values) {
			f.Del("Body")
			f.Set("BodyCall", " Eve about the exam")
		}).Encode(), sign(form)},
		{"re-split: the sender in the body", with(form, func(f url.Values) {
			f.Set("Body", f.Get("Body")+"From"+f.Get("From"))
			f.Del("From")
		}).Encode(), sign(form)},
		{"an SID without its shape", set("MessageSid", "SM1").Encode(), sign(set("MessageSid", "SM1"))},
		{"SIDs that differ", set("SmsSid", newSID()).Encode(), ""},
		{"a phone without its shape", set("From", "12085550100").Encode(), sign(set("From", "12085550100"))},
	}
	for i := range rows {
		if rows[i].name == "SIDs that differ" {
			values, err := url.ParseQuery(rows[i].body)
			if err != nil {
				t.Fatal(err)
			}
			rows[i].signature = sign(values)
		}
	}
	for _, row := range rows {
		if status := post(o, twilio.MessagesPath, row.body, row.signature); status != http.StatusForbidden {
			t.Errorf("%s: status %d", row.name, status)
		}
	}
	if n := stored(o) + stored(other); n != 0 {
		t.Errorf("%d rows were stored", n)
	}
	if status := signed(o, twilio.MessagesPath, form); status != http.StatusOK {
		t.Errorf("the form as it is: status %d", status)
	}
}

// A status is no easier to forge.
func TestForgedStatus(t *testing.T) {
	t.Parallel()
	o, _ := newInbox(t)
	other := o.NewOrg()
	id := o.Queue(dispatchtest.NewPhone(), "agent", "Hi")
	sid := newSID()
	o.Exec("update message set state = 'accepted', sid = @sid where org_id = @org and id = @id", postgres.Args{"sid": sid, "id": id})
	form := url.Values{
		"MessageSid": {sid}, "MessageStatus": {"delivered"}, "AccountSid": {o.Account.SID},
		"From": {string(o.Phone)}, "To": {string(dispatchtest.NewPhone())},
	}
	path := twilio.StatusPath + "?a=" + dispatch.Token{7}.String()
	good := phonenet.Sign(o.Account.Token, o.Public.URL+path, form)
	foreign := maps.Clone(form)
	foreign.Set("AccountSid", other.Account.SID)
	for name, status := range map[string]int{
		"unsigned":           post(o, path, form.Encode(), ""),
		"another token":      post(o, twilio.StatusPath+"?a="+dispatch.Token{8}.String(), form.Encode(), good),
		"no token":           post(o, twilio.StatusPath, form.Encode(), good),
		"foreign account":    post(o, path, foreign.Encode(), phonenet.Sign(other.Account.Token, o.Public.URL+path, foreign)),
		"repeated parameter": post(o, path, form.Encode()+"&MessageStatus=failed", good),
	} {
		if status != http.StatusForbidden {
			t.Errorf("%s: status %d", name, status)
		}
	}
	if got := o.Message(id).State; got != dispatch.StateAccepted {
		t.Errorf("a forged status made it %s", got)
	}
	if status := post(o, path, form.Encode(), good); status != http.StatusNoContent {
		t.Errorf("the status as it is: %d", status)
	}
	if got := o.Message(id).State; got != dispatch.StateDelivered {
		t.Errorf("the status made it %s", got)
	}
}

// Both tokens sign while one replaces the other.
func TestRotation(t *testing.T) {
	t.Parallel()
	o, inbox := newInbox(t)
	next := o.Account
	next.Token = "rotated"
	o.Org(func(tx *postgres.Tx) error { return o.Vault.Connect(t.Context(), tx, next) })
	o.Vault.Observe(postgres.Event{Missed: true})
	if status := signed(o, twilio.MessagesPath, inbound(o, "old token")); status != http.StatusOK {
		t.Errorf("signed with the old token: status %d", status)
	}
	o.Account = next
	if status := signed(o, twilio.MessagesPath, inbound(o, "new token")); status != http.StatusOK {
		t.Errorf("signed with the new token: status %d", status)
	}
	if n := len(inbox.texts()); n != 2 {
		t.Errorf("%d texts", n)
	}
}
