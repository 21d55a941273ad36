package outreach_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/internal/postgres"
)

// fields gives a person values of the organization's own fields.
func (w *world) fields(name, json string) {
	w.t.Helper()
	w.in(func(tx *postgres.Tx) error {
		_, err := tx.Exec(w.ctx, `update contact set fields = @fields::jsonb where org_id = @org and phone = @phone`,
			postgres.Args{"fields": json, "phone": w.person(name)})
		return err
	})
}

func TestReview_EmptyFieldsAreRepairedInPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk := w.desk(w.manager)
	id := w.draft("Open day", "Hi {{first_name}}, ask {{advisor}} in {{hall|the hall}}.", askBot, "ada", "ben", "cleo")
	w.fields("ada", `{"advisor": "Ms. Ruiz"}`)
	f := found(w.review(id), "fields")
	if f.Verdict != outreach.Block || f.Empty == nil || f.Empty.Field != "advisor" || f.Empty.People != 2 {
		t.Fatalf("found %+v", f)
	}
	var invalid account.Invalid
	if err := desk.Repair(w.ctx, id, []outreach.Repair{{Field: "advisor"}}); !errors.As(err, &invalid) ||
		invalid["text_advisor"] != "Type the words to use when there is no advisor." {
		t.Errorf("an empty text is taken: %v", err)
	}
	w.must(desk.Repair(w.ctx, id, []outreach.Repair{{Field: "advisor", Skip: true}}))
	r := w.review(id)
	if f := found(r, "fields"); f.Verdict != outreach.Pass || !f.Empty.Skipped || r.NoValue != 2 || r.Texted != 1 || r.InList != 3 {
		t.Errorf("skipped: %+v, %d of %d texted", f, r.Texted, r.InList)
	}
	old := r.Fingerprint
	w.must(desk.Repair(w.ctx, id, []outreach.Repair{{Field: "advisor", Text: "  your\nadvisor "}}))
	r = w.review(id)
	if f := found(r, "fields"); f.Verdict != outreach.Pass || f.Empty.Default != "your advisor" || f.Empty.Skipped || r.Texted != 3 {
		t.Errorf("a text instead: %+v", f)
	}
	var stale *outreach.StaleError
	if err := desk.Launch(w.ctx, id, old); !errors.As(err, &stale) || stale.Changes[0].What != "Message" {
		t.Errorf("what is read instead is part of the review: %v", err)
	}
	// Saving the message again keeps what was decided.
	c := w.read(id)
	w.must(desk.SaveGeneral(w.ctx, id, outreach.General{Title: c.Title, Office: w.office, Message: c.Message, List: *c.ListID, Number: w.number}))
	w.launch(id)
	if got := w.sent("ben"); len(got) != 1 || got[0] != "Hi ben, ask your advisor in the hall." {
		t.Errorf("ben reads %q", got)
	}
}

func TestReview_WhoIsLeftOutAddsUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	earlier := w.draft("Earlier", "Hi {{first_name}}", askBot, "ada", "ben", "cleo", "dan")
	w.launch(earlier)
	w.in(func(tx *postgres.Tx) error {
		_, err := tx.Exec(w.ctx, `
			update message m set state = 'failed', reason = 'landline', error_code = 30006
			from contact c
			where m.org_id = @org and c.org_id = @org and c.id = m.contact_id and c.phone = any (@phones)`,
			postgres.Args{"phones": []string{string(w.people["ben"]), string(w.people["dan"])}})
		return err
	})
	w.sent("ada")
	w.text("ada", "STOP")
	w.text("dan", "STOP")
	w.fields("eve", `{"advisor": "Mr. Ives"}`)
	id := w.draft("Open day", "Hi, ask {{advisor}}", askBot, "ada", "ben", "cleo", "dan", "eve")
	w.must(w.desk(w.manager).Repair(w.ctx, id, []outreach.Repair{{Field: "advisor", Skip: true}}))
	r := w.review(id)
	if r.InList != 5 || r.OptedOut != 2 || r.Landlines != 1 || r.NoValue != 1 || r.Texted != 1 {
		t.Errorf("%d in the list - %d opted out - %d landlines - %d without a value = %d", r.InList, r.OptedOut, r.Landlines, r.NoValue, r.Texted)
	}
	w.launch(id)
	p, err := w.desk(w.manager).Progress(w.ctx, id)
	w.must(err)
	if p.Queued != r.Texted || p.Skipped != r.InList-r.Texted {
		t.Errorf("launched as %d to be texted, %d skipped", p.Queued, p.Skipped)
	}
	rows, _, err := w.desk(w.manager).Recipients(w.ctx, outreach.RecipientQuery{Campaign: id})
	w.must(err)
	got := map[string]string{}
	for _, row := range rows {
		got[row.FirstName] = row.State + " " + row.Reason
	}
	for name, want := range map[string]string{"ada": "skipped opted_out", "ben": "skipped landline", "cleo": "skipped no_value", "dan": "skipped opted_out", "eve": "queued "} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	// A phone that was corrected since is another phone.
	w.in(func(tx *postgres.Tx) error {
		_, err := tx.Exec(w.ctx, `update contact set phone_corrected_at = app_now() + interval '1 second' where org_id = @org`, nil)
		return err
	})
	if r := w.review(w.draft("Third", "Hi", askBot, "ben")); r.Landlines != 0 {
		t.Error("a corrected phone is still taken for a landline")
	}
}

