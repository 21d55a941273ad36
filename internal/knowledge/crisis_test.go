package knowledge

import (
	"errors"
	"strings"
	"testing"

	"parley/internal/account"
	"parley/internal/sms"
)

func TestAPersonIsCalled(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	o.teachCampus()
	taught := o.teach("Who is my advisor?", "Ann.", "i need to talk to an advisor\nwho advises me\nmy advisor")
	for _, tc := range []struct {
		text string
		kind ReplyKind
	}{
		{"can i talk to a real person", AskedForPerson},
		{"agent", AskedForPerson},
		{"quiero hablar con una persona", AskedForPerson},
		{"i want to kill myself", Crisis},
		{"me quiero morir", Crisis},
		{"i need to talk to an advisor", Answered},
		{"where can i park", Answered},
	} {
		r := o.ask(tc.text)
		if r.Kind != tc.kind || r.Kind.HandsOver() != (tc.kind != Answered) {
			t.Errorf("%s: %s, want %s", tc.text, r.Kind, tc.kind)
		}
		if r.Kind.HandsOver() && (r.AnswerID != 0 || r.Title != "" || (r.Text != "") != (r.Kind == Crisis)) {
			t.Errorf("%s: %+v", tc.text, r)
		}
	}
	if err := o.AddVariant(t.Context(), taught, "i want to kill myself"); err != nil {
		t.Fatal(err)
	}
	if r := o.ask("i want to kill myself"); r.Kind != Crisis {
		t.Errorf("a taught question about danger is answered by the bot: %+v", r)
	}
}

func TestCrisisText(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		country  string
		language Language
		want     string
	}{
		{"US", "en", "988"}, {"CA", "", "988"}, {"US", "es", "llamar o escribir al 988"},
		{"MX", "es", "emergencias de su país"}, {"GB", "en", "your country's emergency number"},
	} {
		text := setting{Country: tc.country}.crisisText(tc.language)
		if !strings.Contains(text, tc.want) || sms.Count(text).Segments > 2 {
			t.Errorf("%s %s: %s", tc.country, tc.language, text)
		}
	}

	o := newOrg(t)
	if err := o.SetCrisisText(t.Context(), " Call Reed House, 555-0170. "); err != nil {
		t.Fatal(err)
	}
	if text, own, err := o.CrisisText(t.Context()); err != nil || !own || text != "Call Reed House, 555-0170." {
		t.Errorf("%q, own %v, %v", text, own, err)
	}
	if r := o.ask("i want to kill myself"); r.Text != "Call Reed House, 555-0170." {
		t.Errorf("got %+v", r)
	}
	if err := o.SetCrisisText(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	if text, own, err := o.CrisisText(t.Context()); err != nil || own || !strings.Contains(text, "988") {
		t.Errorf("%q, own %v, %v", text, own, err)
	}
	if err := o.as(account.Manager).SetCrisisText(t.Context(), "x"); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("a manager: %v, want forbidden", err)
	}
	wantInvalid(t, o.SetCrisisText(t.Context(), strings.Repeat("x", 1601)), "crisis_text", "This text is too long. The longest is 1600 characters.")
}
