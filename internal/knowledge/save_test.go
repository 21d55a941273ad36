package knowledge

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/account"
	"parley/internal/postgres"
)

func TestSaveKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	aid := o.office("Aid")
	id := o.save(Draft{
		Title: "  Which parent\tgoes on the FAFSA? ", Text: " Hi {{first_name|there}}, the one who pays more.\r\n", Language: "en",
		Office: aid, Enabled: true, Variants: "mom or dad\n\n  my  parents are divorced\nMom or dad??\nwhich parent goes on the fafsa\n",
	})
	got := o.answer(id)
	want := Answer{
		ID: id, Version: 1, Title: "Which parent goes on the FAFSA?", Text: "Hi {{first_name|there}}, the one who pays more.",
		Language: "en", Office: aid, OfficeName: "Aid", Enabled: true,
		Variants: []Variant{
			{"Which parent goes on the FAFSA?", FromTitle}, {"mom or dad", Typed}, {"my parents are divorced", Typed},
		},
		CreatedAt: got.CreatedAt, UpdatedAt: got.UpdatedAt,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("saved (-want +got):\n%s", diff)
	}
}

func TestSaveSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	o.teach("Where can I park?", "Lot C.", "parking permit")
	good := Draft{Title: "New", Text: "Text", Language: "en"}
	for _, tc := range []struct {
		name, field, sentence string
		edit                  func(*Draft)
	}{
		{"no title", "title", "Type a title: the question in plain words.", func(f *Draft) { f.Title = " ?! " }},
		{"long title", "title", "This title is too long. The longest is 200 characters.", func(f *Draft) { f.Title = strings.Repeat("é", 201) }},
		{"no text", "text", "Type the text to send.", func(f *Draft) { f.Text = "\n" }},
		{"long text", "text", "This text is too long. The longest is 1600 characters.", func(f *Draft) { f.Text = strings.Repeat("x", 1601) }},
		{"broken field", "text", "A merge field needs }} after its name: look at character 4.", func(f *Draft) { f.Text = "Hi {{name" }},
		{"field without default", "text", "{{advisor}} needs words for people without one, as in {{advisor|your advisor}}.", func(f *Draft) { f.Text = "Ask {{advisor}}." }},
		{"no language", "language", "Choose a language.", func(f *Draft) { f.Language = "" }},
		{"unknown office", "office", "Choose one of your offices.", func(f *Draft) { f.Office = 999_999 }},
		{"variant without words", "variants", "Line 2 has no words: “???”.", func(f *Draft) { f.Variants = "a\n???" }},
		{"long variant", "variants", "Line 1 is too long. The longest is 320 characters.", func(f *Draft) { f.Variants = strings.Repeat("x", 321) }},
		{"title taken", "title", "Another answer has this title. Choose a new one, or edit that answer.", func(f *Draft) { f.Title = "WHERE can I park?" }},
		{"title is another's variant", "title", "“parking permit” already asks for “Where can I park?”. Keep it in one of the two.", func(f *Draft) { f.Title = "Parking permit" }},
		{"variant is another's", "variants", "“parking permit” already asks for “Where can I park?”. Keep it in one of the two.", func(f *Draft) { f.Variants = "x\nParking, permit!" }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := good
			tc.edit(&f)
			_, err := o.Save(t.Context(), f)
			wantInvalid(t, err, tc.field, tc.sentence)
		})
	}
	if list, err := o.Answers(t.Context(), Filter{}); err != nil || list.Total != 1 {
		t.Errorf("%d answers, %v: something wrong was saved", list.Total, err)
	}
}

func TestTheSameQuestionMayBeAskedInAnotherLanguageOrOffice(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	one, two := o.office("One"), o.office("Two")
	o.save(Draft{Title: "Wifi", Text: "x", Language: "en", Office: one})
	o.save(Draft{Title: "Wifi", Text: "x", Language: "es", Office: one})
	o.save(Draft{Title: "Internet", Text: "x", Language: "en", Office: two, Variants: "wifi"})
	o.save(Draft{Title: "Wifi", Text: "x", Language: "es"})
	_, err := o.Save(t.Context(), Draft{Title: "Net", Text: "x", Language: "en", Variants: "WIFI"})
	wantInvalid(t, err, "variants", "“Wifi” already asks for “Wifi”. Keep it in one of the two.")
}

func TestTwoWhoEditOneAnswer(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	id := o.teach("Where can I park?", "Lot C.", "")
	mine, hers := o.answer(id).Draft(), o.answer(id).Draft()
	hers.Text = "Lot D."
	o.save(hers)
	mine.Text = "Lot E."
	_, err := o.Save(t.Context(), mine)
	var conflict account.Conflict
	if !errors.As(err, &conflict) {
		t.Errorf("got %v, want a conflict", err)
	}
	if got := o.answer(id); got.Text != "Lot D." || got.Version != 2 {
		t.Errorf("the later edit was lost: %+v", got)
	}
}

func TestSavingNothingNewChangesNothing(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	id := o.teach("Where can I park?", "Lot C.", "parking\npermit")
	f := o.answer(id).Draft()
	f.Variants = "permit\nparking"
	o.save(f)
	if got := o.answer(id); got.Version != 1 {
		t.Errorf("version %d, want 1", got.Version)
	}
	if history, err := o.History(t.Context(), id); err != nil || len(history) != 1 {
		t.Errorf("%d changes, %v, want 1", len(history), err)
	}
}

