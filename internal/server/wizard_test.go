package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"parley/internal/outreach"
)

// says fails unless a page holds all words, in its text.
func (v *visitor) says(res response, status int, words ...string) {
	v.t.Helper()
	if res.status != status {
		v.t.Fatalf("answered %d %s, want %d:\n%s", res.status, res.location, status, text(res.body))
	}
	for _, word := range words {
		if !strings.Contains(text(res.body), word) {
			v.t.Errorf("the page does not say %q:\n%s", word, text(res.body))
		}
	}
}

var tags = regexp.MustCompile(`<[^>]*>`)

func text(body string) string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(body, " ")), " ")
}

var fingerprint = regexp.MustCompile(`name="fingerprint" value="([^"]*)"`)

func (v *visitor) fingerprintOf(campaign string) string {
	v.t.Helper()
	m := fingerprint.FindStringSubmatch(v.do("GET", campaign+"/review", nil).body)
	if m == nil {
		v.t.Fatal("the review has no fingerprint")
	}
	return m[1]
}

// TestWizard_FromTheLibraryToTheCalendarAndBack makes a campaign as a person does, without script.
func TestWizard_FromTheLibraryToTheCalendarAndBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	v.says(v.do("GET", "/calendar", nil), http.StatusOK, "ours campaign")
	day := time.Now().AddDate(0, 0, 3).Format(time.DateOnly)
	v.says(v.do("GET", "/campaigns/new?from=library&q=coming&date="+day, nil), http.StatusOK, "Are you coming?", "Yes or no")
	v.says(v.do("GET", "/campaigns/new?from=library&template=event-coming&date="+day, nil), http.StatusOK, "Give it a title")
	begun := v.do("POST", "/campaigns", url.Values{"from": {"library"}, "template": {"event-coming"}, "title": {"Open day"}, "date": {day}})
	v.says(begun, http.StatusSeeOther)
	campaign := strings.TrimSuffix(begun.location, "/general")
	general := v.do("GET", campaign+"/general", nil)
	for _, kept := range []string{`value="` + day + `"`, `value="yesno" checked`, `value="at" checked`, "[event]"} {
		if !strings.Contains(general.body, kept) {
			t.Errorf("the draft has not kept %s", kept)
		}
	}
	v.says(v.do("GET", campaign+"/review", nil), http.StatusOK, "The message still has [event] in it.", "Choose the time of the launch.", "No contact list is chosen.", "Change the message", "Choose a list", "Change the time")
	form := url.Values{"title": {"Open day"}, "office": {"1"}, "content": {"yesno"}, "message": {"Hi {{first_name}}, {{advisor}} asks: coming?"}, "tags": {"events"},
		"list": {fmt.Sprint(b.ids["lists"])}, "number": {fmt.Sprint(b.ids["numbers"])}, "when": {"at"}, "date": {day}, "time": {"9 o'clock"}, "next": {"advanced"}}
	form["office"] = officeOf(general.body)
	v.says(v.do("POST", campaign+"/general", form), http.StatusUnprocessableEntity, "Type the time as in 09:30.")
	form.Set("time", "09:30")
	v.says(v.do("POST", campaign+"/general", form), http.StatusSeeOther)
	advanced := v.do("GET", campaign+"/advanced", nil)
	v.says(advanced, http.StatusOK, "Reply to a yes", "Anything else: it needs attention")
	v.says(v.do("POST", campaign+"/advanced", url.Values{"mode": {"bot"}, "idk": {"agent"}, "inbox": firstInbox(advanced.body), "archive_days": {"5"},
		"yes_response": {"See you!"}, "no_escalate": {"yes"}, "next": {"review"}}), http.StatusSeeOther)
	v.says(v.do("GET", campaign+"/review", nil), http.StatusOK, "{advisor} is empty for 1 person.", "1 thing to fix before you can launch")
	v.says(v.do("POST", campaign+"/review", url.Values{"fill_advisor": {"text"}, "text_advisor": {" "}}), http.StatusUnprocessableEntity, "Type the words to use when there is no advisor.")
	v.says(v.do("POST", campaign+"/review", url.Values{"fill_advisor": {"text"}, "text_advisor": {"your advisor"}}), http.StatusSeeOther)
	v.says(v.do("GET", campaign+"/review", nil), http.StatusOK, "They read “your advisor” instead.", "Schedule for")
	v.says(v.do("POST", campaign+"/launch", url.Values{"fingerprint": {v.fingerprintOf(campaign)}}), http.StatusSeeOther)
	for _, tab := range []string{"", "/contacts", "/general", "/advanced"} {
		v.says(v.do("GET", campaign+tab, nil), http.StatusOK, "Scheduled", "Change the time")
	}
	v.says(v.do("GET", campaign+"/general", nil), http.StatusOK, "As it will be sent", "Yes or no question", "scheduled the launch")
	v.says(v.do("GET", "/calendar?month="+day[:7], nil), http.StatusOK, "Open day")
	v.says(v.do("POST", campaign+"/schedule", url.Values{"date": {"2020-01-01"}, "time": {"09:00"}}), http.StatusUnprocessableEntity, "This time has passed.")
	v.says(v.do("POST", campaign+"/schedule", url.Values{"date": {day}, "time": {"10:45"}}), http.StatusSeeOther)
	v.says(v.do("GET", campaign+"/schedule", nil), http.StatusOK, "10:45 AM")
	v.says(v.do("POST", campaign+"/unschedule", nil), http.StatusSeeOther)
	v.says(v.do("GET", campaign+"/review", nil), http.StatusOK, "Schedule for")

	audit := v.do("GET", "/settings?tab=audit", nil)
	v.says(audit, http.StatusOK, "moved the launch of “Open day”", "9:30 AM → ", "10:45 AM")
	for _, code := range []string{"system", "fingerprint", "T17:", "campaign " + strings.TrimPrefix(campaign, "/campaigns/")} {
		if strings.Contains(text(audit.body), code) {
			t.Errorf("the audit says %q", code)
		}
	}
}

