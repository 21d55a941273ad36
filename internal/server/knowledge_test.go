package server_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// text has a person text a number of the organization, and returns what the bot said to them.
func (s *site) text(b belongings, from sms.Phone, body string) []string {
	s.t.Helper()
	var said []string
	type line struct {
		ID    outreach.NumberID
		Phone sms.Phone
	}
	var to line
	must := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	must(s.db.Org(s.ctx, b.org.ID, func(tx *postgres.Tx) (err error) {
		to, err = postgres.Row[line](s.ctx, tx, `select id, phone from phone_number where org_id = @org`, nil)
		if err == nil {
			_, err = tx.Exec(s.ctx, `
				update response_policy set mode = 'bot'
				where org_id = @org and id = (select policy_id from phone_number where org_id = @org and id = @id)`, postgres.Args{"id": to.ID})
		}
		return err
	}))
	must(s.intake.Receive(s.ctx, b.org.ID, outreach.Inbound{SID: fmt.Sprintf("SM%032x", phones.Add(1)+1<<40), From: from, To: to.Phone, Body: body}))
	must(s.db.Org(s.ctx, b.org.ID, func(tx *postgres.Tx) (err error) {
		said, err = postgres.Values[string](s.ctx, tx, `
			select m.body from message m join contact c on c.org_id = @org and c.id = m.contact_id
			where m.org_id = @org and c.phone = @from and m.author = 'bot' order by m.id`, postgres.Args{"from": from})
		return err
	}))
	return said
}

var (
	groupTexts = regexp.MustCompile(`name="texts" value="([\d,]+)"`)
	toReview   = regexp.MustCompile(`(\d+) to review`)
)

func TestWhatTheBotDidNotKnowIsTaughtFromTheReviewQueue(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	if said := s.text(b, "+15415550001", "can my llama come along"); len(said) != 0 {
		t.Fatalf("before it is taught the bot says %q", said)
	}
	queue := v.do("GET", "/knowledge/review?office=", nil)
	if queue.status != http.StatusOK || !strings.Contains(queue.body, `value="can my llama come along"`) || !toReview.MatchString(queue.body) {
		t.Fatalf("the queue: %d\n%s", queue.status, queue.body)
	}
	at := strings.Index(queue.body, `value="can my llama come along"`)
	ids := groupTexts.FindAllStringSubmatch(queue.body[:at], -1)
	answer := fmt.Sprint(b.ids["answers"])
	taught := v.do("POST", "/knowledge/review/teach", url.Values{"texts": {ids[len(ids)-1][1]}, "question": {"can my llama come along"},
		"answer": {answer}, "back": {"https://elsewhere.example/knowledge/"}})
	if taught.status != http.StatusSeeOther || taught.location != "/knowledge/review" {
		t.Fatalf("taught: %d to %s", taught.status, taught.location)
	}
	if said := s.text(b, "+15415550002", "Can my llama come along?"); len(said) != 1 || said[0] != "ours answer." {
		t.Errorf("the next person gets %q", said)
	}
	if body := v.do("GET", "/knowledge/review", nil).body; strings.Contains(body, `value="can my llama come along"`) {
		t.Error("the group is in the queue still")
	}
}

func TestANewAnswerFromTheQueue(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	s.text(b, "+15415550003", "do you sell umbrellas")
	queue := v.do("GET", "/knowledge/review", nil).body
	at := strings.Index(queue, `value="do you sell umbrellas"`)
	ids := groupTexts.FindAllStringSubmatch(queue[:max(at, 0)], -1)
	if len(ids) == 0 {
		t.Fatal("the question is not in the queue")
	}
	texts := ids[len(ids)-1][1]
	form := v.do("POST", "/knowledge/review/answer", url.Values{"texts": {texts}, "question": {"do you sell umbrellas"}})
	if form.status != http.StatusOK || !strings.Contains(form.body, `name="settles" value="`+texts+`"`) {
		t.Fatalf("the form of a new answer: %d", form.status)
	}
	refused := v.do("POST", "/knowledge/answers/new", url.Values{"settles": {texts}, "variants": {"do you sell umbrellas"}, "language": {"en"}, "on": {"yes"}})
	if refused.status != http.StatusUnprocessableEntity || !strings.Contains(refused.body, `name="settles" value="`+texts+`"`) {
		t.Errorf("without a text: %d, or the group is forgotten", refused.status)
	}
	saved := v.do("POST", "/knowledge/answers/new", url.Values{"settles": {texts}, "variants": {"do you sell umbrellas"}, "text": {"We do."}, "language": {"en"}, "on": {"yes"}})
	if saved.status != http.StatusSeeOther {
		t.Fatalf("saved: %d", saved.status)
	}
	if said := s.text(b, "+15415550004", "do you sell umbrellas"); len(said) != 1 || said[0] != "We do." {
		t.Errorf("the next person gets %q", said)
	}
	if body := v.do("GET", "/knowledge/review", nil).body; strings.Contains(body, `value="do you sell umbrellas"`) {
		t.Error("the group is in the queue still")
	}
}

