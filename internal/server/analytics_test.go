package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// TestFiguresAndTranscriptsAsPagesAndFiles: each page shows what is there and each file begins with its
// headings, as a spreadsheet program expects it.
func TestFiguresAndTranscriptsAsPagesAndFiles(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.furnish("llama")
	v := s.signedIn(b.org.Admin)
	campaign := fmt.Sprintf("/campaigns/%d", b.ids["campaigns"])
	for path, want := range map[string][]string{
		"/analytics":                              {"llama campaign", "Campaigns launched", "/analytics.csv?from="},
		"/analytics?from=&to=":                    {"llama campaign", "/analytics.csv?from=&amp;office=&amp;to="},
		"/analytics?to=2020-01-01":                {"None was launched.", "Nobody has responded yet"},
		campaign + "/analytics":                   {"of 1 person texted; 0 failed, 1 on the way", "0 of 1 text handed over", "Launched on a ", campaign + "/analytics.csv"},
		"/transcripts":                            {"llama Person", "llama words", `href="/transcripts.csv"`, "1 conversation"},
		"/transcripts?mode=agent&from=2020-01-01": {"llama words", "/transcripts.csv?from=2020-01-01&amp;mode=agent"},
		"/transcripts?mode=bot":                   {"No conversation fits"},
		"/transcripts?to=2020-01-01":              {"No conversation fits"},
		"/transcripts?unread=yes&campaign=12345":  {"No conversation fits"},
		"/transcripts.csv":                        {"\uFEFFConversation,Phone number,", "Time (America/Boise)", "'+15415551234,llama,Person,", "llama words"},
		"/transcripts.csv?to=2020-01-01":          {"\uFEFFConversation,Phone number,"},
		"/analytics.csv":                          {"\uFEFFCampaign,Office,Launched (America/Boise),", "llama campaign,Registrar,"},
		campaign + "/analytics.csv":               {"\uFEFFGroup,Figure,Value,Definition\n", "Texts,People texted,1,"},
		campaign + "/recipients.csv":              {"\uFEFFPhone number,", "'+15415551234,llama,Person,Waiting to be sent,"},
	} {
		res := v.do("GET", path, nil)
		if res.status != http.StatusOK {
			t.Errorf("%s: %d, want 200", path, res.status)
		}
		for _, words := range want {
			if !strings.Contains(res.body, words) {
				t.Errorf("%s does not have %q", path, words)
			}
		}
	}
	if res := v.do("GET", campaign+"/recipients.csv?state=delivered", nil); strings.Contains(res.body, "llama") {
		t.Error("a text that waits is in the file of those delivered")
	}
}

func TestADayThatIsNoneIsSaidAtItsField(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	for _, path := range []string{"/transcripts", "/analytics", "/transcripts.csv", "/analytics.csv"} {
		res := v.do("GET", path+"?from=2026-02-30", nil)
		if res.status != http.StatusUnprocessableEntity || !strings.Contains(res.body, "Type a date such as 2026-11-30.") {
			t.Errorf("%s from February 30: %d, want 422 and what to type", path, res.status)
		}
	}
}

func TestADraftHasNoFiguresYet(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	begun := v.do("POST", "/campaigns", map[string][]string{"title": {"Draft"}})
	draft := strings.TrimSuffix(begun.location, "/general")
	if res := v.do("GET", draft+"/analytics", nil); res.status != http.StatusSeeOther || res.location != draft+"/general" {
		t.Errorf("the figures of a draft: %d %s, want the wizard", res.status, res.location)
	}
}
