package phonenet_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/phonenet"
)

func TestRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	const elsewhere = "+13035550100"
	if err := w.AddAccount(phonenet.Account{SID: strings.Replace(account, "1", "2", 1), Token: "x"}); err != nil {
		t.Fatal(err)
	}
	if err := w.AddNumber(strings.Replace(account, "1", "2", 1), elsewhere); err != nil {
		t.Fatal(err)
	}
	if err := w.Handset(bob).Describe(landline()); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Handset("+12085550199").Send(t.Context(), office, "stop"); err != nil {
		t.Fatal(err)
	}
	w.settle()
	for _, tc := range []struct {
		name   string
		fields []string
		code   float64
	}{
		{"no receiver", []string{"To", ""}, 21604},
		{"no sender", []string{"From", ""}, 21603},
		{"no body", []string{"Body", ""}, 21602},
		{"receiver is no number", []string{"To", "12345"}, 21211},
		{"receiver is too short", []string{"To", "+1208555"}, 21211},
		{"receiver has an area code that cannot be", []string{"To", "+10085550100"}, 21211},
		{"to itself", []string{"To", office}, 21266},
		{"sender of nobody", []string{"From", "+13035550101"}, 21606},
		{"sender of another account", []string{"From", elsewhere}, 21606},
		{"too long", []string{"Body", strings.Repeat("ñ", 1601)}, 21617},
		{"landline", []string{"To", bob}, 21614},
		{"opted out", []string{"To", "+12085550199"}, 21610},
		{"callback is no address", []string{"StatusCallback", "status"}, 21609},
		{"media is no address", []string{"MediaUrl", "cat.png"}, 21620},
		{"validity too long", []string{"ValidityPeriod", "36001"}, 20001},
		{"validity is no number", []string{"ValidityPeriod", "soon"}, 20001},
	} {
		before := w.LogEnd()
		status, body := w.send(tc.fields...)
		if status != 400 || body["code"] != tc.code || body["status"] != 400.0 || body["message"] == "" ||
			!strings.HasPrefix(body["more_info"].(string), "https://www.twilio.com/docs/errors/") {
			t.Errorf("%s: %d %v, want code %v", tc.name, status, body, tc.code)
		}
		entries := w.Entries(before, 0)
		if len(entries) != 1 || entries[0].Kind != phonenet.KindRefused || entries[0].Code != int(tc.code) {
			t.Errorf("%s: logged %+v", tc.name, entries)
		}
	}
	if status, body := w.send("Body", strings.Repeat("ñ", 1600)); status != 201 {
		t.Errorf("1,600 characters: %d %v", status, body)
	}
}

func TestAuthentication(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	for _, tc := range []struct{ name, user, password string }{
		{"wrong token", account, "token2"},
		{"empty token", account, ""},
		{"another account", strings.Replace(account, "1", "2", 1), token},
		{"nobody", "", ""},
	} {
		req, err := http.NewRequest(http.MethodPost, w.api.URL+"/2010-04-01/Accounts/"+account+"/Messages.json", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth(tc.user, tc.password)
		res, err := w.api.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		last := w.Entries(w.LogEnd()-1, 1)[0]
		if res.StatusCode != 401 || last.Kind != phonenet.KindRefused || last.Code != 20003 || !strings.HasPrefix(last.Note, "POST /") {
			t.Errorf("%s: %d, want 401; logged %+v", tc.name, res.StatusCode, last)
		}
	}
	if status, body := w.call(http.MethodGet, "/Nothing.json", nil); status != 404 || body["code"] != 20404.0 {
		t.Errorf("unknown resource: %d %v", status, body)
	}
}

// An account whose token is not known yet, as after a restart, lets nobody in.
func TestAccountWithoutToken(t *testing.T) {
	t.Parallel()
	n, err := phonenet.New(phonenet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if err := n.AddNumber(account, office); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodGet, "/2010-04-01/Accounts/"+account+".json", nil)
	r.SetBasicAuth(account, "")
	answer := httptest.NewRecorder()
	if n.Handler().ServeHTTP(answer, r); answer.Code != 401 {
		t.Errorf("an empty token lets in: %d", answer.Code)
	}
	if err := n.AddAccount(phonenet.Account{SID: account}); err == nil {
		t.Error("an empty token is taken")
	}
	if err := n.AddAccount(phonenet.Account{SID: "AC1", Token: "x"}); err == nil {
		t.Error("a short SID is taken")
	}
	if err := n.AddNumber(strings.Replace(account, "1", "2", 1), office); err == nil {
		t.Error("a number is given to two accounts")
	}
}

func TestTrialAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, optionsWithSeed())
	if err := w.AddAccount(phonenet.Account{SID: account, Token: token, Trial: true, Verified: []string{ada}}); err != nil {
		t.Fatal(err)
	}
	if status, _ := w.send(); status != 201 {
		t.Errorf("verified phone: %d", status)
	}
	if _, body := w.send("To", bob); body["code"] != 21608.0 {
		t.Errorf("unverified phone: %v", body)
	}
}
