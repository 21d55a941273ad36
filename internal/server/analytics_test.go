package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
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
		"/transcripts.csv":                        {"\uFEFFConversation,Phone number,", "Time (America/Boise)", "+15415551234,llama,Person,", "llama words"},
		"/transcripts.csv?to=2020-01-01":          {"\uFEFFConversation,Phone number,"},
		"/analytics.csv":                          {"\uFEFFCampaign,Office,Launched (America/Boise),", "llama campaign,Registrar,"},
		campaign + "/analytics.csv":               {"\uFEFFGroup,Figure,Value,Definition\n", "Texts,People texted,1,"},
		campaign + "/recipients.csv":              {"\uFEFFPhone number,", "+15415551234,llama,Person,Waiting to be sent,"},
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

// TestTheTabsOfACampaignInEveryState: before the launch, too, each is there, and Analytics says what is
// planned and when figures will come.
func TestTheTabsOfACampaignInEveryState(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	campaign := v.draft("Open day", b)
	tabs := func(state string, analytics ...string) {
		t.Helper()
		for _, tab := range []string{"/contacts", "/general", "/advanced", "/analytics"} {
			if res := v.do("GET", campaign+tab, nil); res.status != http.StatusOK {
				t.Errorf("%s, %s: %d %s, want 200", state, tab, res.status, res.location)
			}
		}
		v.says(v.do("GET", campaign+"/analytics", nil), http.StatusOK, analytics...)
	}
	tabs("draft", "This campaign is a draft.", "ours list, 1 person", "Go on with the draft", "7 days after launch")
	v.says(v.do("POST", campaign+"/launch", url.Values{"fingerprint": {v.fingerprintOf(campaign)}}), http.StatusSeeOther)
	tabs("scheduled", "They begin with the launch, ", "9:30 AM", "ours list, 1 person")
	v.says(v.do("GET", campaign, nil), http.StatusOK, "No conversation yet")
	v.says(v.do("GET", campaign+"/contacts", nil), http.StatusOK, "Nobody has been texted")
	v.says(v.do("POST", campaign+"/archive", nil), http.StatusSeeOther)
	tabs("archived", "archived before it was launched")
	campaign = fmt.Sprintf("/campaigns/%d", b.ids["campaigns"])
	tabs("sending", "0 of 1 text handed over")
	v.says(v.do("POST", campaign+"/archive", url.Values{"understood": {"yes"}}), http.StatusSeeOther)
	tabs("archived after a launch", "archived after 0 of 1 text")
}

// draft is a campaign that is to launch in three days at half past nine.
func (v *visitor) draft(title string, b belongings) (campaign string) {
	v.t.Helper()
	begun := v.do("POST", "/campaigns", url.Values{"title": {title}})
	campaign = strings.TrimSuffix(begun.location, "/general")
	general := v.do("GET", campaign+"/general", nil)
	v.says(v.do("POST", campaign+"/general", url.Values{"title": {title}, "office": officeOf(general.body), "content": {"simple"},
		"message": {"Hi {{first_name}}"}, "list": {fmt.Sprint(b.ids["lists"])}, "number": {fmt.Sprint(b.ids["numbers"])}, "when": {"at"},
		"date": {time.Now().AddDate(0, 0, 3).Format(time.DateOnly)}, "time": {"09:30"}, "next": {"advanced"}}), http.StatusSeeOther)
	advanced := v.do("GET", campaign+"/advanced", nil)
	v.says(v.do("POST", campaign+"/advanced", url.Values{"mode": {"agent"}, "idk": {"agent"}, "inbox": firstInbox(advanced.body),
		"archive_days": {"7"}, "next": {"review"}}), http.StatusSeeOther)
	return campaign
}
