package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/sms"
	"parley/web/page"
)

// holds fails unless a page answers with the status and has all the words.
func (v *visitor) holds(path string, status int, words ...string) string {
	v.t.Helper()
	res := v.do("GET", path, nil)
	if res.status != status {
		v.t.Errorf("GET %s: %d, want %d", path, res.status, status)
	}
	for _, word := range words {
		if !strings.Contains(res.body, word) {
			v.t.Errorf("GET %s does not say %q", path, word)
		}
	}
	return res.body
}

// posts sends a form, which must lead elsewhere, and returns where.
func (v *visitor) posts(path string, form url.Values) string {
	v.t.Helper()
	res := v.do("POST", path, form)
	if res.status != http.StatusSeeOther {
		v.t.Errorf("POST %s: %d, want to be sent on", path, res.status)
	}
	return res.location
}

var keyField = regexp.MustCompile(`name="key" value="([0-9a-f]{32})"`)

func TestOneToOne_FromTheFormToTheConversation(t *testing.T) {
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	v.holds("/inbox", 200, "/one-to-one/new")
	body := v.holds(fmt.Sprintf("/one-to-one/new?contact=%d", b.ids["contacts"]), 200, "ours Person", "New 1:1 conversation")
	form := url.Values{"number": {fmt.Sprint(b.ids["numbers"])}, "phone": {"12"}, "text": {"Your book is here."}, "key": {keyField.FindStringSubmatch(body)[1]}}
	if res := v.do("POST", "/one-to-one", form); res.status != http.StatusUnprocessableEntity || !strings.Contains(res.body, "Type a phone number") || !strings.Contains(res.body, "Your book is here.") {
		t.Errorf("a wrong number: %d", res.status)
	}
	form.Set("phone", "(208) 555-0188")
	to := v.posts("/one-to-one", form)
	if again := v.posts("/one-to-one", form); again != to {
		t.Errorf("the same form again leads to %s, not %s", again, to)
	}
	if body := v.holds(to, 200, "Your book is here.", "started this 1:1 conversation"); strings.Count(body, "Your book is here.</") > 2 {
		t.Error("the text went out twice")
	}
}

func TestActivity_ManyActs(t *testing.T) {
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	campaign := fmt.Sprintf("/campaigns/%d", b.ids["campaigns"])
	v.holds(campaign, 200, "Put it into my own inbox, too", "Switch them to agent mode")
	v.posts(campaign+"/subscribe", nil)
	v.holds(campaign, 200, "Take it out of my own inbox")
	v.posts(campaign+"/switch-modes", url.Values{"mode": {"agent"}})
	v.holds(campaign, 200, "switched to agent mode")
	v.posts(campaign+"/switch-modes", url.Values{"mode": {"robot"}})
	v.holds(campaign, 200, "Choose who answers")
}

// TestFlash_WaitsForAPage lets the page that somebody leaves ask for its parts before the one that is to say
// what was done.
func TestFlash_WaitsForAPage(t *testing.T) {
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	campaign := fmt.Sprintf("/campaigns/%d", b.ids["campaigns"])
	v.posts(campaign+"/switch-modes", url.Values{"mode": {"agent"}})
	for path, part := range map[string]string{"/nav": "nav-counts", campaign: page.IDCampaignHead, "/inbox": page.IDConversationList} {
		if body := v.part(path, part); strings.Contains(body, "switched to agent mode") {
			t.Errorf("the part %s says what the page is to say", part)
		}
	}
	v.holds(campaign, 200, "switched to agent mode")
}

// part is what the page's own script fetches for a part of it.
func (v *visitor) part(path, id string) string {
	v.t.Helper()
	res := v.fragment("GET", path, id, nil)
	if res.status != http.StatusOK {
		v.t.Errorf("GET %s for %s: %d", path, id, res.status)
	}
	return res.body
}

