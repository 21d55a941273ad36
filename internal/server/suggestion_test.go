package server_test

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// conversationWith is the conversation with a person.
func (s *site) conversationWith(b belongings, phone sms.Phone) (id outreach.ConversationID) {
	s.t.Helper()
	err := s.db.Org(s.ctx, b.org.ID, func(tx *postgres.Tx) (err error) {
		id, err = postgres.Value[outreach.ConversationID](s.ctx, tx, `
			select v.id
			from conversation v
			join contact c on c.org_id = @org and c.id = v.contact_id
			where v.org_id = @org and c.phone = @phone`, postgres.Args{"phone": phone})
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return id
}

// sentBy are the texts that an author has sent to a person, oldest first.
func (s *site) sentBy(b belongings, author outreach.Author, phone sms.Phone) (texts []string) {
	s.t.Helper()
	err := s.db.Org(s.ctx, b.org.ID, func(tx *postgres.Tx) (err error) {
		texts, err = postgres.Values[string](s.ctx, tx, `
			select m.body
			from message m
			join contact c on c.org_id = @org and c.id = m.contact_id
			where m.org_id = @org and c.phone = @phone and m.author = @author
			order by m.id`, postgres.Args{"phone": phone, "author": author})
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return texts
}

// teach adds two answers that are near each other.
func (v *visitor) teach() {
	v.t.Helper()
	v.posts("/knowledge/answers/new", url.Values{"variants": {"Where can I park?\nparking permit\nwhere do visitors park\nis parking free\nwhere do i leave my car"},
		"text": {"Lot C, {{first_name|friend}}."}, "language": {"en"}, "on": {"yes"}})
	v.posts("/knowledge/answers/new", url.Values{"variants": {"Where can I park at night?\novernight parking\nmay i park until morning"},
		"text": {"Lot D."}, "language": {"en"}, "on": {"yes"}})
}

var hidden = regexp.MustCompile(`<input type="hidden" name="(\w+)" value="([^"]*)"`)

// suggestion reads the first form of a page that sends a suggested answer.
func suggestion(t *testing.T, body string) url.Values {
	t.Helper()
	_, after, found := strings.Cut(body, `class="suggestion"`)
	if !found {
		t.Fatalf("nothing is suggested:\n%s", body)
	}
	form, _, _ := strings.Cut(after, "</form>")
	values := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(form, -1) {
		values.Set(m[1], html.UnescapeString(m[2]))
	}
	return values
}

const unsure = "so where would my old car go"

// doubted is a conversation in which somebody waits, since the bot is unsure between two answers.
func doubted(t *testing.T, phone sms.Phone) (*visitor, belongings, outreach.ConversationID) {
	t.Helper()
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	v.teach()
	s.text(b, phone, unsure)
	return v, b, s.conversationWith(b, phone)
}

func TestSuggestion_IsSentOnceAndTeaches(t *testing.T) {
	t.Parallel()
	const ada sms.Phone = "+15415550021"
	v, b, id := doubted(t, ada)
	place := fmt.Sprintf("/inbox?conversation=%d", id)
	form := suggestion(t, v.holds(place, 200, "Suggested answers", "Lot C, friend."))
	for range 2 {
		v.posts(fmt.Sprintf("/conversations/%d/reply", id), form)
	}
	if sent := v.sentBy(b, outreach.ByAgent, ada); len(sent) != 1 || sent[0] != "Lot C, friend." {
		t.Errorf("the person was sent %q", sent)
	}
	if body := v.holds(place, 200); strings.Contains(body, "Suggested answers") {
		t.Error("something is suggested where nobody waits")
	}
	if body := v.holds("/knowledge/review", 200); strings.Contains(body, `value="`+unsure+`"`) {
		t.Error("the text waits in the review queue")
	}
	v.holds("/knowledge/answers/"+form.Get("answer"), 200, unsure)
}

func TestSuggestion_IsEditedWithoutScript(t *testing.T) {
	t.Parallel()
	const ada sms.Phone = "+15415550022"
	v, b, id := doubted(t, ada)
	place := fmt.Sprintf("/inbox?conversation=%d", id)
	form := suggestion(t, v.holds(place, 200))
	if to := v.posts(fmt.Sprintf("/conversations/%d/compose", id), form); !strings.HasPrefix(to, "/inbox") {
		t.Errorf("editing leads to %s", to)
	}
	v.holds(place, 200, ">Lot C, friend.</textarea>", `name="suggested" value="Lot C, friend."`)

	form.Set("suggested", "Lot C, friend.")
	form.Set("text", "Lot C, behind the barn.")
	v.posts(fmt.Sprintf("/conversations/%d/reply", id), form)
	if sent := v.sentBy(b, outreach.ByAgent, ada); len(sent) != 1 || sent[0] != "Lot C, behind the barn." {
		t.Errorf("the person was sent %q", sent)
	}
	v.holds("/knowledge/review", 200, `value="`+unsure+`"`, "sent by an agent once")
}

func TestReply_ThatIsRefusedStaysInTheComposer(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	const ada sms.Phone = "+15415550023"
	s.text(b, ada, "can my llama come along")
	id := s.conversationWith(b, ada)
	place := fmt.Sprintf("/inbox?conversation=%d", id)
	long := strings.Repeat("Llamas are welcome. ", 90)
	v.posts(fmt.Sprintf("/conversations/%d/reply", id), url.Values{"text": {long}, "suggested": {""}, "back": {place}})
	v.holds(place, 200, "This is too long", long+"</textarea>")
	if body := v.holds(place, 200); strings.Contains(body, long) {
		t.Error("the text is in the composer for ever")
	}
}

func TestJudged_AWrongAnswerIsMarkedAndTheMarkTakenBack(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	b := s.furnish("ours")
	v := s.signedIn(b.org.Admin)
	v.teach()
	const ada sms.Phone = "+15415550024"
	if said := s.text(b, ada, "is parking free"); len(said) != 1 || said[0] != "Lot C, friend." {
		t.Fatalf("the bot says %q", said)
	}
	id := s.conversationWith(b, ada)
	place := fmt.Sprintf("/conversations/%d", id)
	inbox := fmt.Sprintf("/inbox?conversation=%d", id)
	body := v.holds(inbox, 200, "Does not answer their question")
	about := url.Values{"about": {regexp.MustCompile(`name="about" value="(\d+)"`).FindStringSubmatch(body)[1]}, "back": {inbox}}
	if to := v.posts(place+"/wrong", about); to != inbox {
		t.Errorf("marking leads to %s", to)
	}
	v.holds(inbox, 200, "Marked as wrong by", "It waits in the review.")
	v.holds("/knowledge/review", 200, "Answered wrongly once with “Where can I park?”")
	v.posts(place+"/right", about)
	v.holds(inbox, 200, "Does not answer their question")
	v.holds("/settings?tab=audit", 200, "marked as wrong the bot’s answer to text", "took back the mark on the bot’s answer to text")
	if res := v.do("POST", place+"/wrong", url.Values{"about": {"987654321"}}); res.status != 404 {
		t.Errorf("a text that is not there: %d", res.status)
	}
}
