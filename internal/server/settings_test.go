package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/internal/account"
	"parley/internal/account/accounttest"
)

// A time field of a browser has no 24:00, so that an organization without quiet hours must be able to
// save what it was shown.
func TestSettings_TheEndOfTheDay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.signedIn(accounttest.Found(t, s.db).Admin)
	form := url.Values{"name": {"Marlowe"}, "zone": {"America/Boise"}, "send_from": {"00:00"}, "send_to": {"00:00"}, "help": {"Ask us. STOP ends it."}}
	for range 2 {
		if res := v.do("POST", "/settings", form); res.status != http.StatusSeeOther {
			t.Fatalf("save any hour: %d\n%s", res.status, res.body)
		}
		page := v.do("GET", "/settings", nil).body
		if strings.Contains(page, "24:00") || strings.Count(page, `value="00:00"`) != 2 {
			t.Errorf("any hour is shown otherwise than from 00:00 to 00:00:\n%s", page)
		}
	}
}

func TestSettings_WhenUsersWereLastSeen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	o := accounttest.Found(t, s.db)
	ann := o.User(t, "Ann", account.Agent, o.Office(t, "Aid"))
	admin := s.signedIn(o.Admin)
	never := func() int { return strings.Count(admin.do("GET", "/settings?tab=users", nil).body, ">Never<") }
	admin.do("GET", "/settings", nil)
	if n := never(); n != 1 {
		t.Errorf("%d of two users were never seen, one of whom looks at this page", n)
	}
	s.signedIn(ann).do("GET", "/inbox", nil)
	if n := never(); n != 0 {
		t.Errorf("%d users were never seen after both have looked at a page", n)
	}
}
