package knowledge

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

func day(offset int) Day { return Day(time.Now().UTC().AddDate(0, 0, offset).Format(time.DateOnly)) }

func TestAnAnswerIsGivenWithinItsDates(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	o.teachCampus()
	for name, tc := range map[string]struct {
		from, to Day
		given    bool
	}{
		"open": {"", "", true}, "began": {day(-2), "", true}, "to come": {day(2), "", false},
		"over": {"", day(-2), false}, "between": {day(-2), day(2), true},
	} {
		id := o.save(Draft{Title: "Can my llama come?", Text: "Yes.", Enabled: true, ValidFrom: tc.from, ValidTo: tc.to})
		if r := o.ask("can my llama come"); (r.AnswerID == id) != tc.given {
			t.Errorf("%s: %+v, want given %v", name, r, tc.given)
		}
		outside, err := o.Answers(t.Context(), Filter{State: Outside})
		if err != nil || (outside.Total == 0) != tc.given {
			t.Errorf("%s: %d outside their dates, %v", name, outside.Total, err)
		}
		if a := o.answer(id); a.ValidFrom != tc.from || a.ValidTo != tc.to {
			t.Errorf("%s: saved %q to %q", name, a.ValidFrom, a.ValidTo)
		}
		if err := o.Remove(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	_, err := o.Save(t.Context(), Draft{Title: "X", Text: "x", Language: "en", ValidFrom: "2026-09-02", ValidTo: "2026-09-01"})
	wantInvalid(t, err, "valid_to", "The last day is before the first.")
	_, err = o.Save(t.Context(), Draft{Title: "X", Text: "x", Language: "en", ValidFrom: "tomorrow"})
	wantInvalid(t, err, "valid_from", "“tomorrow” is no day. Write it as 2026-08-31.")
}

// A day that passes is no edit: the model trained before it must still be old.
func TestADayThatPassesTrainsAnew(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	o.save(Draft{Title: "Can my llama come?", Text: "Yes.", Enabled: true, ValidFrom: day(2), ValidTo: day(4)})
	version := func(at time.Time) (v int64) {
		later, err := postgres.Open(t.Context(), pgtest.URL(t), postgres.WithClock(func() time.Time { return at }))
		if err != nil {
			t.Fatal(err)
		}
		defer later.Close()
		err = later.Org(t.Context(), o.id, func(tx *postgres.Tx) error {
			s, err := askSetting(tx, 0).wait(t.Context(), tx, o.library.editions)
			v = s.Version
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	now := version(time.Now())
	begun, over := version(time.Now().AddDate(0, 0, 3)), version(time.Now().AddDate(0, 0, 9))
	if now >= begun || begun >= over {
		t.Errorf("versions %d, %d, %d do not rise", now, begun, over)
	}
	o.teach("Where can I park?", "Lot C.", "")
	if v := version(time.Now()); v <= over {
		t.Errorf("an edit makes version %d after %d", v, over)
	}
}

func TestDatesAreExportedAndRestored(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	id := o.save(Draft{Title: "Can my llama come?", Text: "Yes.", Enabled: true, ValidFrom: "2026-09-01", ValidTo: "2026-09-30"})
	var file bytes.Buffer
	if err := o.Export(t.Context(), &file); err != nil || !strings.Contains(file.String(), "2026-09-30") {
		t.Fatalf("exported %q, %v", file.String(), err)
	}
	done, err := o.Import(t.Context(), file.Bytes())
	if err != nil || done.Unchanged != 1 {
		t.Errorf("imported %+v, %v", done, err)
	}
	f := o.answer(id).Draft()
	f.ValidTo = ""
	o.save(f)
	history, err := o.History(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.Restore(t.Context(), id, history[1].ID); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Day("2026-09-30"), o.answer(id).ValidTo); diff != "" {
		t.Error(diff)
	}
}