func TestAnAnswerIsTriedEditedAndUndone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	id := fmt.Sprint(b.ids["answers"])
	edited := url.Values{"version": {"1"}, "text": {"New words."}, "variants": {"ours question\ncan my llama come"}, "language": {"en"}, "on": {"yes"}, "valid_to": {"2999-12-31"}}
	trial := url.Values{"draft": {id}, "question": {"can my llama come"}}
	for name, value := range edited {
		trial[name] = value
	}
	if body := v.do("POST", "/knowledge/try", trial).body; !strings.Contains(body, "The bot would answer.") || !strings.Contains(body, "Before your change it was") {
		t.Error("the draft was not tried")
	}
	if saved := v.do("POST", "/knowledge/answers/"+id, edited); saved.status != http.StatusSeeOther {
		t.Fatalf("saved: %d", saved.status)
	}
	page := v.do("GET", "/knowledge/answers/"+id, nil).body
	revision := regexp.MustCompile(`name="revision" value="(\d+)"`).FindStringSubmatch(page)
	if revision == nil || !strings.Contains(page, "Answer, dates, 1 way to ask added") {
		t.Fatalf("no version to go back to")
	}
	if back := v.do("POST", "/knowledge/answers/"+id+"/restore", url.Values{"revision": {revision[1]}}); back.status != http.StatusSeeOther {
		t.Errorf("restored: %d", back.status)
	}
	if page := v.do("GET", "/knowledge/answers/"+id, nil).body; !strings.Contains(page, "ours answer.</textarea>") {
		t.Error("the answer is not what it was")
	}
	v.do("POST", "/knowledge/switch", url.Values{"answer": {id}, "on": {"no"}})
	if list := v.do("GET", "/knowledge?state=off", nil).body; !strings.Contains(list, "ours question") {
		t.Error("the ticked answer was not switched off")
	}
	if removed := v.do("POST", "/knowledge/answers/"+id+"/remove", nil); removed.status != http.StatusSeeOther {
		t.Errorf("removed: %d", removed.status)
	}
}

func TestHowTheBotAnswersIsForAdministrators(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.furnish("ours")
	admin := s.signedIn(b.org.Admin)
	for _, form := range []url.Values{
		{"part": {"threshold"}, "threshold": {"own"}, "own": {"55"}}, {"part": {"clarify"}, "clarify": {"yes"}}, {"part": {"crisis"}, "crisis_text": {"Call us."}},
	} {
		if saved := admin.do("POST", "/knowledge/settings", form); saved.status != http.StatusSeeOther {
			t.Errorf("%v: %d", form, saved.status)
		}
	}
	body := admin.do("GET", "/knowledge/settings", nil).body
	for _, want := range []string{`value="55"`, "Call us.</textarea>", "A cautious estimate"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if wrong := admin.do("POST", "/knowledge/settings", url.Values{"part": {"threshold"}, "threshold": {"own"}, "own": {"x"}}); wrong.status != http.StatusUnprocessableEntity {
		t.Errorf("a threshold of x: %d", wrong.status)
	}
	agent := s.signedIn(b.org.User(t, "Ann", account.Agent))
	for _, path := range []string{"/knowledge/review", "/knowledge/import", "/knowledge/starter"} {
		if got := agent.do("GET", path, nil); got.status != http.StatusForbidden {
			t.Errorf("%s for an agent: %d", path, got.status)
		}
	}
	if got := agent.do("POST", "/knowledge/settings", url.Values{"part": {"clarify"}}); got.status != http.StatusForbidden {
		t.Errorf("an agent changes the settings: %d", got.status)
	}
}

func TestAnswersComeAndGoAsFiles(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	if file := v.do("GET", "/knowledge/answers.csv", nil); file.status != http.StatusOK || !strings.Contains(file.body, "ours question,ours answer.,en") {
		t.Errorf("exported: %d %s", file.status, file.body)
	}
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	part, err := writer.CreateFormFile("file", "answers.csv")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(part, "title,text\nLlamas?,Yes.\nOwls?,\n")
	writer.Close()
	res, err := v.client.Post(v.http.URL+"/knowledge/import", writer.FormDataContentType(), &form)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(body.String(), "1 added, 0 changed, 0 unchanged, 1 left out") || !strings.Contains(body.String(), "Type the text to send.") {
		t.Errorf("imported: %d", res.StatusCode)
	}
	adopted := v.do("POST", "/knowledge/starter", url.Values{"topic": {"it"}, "language": {"en"}, "site": {"ours.example"}, "on": {"no"}})
	if adopted.status != http.StatusSeeOther || adopted.location != "/knowledge?state=off" {
		t.Errorf("adopted: %d to %s", adopted.status, adopted.location)
	}
	if none := v.do("POST", "/knowledge/starter", url.Values{"site": {"ours.example"}}); none.status != http.StatusUnprocessableEntity {
		t.Errorf("no topic: %d", none.status)
	}
}