// TestReview_TheLongestTexts: those with the most segments, ten at most, whoever stands where in the list.
func TestReview_TheLongestTexts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var names, want []string
	for n := range 13 {
		names = append(names, fmt.Sprintf("p%02d", n))
	}
	id := w.draft("Open day", "Hi, ask {{advisor}}.", askBot, names...)
	for n, name := range names {
		w.fields(name, fmt.Sprintf(`{"advisor": %q}`, strings.Repeat("x", 99+n*5%13*20))) // 108 to 348 characters, no two alike
	}
	r := w.review(id)
	for length := 348; len(want) < 10; length -= 20 {
		want = append(want, fmt.Sprint(length))
	}
	var got []string
	for _, s := range r.LongestTexts {
		got = append(got, fmt.Sprint(len(s.Text)))
		if s.Segments < 2 || s.Name == "" || !strings.HasPrefix(s.Text, "Hi, ask xx") {
			t.Errorf("among the longest is %+v", s)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("lengths (-want +got):\n%s", diff)
	}
	if r.Longer != 10 {
		t.Errorf("%d take more than one text", r.Longer)
	}
	w.fields("p12", `{"advisor": "Ms. Ruiz"}`)
	if r := w.review(id); len(r.LongestTexts) != 9 {
		t.Errorf("%d texts are shown as long, of 9", len(r.LongestTexts))
	}
}

func TestReview_Lines(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk := w.desk(w.manager)
	id := w.draft("Open day", "Hi {{first_name}}", askBot, "ada")
	w.in(func(tx *postgres.Tx) error {
		_, err := tx.Exec(w.ctx, `update organization set quiet_until = '09:00', quiet_from = '20:00' where org_id = @org`, nil)
		return err
	})
	c := w.read(id)
	general := outreach.General{Title: c.Title, Office: w.office, List: *c.ListID, Number: w.number}
	cases := []struct {
		message, topic string
		verdict        outreach.Verdict
		words          string
	}{
		{"", "message", outreach.Block, "no message"},
		{"Hi {{first_name", "message", outreach.Block, "broken merge field"},
		{"Due on [date]", "message", outreach.Block, "[date]"},
		{strings.Repeat("a", 1601), "message", outreach.Block, "too long for 1 person"},
		{strings.Repeat("a", 161), "segments", outreach.Warn, "1 person gets more than one text. The longest takes 2. 2 texts in all."},
		{"¿Vendrá mañana?", "segments", outreach.Pass, "For 1 person a special character makes a text hold 70"},
		{"Hi [2] people", "segments", outreach.Pass, "Everybody gets one text. 1 texts in all."},
		{"Hi", "hours", outreach.Pass, "Only between 9:00 AM and 8:00 PM of each person's own day."},
		{"Hi", "number", outreach.Pass, "sends 1 text a second"},
	}
	for _, l := range cases {
		general.Message = l.message
		w.must(desk.SaveGeneral(w.ctx, id, general))
		if f := found(w.review(id), l.topic); f.Verdict != l.verdict || !strings.Contains(f.Title+" "+f.Detail, l.words) {
			t.Errorf("%.30q: %s %q %q, want %s %q", l.message, f.Verdict, f.Title, f.Detail, l.verdict, l.words)
		}
	}
}

// TestReview_BracesThatAreNoField: what would go out as it is typed stops the launch, and who is on the list
// is known all the same.
func TestReview_BracesThatAreNoField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for message, want := range map[string]string{
		"Hi {first_name}, the day is near.":      "The message has {first_name} in single braces.",
		"{First name}: come!":                    "The message has {First name} in single braces.",
		"Hi {{first_name, the day is near.":      "The message has a broken merge field.",
		"Hi {{first_name}}, on [date].":          "The message still has [date] in it.",
		"Hi {{first_name|there}}, {5} {} { a b ": "",
	} {
		id := w.draft("About "+message, message, askBot, "ada", "ben")
		r := w.review(id)
		f := found(r, "message")
		if f.Title != want || (f.Verdict == outreach.Block) != (want != "") {
			t.Errorf("%q: %+v, want %q", message, f, want)
		}
		if want != "" && r.Blocked() != 1 {
			t.Errorf("%q: %d findings stop the launch: %+v", message, r.Blocked(), r.Findings)
		}
		if r.InList != 2 || r.Texted != 2 {
			t.Errorf("%q: %d of %d would be texted", message, r.Texted, r.InList)
		}
	}
}
