package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestSendTest_FromTheReview tries a draft on a phone as a person does, without script.
func TestSendTest_FromTheReview(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	campaign := v.draft("Open day", b)
	review := v.do("GET", campaign+"/review", nil)
	if !strings.Contains(review.body, campaign+"/test?person=1") {
		t.Error("the review does not lead to a test")
	}
	ask := v.do("GET", campaign+"/test?person=1", nil)
	v.says(ask, http.StatusOK, "Send a test", "As ours Person would read it.", "marked as a test")
	form := url.Values{"person": {"1"}, "phone": {"12"}, "key": {"0123456789abcdef0123456789abcdef"}}
	v.says(v.do("POST", campaign+"/test", form), http.StatusUnprocessableEntity, "Type a phone number, for example")
	form.Set("phone", "(208) 555-0199")
	if res := v.do("POST", campaign+"/test", form); res.status != http.StatusSeeOther || res.location != campaign+"/review?person=1" {
		t.Fatalf("the test leads to %d %s", res.status, res.location)
	}
	v.says(v.do("GET", campaign+"/review", nil), http.StatusOK, "The test is on its way to (208) 555-0199.")
	transcripts := v.do("GET", "/transcripts.csv", nil)
	if !strings.Contains(transcripts.body, ",test,") || !strings.Contains(transcripts.body, "Hi ours") {
		t.Errorf("the transcripts have no test:\n%s", transcripts.body)
	}
	v.says(v.do("POST", campaign+"/launch", url.Values{"fingerprint": {v.fingerprintOf(campaign)}}), http.StatusSeeOther)
	v.says(v.do("GET", campaign+"/general", nil), http.StatusOK, "sent a test to (208) 555-0199")
	if res := v.do("GET", campaign+"/test", nil); res.status != http.StatusSeeOther {
		t.Errorf("a scheduled campaign is tested: %d", res.status)
	}
}
