package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

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