// TestWizard_FromPreviousAsksForTheSameAudience clones a launched campaign.
func TestWizard_FromPreviousAsksForTheSameAudience(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	source := fmt.Sprint(b.ids["campaigns"])
	v.says(v.do("GET", "/campaigns/new?from=previous&q=our", nil), http.StatusOK, "ours campaign")
	if res := v.do("GET", "/campaigns/new?from=previous&campaign="+source, nil); !strings.Contains(res.body, `value="ours campaign (2)"`) {
		t.Error("no free title is proposed")
	}
	v.says(v.do("POST", "/campaigns", url.Values{"from": {"previous"}, "campaign": {source}, "title": {"OURS  campaign"}}),
		http.StatusUnprocessableEntity, "“OURS campaign (2)” is free", "is cloned")
	begun := v.do("POST", "/campaigns", url.Values{"from": {"previous"}, "campaign": {source}, "title": {"Again"}})
	v.says(begun, http.StatusSeeOther)
	campaign := strings.TrimSuffix(begun.location, "/general")
	v.says(v.do("GET", campaign+"/review", nil), http.StatusOK, "Same list as “ours campaign”.", "Yes, I mean the same people")
	print := v.fingerprintOf(campaign)
	v.says(v.do("POST", campaign+"/launch", url.Values{"fingerprint": {print}}), http.StatusUnprocessableEntity, "Tick the box if you mean the same people again.")
	v.says(v.do("POST", campaign+"/launch", url.Values{"fingerprint": {"stale"}, "same_audience": {"yes"}}), http.StatusConflict, "Not launched: the campaign changed since you reviewed it.")
	v.says(v.do("POST", campaign+"/launch", url.Values{"fingerprint": {print}, "same_audience": {"yes"}}), http.StatusSeeOther)
	v.says(v.do("GET", campaign+"/general", nil), http.StatusOK, "cloned it from another campaign", "launched the campaign")
	v.says(v.do("GET", campaign+"/template", nil), http.StatusOK, "Save as template")
	v.says(v.do("POST", campaign+"/template", url.Values{"title": {"Our way"}, "language": {"en"}}), http.StatusUnprocessableEntity, "Choose a topic")
	v.says(v.do("POST", campaign+"/template", url.Values{"title": {"Our way"}, "topic": {"Ours"}, "language": {"en"}}), http.StatusSeeOther)
	v.says(v.do("GET", "/campaigns/new?from=library&q=our+way", nil), http.StatusOK, "Our way", "Yours")
}

// TestNotices_StandOnEveryPageUntilSeen shows what a scheduled launch has to tell.
func TestNotices_StandOnEveryPageUntilSeen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	for _, path := range []string{"/inbox", "/campaigns", "/contacts"} {
		v.says(v.do("GET", path, nil), http.StatusOK, "“ours campaign” was not launched and is a draft again.")
	}
	v.says(v.do("POST", fmt.Sprintf("/notices/%d/seen", b.ids["notices"]), nil), http.StatusSeeOther)
	if res := v.do("GET", "/inbox", nil); strings.Contains(res.body, "was not launched") {
		t.Error("the notice is still there")
	}
}