func TestUsers_EditedAndDeactivated(t *testing.T) {
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	user := fmt.Sprintf("/settings/users/%d", b.ids["users"])
	v.holds("/settings?tab=users", 200, user)
	if res := v.do("POST", user, url.Values{"role": {"agent"}}); res.status != http.StatusUnprocessableEntity || !strings.Contains(res.body, "Type the person’s name.") && !strings.Contains(res.body, "Type the person&#39;s name.") {
		t.Errorf("without a name: %d", res.status)
	}
	v.posts(user, url.Values{"name": {"Renamed"}, "role": {"manager"}})
	v.holds(user, 200, "Renamed", "Deactivate")
	v.posts(user+"/deactivate", nil)
	v.holds(user, 200, "Reactivate", "Deactivated")
	v.posts(user+"/reactivate", nil)
	v.posts(fmt.Sprintf("/settings/users/%d/deactivate", b.org.Admin.User), nil)
	v.holds(fmt.Sprintf("/settings/users/%d", b.org.Admin.User), 200, "You cannot deactivate yourself.")
}

func TestOperator_StrayTextsAndErrorQueue(t *testing.T) {
	s := newSite(t)
	b := s.furnish("ours")
	if err := s.db.Org(s.ctx, b.org.ID, func(tx *postgres.Tx) error {
		_, err := tx.Exec(s.ctx, `insert into stray_text (org_id, sid, sender, recipient, body) values (@org, 'SM9', '+12085550123', '+12085550999', 'Anybody?')`, nil)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	v := s.signedIn(b.org.Admin)
	v.holds("/settings?tab=strays", 200, "Anybody?", "(208) 555-0999")
	v.holds("/settings?tab=failed", 200, "ours error", "Try now")
	v.posts(fmt.Sprintf("/settings/webhooks/%d/retry", b.ids["webhooks"]), nil)
	v.holds("/settings?tab=audit", 200, "tried again carrier request")
}

func TestNumbers_GivenBack(t *testing.T) {
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	number := fmt.Sprintf("/numbers/%d", b.ids["numbers"])
	v.holds(number, 200, "Where a text goes", "Give it back")
	v.holds(number+"/release", 200, "ours campaign", "Stop and archive it first")
	if res := v.do("POST", number+"/release", nil); res.status != http.StatusConflict {
		t.Errorf("while a campaign runs: %d", res.status)
	}
	if err := outreach.NewDesk(s.db, b.org.Admin).Archive(s.ctx, outreach.CampaignID(b.ids["campaigns"]), true); err != nil {
		t.Fatal(err)
	}
	if res := v.do("POST", number+"/release", nil); res.status != http.StatusUnprocessableEntity {
		t.Errorf("without the tick: %d", res.status)
	}
	v.posts(number+"/release", url.Values{"understood": {"yes"}})
	v.holds("/numbers", 200, "Being given back")
	v.holds(number, 200, "nobody answers them")
}

// AP9 in a browser: what was typed goes along to the form of a 1:1 conversation.
func TestAP9_TheWayOut(t *testing.T) {
	s := newSite(t)
	b := s.furnish("ours")
	phone := sms.Phone(fmt.Sprintf("+1208557%04d", phones.Add(1)))
	var number outreach.NumberID
	if err := s.db.Org(s.ctx, b.org.ID, func(tx *postgres.Tx) (err error) {
		office, err := account.OfficeNamed(s.ctx, tx, "Registrar")
		if err == nil {
			number, err = outreach.AddNumber(s.ctx, tx, outreach.NewNumber{Phone: phone, Kind: outreach.Provisioned, Office: office})
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.intake.Receive(s.ctx, b.org.ID, outreach.Inbound{SID: fmt.Sprintf("SM%031xf", int64(b.org.ID)), From: "+15415551234", To: phone, Body: "hello"}); err != nil {
		t.Fatal(err)
	}
	var id int64
	if err := s.db.Org(s.ctx, b.org.ID, func(tx *postgres.Tx) (err error) {
		id, err = postgres.Value[int64](s.ctx, tx, `select id from conversation where org_id = @org and number_id = @number`, postgres.Args{"number": number})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	v := s.signedIn(b.org.Admin)
	v.holds(fmt.Sprintf("/inbox?conversation=%d", id), 200, "Start a 1:1 conversation", fmt.Sprintf("/one-to-one/new?contact=%d", b.ids["contacts"]))
}