func TestVariantsKeepTheirSource(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	id := o.teach("Where can I park?", "Lot C.", "parking")
	for range 2 {
		if err := o.AddVariant(t.Context(), id, "where do i\nleave my car"); err != nil {
			t.Fatal(err)
		}
	}
	f := o.answer(id).Draft()
	f.Title, f.Variants = "Parking?", strings.Replace(f.Variants, "parking\n", "lot\n", 1)
	o.save(f)
	want := []Variant{{"Parking?", FromTitle}, {"where do i leave my car", FromConversation}, {"lot", Typed}}
	if diff := cmp.Diff(want, o.answer(id).Variants); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWhoMayTeach(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	aid, housing := o.office("Aid"), o.office("Housing")
	shared := o.teach("Where can I park?", "Lot C.", "")
	ours := o.save(Draft{Title: "Aid", Text: "x", Office: aid})
	theirs := o.save(Draft{Title: "Housing", Text: "x", Office: housing})

	agent := o.as(account.Agent, aid)
	if _, err := agent.Answer(t.Context(), ours); err != nil {
		t.Errorf("an agent reads: %v", err)
	}
	for name, err := range map[string]error{
		"save":      second(agent.Save(t.Context(), o.answer(ours).Draft())),
		"add":       agent.AddVariant(t.Context(), shared, "car"),
		"switch":    agent.Switch(t.Context(), []AnswerID{shared}, false),
		"remove":    agent.Remove(t.Context(), shared),
		"import":    second(agent.Import(t.Context(), []byte("title,text\na,b"))),
		"adopt":     second(agent.AdoptStarter(t.Context(), Adoption{})),
		"threshold": agent.SetThreshold(t.Context(), 0.1),
		"manager":   o.as(account.Manager, aid).SetThreshold(t.Context(), 0.1),
	} {
		if !errors.Is(err, account.ErrForbidden) {
			t.Errorf("%s: %v, want forbidden", name, err)
		}
	}

	manager := o.as(account.Manager, aid)
	if _, err := manager.Answer(t.Context(), theirs); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("another office's answer: %v, want not found", err)
	}
	list, err := manager.Answers(t.Context(), Filter{})
	if err != nil || list.Total != 2 {
		t.Errorf("a manager of Aid sees %d answers, %v, want 2", list.Total, err)
	}
	f := o.answer(ours).Draft()
	f.Office = housing
	_, err = manager.Save(t.Context(), f)
	wantInvalid(t, err, "office", "Choose one of your offices.")
}

func second[T any](_ T, err error) error { return err }

func TestRemoveTwice(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	id := o.teach("Where can I park?", "Lot C.", "parking")
	if err := o.Remove(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if err := o.Remove(t.Context(), id); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("got %v, want not found", err)
	}
	o.teach("Where can I park?", "Lot D.", "parking")
}

func TestHistoryCanBeUndone(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	id := o.teach("Where can I park?", "Lot C.", "parking\npermit")
	before := o.answer(id)
	f := before.Draft()
	f.Text, f.Title, f.Variants, f.Enabled = "Lot D.", "Park?", "car", false
	o.save(f)
	history, err := o.History(t.Context(), id)
	if err != nil || len(history) != 2 {
		t.Fatalf("%d changes, %v, want 2", len(history), err)
	}
	if history[0].Text != "Lot D." || history[1].Text != "Lot C." || history[0].Actor != "Dana" || history[0].Verb != "edit" {
		t.Errorf("history %+v", history)
	}
	if err := o.Restore(t.Context(), id, history[1].ID); err != nil {
		t.Fatal(err)
	}
	after := o.answer(id)
	if !after.content().equal(before.content()) || after.Version != 3 {
		t.Errorf("restored %+v, want %+v", after, before)
	}
	other := o.teach("When is the library open?", "Always.", "")
	if err := o.Restore(t.Context(), other, history[1].ID); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("another answer's change: %v, want not found", err)
	}
}

func TestEditsOfOneOrganizationQueue(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	o.teach("When is the library open?", "Always.", "")
	parking := content{Title: "Where can I park?", Text: "Lot C.", Language: "en"}
	late := make(chan error)
	err := o.edit(t.Context(), func(e *edit) error {
		if _, err := e.add(t.Context(), parking, Typed); err != nil {
			return err
		}
		pid, err := postgres.Value[int32](t.Context(), e.tx, `select pg_backend_pid()`, nil)
		if err != nil {
			return err
		}
		go func() {
			_, err := o.Save(t.Context(), Draft{Title: "Where can I park?", Text: "Lot D.", Language: "en"})
			late <- err
		}()
		return o.untilBlockedBy(pid)
	})
	if err != nil {
		t.Fatal(err)
	}
	wantInvalid(t, <-late, "title", "Another answer has this title. Choose a new one, or edit that answer.")
}

// untilBlockedBy returns when another connection waits for the one of that process.
func (o *org) untilBlockedBy(pid int32) error {
	return o.db.Org(o.t.Context(), o.id, func(tx *postgres.Tx) error {
		for {
			waits, err := postgres.Value[bool](o.t.Context(), tx, `
				select exists (select from pg_locks where not granted and @pid = any (pg_blocking_pids(pid)))`,
				postgres.Args{"pid": pid})
			if err != nil || waits {
				return err
			}
		}
	})
}

func TestAnEditIsToldToEveryProcess(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	told := make(chan postgres.Event, 100)
	listening := make(chan struct{})
	go func() {
		close(listening)
		_ = o.db.Listen(t.Context(), func(e postgres.Event) {
			if e.Org == o.id {
				told <- e
			}
		})
	}()
	<-listening
	id := o.teach("Where can I park?", "Lot C.", "")
	for on := false; ; on = !on { // until the listener is connected
		if err := o.Switch(t.Context(), []AnswerID{id}, on); err != nil {
			t.Fatal(err)
		}
		select {
		case e := <-told:
			if e.Topic != Topic {
				t.Errorf("told of %q, want %q", e.Topic, Topic)
			}
			return
		default:
		}
	}
}