// TestCampaign_ArchivedBeforeItsLaunch opens the tabs of a draft that was archived with nothing chosen.
func TestCampaign_ArchivedBeforeItsLaunch(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.furnish("ours")
	desk := outreach.NewDesk(s.db, b.org.Admin)
	id, err := desk.Begin(s.ctx, "An idea", b.org.Office(t, "Ideas"))
	if err == nil {
		err = desk.Archive(s.ctx, id, false)
	}
	if err != nil {
		t.Fatal(err)
	}
	v := s.signedIn(b.org.Admin)
	for _, tab := range []string{"", "/contacts", "/general", "/advanced", "/analytics"} {
		v.says(v.do("GET", fmt.Sprintf("/campaigns/%d%s", id, tab), nil), http.StatusOK, "An idea", "Archived")
	}
}

var chosen = regexp.MustCompile(`<option value="(\d+)" selected`)

func officeOf(body string) []string { return chosen.FindStringSubmatch(body)[1:] }

var inboxField = regexp.MustCompile(`name="inbox" value="(\d+)"`)

func firstInbox(body string) []string { return inboxField.FindStringSubmatch(body)[1:] }

var seenMarks = regexp.MustCompile(`name="seen" value="([^"]*)"`)

// TestWizard_TwoWindowsKeepEachOthersChanges has the same draft open twice: each saves what was changed in it,
// and nothing of what it shows from before.
func TestWizard_TwoWindowsKeepEachOthersChanges(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	v := s.signedIn(s.furnish("ours").org.Admin)
	begun := v.do("POST", "/campaigns", url.Values{"from": {"scratch"}, "title": {"Open day"}})
	v.says(begun, http.StatusSeeOther)
	general := begun.location
	v.says(v.do("POST", "/campaigns", url.Values{"from": {"scratch"}, "title": {"Taken"}}), http.StatusSeeOther)
	shown := v.do("GET", general, nil).body
	window := func() url.Values {
		return url.Values{"title": {"Open day"}, "office": officeOf(shown), "content": {"simple"}, "message": {""}, "tags": {""}, "when": {"now"},
			"seen": {seenMarks.FindStringSubmatch(shown)[1]}}
	}
	one, two := window(), window()
	save := func(form url.Values, field, value string, status int, words ...string) {
		form.Set(field, value)
		res := v.fragment("POST", general, "", form)
		v.says(res, status, words...)
		if m := seenMarks.FindStringSubmatch(res.body); m != nil {
			form.Set("seen", m[1])
		}
	}
	save(two, "message", "Hi {{first_name}},\r\nthe open day is near.", http.StatusOK, "Draft saved")
	save(one, "tags", "events", http.StatusOK, "Draft saved")
	save(two, "title", "Open day 2027", http.StatusOK, "Draft saved")
	save(one, "title", "Taken", http.StatusUnprocessableEntity, "Not saved. ")
	save(one, "tags", "", http.StatusUnprocessableEntity, "Not saved. ") // the title still is
	save(one, "title", "Open day", http.StatusOK, "Draft saved")
	// A form that is refused as a whole comes back with what was typed, which is still to be saved.
	one.Set("title", "Taken")
	one.Set("tags", "second, try")
	refused := v.do("POST", general, one)
	v.says(refused, http.StatusUnprocessableEntity, "already a campaign called")
	one.Set("seen", seenMarks.FindStringSubmatch(refused.body)[1])
	one.Set("title", "Open day")
	v.says(v.do("POST", general, one), http.StatusOK)
	if !strings.Contains(v.do("GET", general, nil).body, `value="second, try"`) {
		t.Error("what was typed into a form that was refused is lost once it is corrected")
	}
	now := v.do("GET", general, nil).body
	for _, kept := range []string{"the open day is near.", `value="Open day 2027"`} {
		if !strings.Contains(now, kept) {
			t.Errorf("the draft has lost %s:\n%s", kept, text(now))
		}
	}
	if strings.Contains(now, `value="events"`) {
		t.Error("the tag that was taken away again is there")
	}
	save(one, "title", "Open day", http.StatusOK)
	if strings.Contains(v.do("GET", general, nil).body, `value="Open day"`) {
		t.Error("a title that was not changed in this window has taken the place of that of the other")
	}
}
