package outreach_test

import (
	"errors"
	"testing"

	"parley/internal/account"
	"parley/internal/outreach"
)

func TestTemplates_FoundByWordsAndTopic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk := w.desk(w.manager)
	all, topics, err := desk.Templates(w.ctx, outreach.TemplateQuery{})
	w.must(err)
	if len(all) < 24 || len(topics) != 6 {
		t.Errorf("%d texts in %d topics", len(all), len(topics))
	}
	for search, want := range map[string]outreach.TemplateID{"cita recordatorio": "appointment-reminder-es", "LAST call": "deadline-tomorrow"} {
		got, _, err := desk.Templates(w.ctx, outreach.TemplateQuery{Search: search})
		w.must(err)
		if len(got) != 1 || got[0].ID != want {
			t.Errorf("%q finds %+v, want %s", search, got, want)
		}
	}
	if got, _, _ := desk.Templates(w.ctx, outreach.TemplateQuery{Search: "hi", Topic: "Events"}); len(got) == 0 || got[0].Topic != "Events" {
		t.Errorf("in a topic: %+v", got)
	}
	if _, _, err := w.desk(w.agent).Templates(w.ctx, outreach.TemplateQuery{}); !errors.Is(err, account.ErrForbidden) {
		t.Errorf("an agent reads the library: %v", err)
	}
}

func TestTemplates_BeginFromOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, err := w.desk(w.manager).BeginFrom(w.ctx, "Open day", w.office, "event-coming")
	w.must(err)
	c := w.read(id)
	if c.ContentType != outreach.YesNo || c.YesResponse == "" || c.Message == "" || c.State != outreach.Draft {
		t.Errorf("the draft is %+v", c)
	}
	if f := found(w.review(id), "message"); f.Verdict != outreach.Block {
		t.Error("a text with blanks in it may be launched")
	}
	w.must(w.desk(w.manager).SaveGeneral(w.ctx, id, outreach.General{Title: c.Title, Office: w.office, ContentType: outreach.YesNo, Message: "Coming?"}))
	id, err = w.desk(w.manager).BeginFrom(w.ctx, "Appointment", w.office, "appointment-confirm")
	w.must(err)
	w.must(w.desk(w.manager).SaveGeneral(w.ctx, id, outreach.General{Title: "Appointment", Office: w.office, ContentType: outreach.YesNo, Message: "Coming?"}))
	if f := found(w.review(id), "answers"); f.Verdict != outreach.Block {
		t.Error("an answer with blanks in it may be launched")
	}
	if _, err := w.desk(w.manager).BeginFrom(w.ctx, "Other", w.office, "nothing-like-it"); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("begun from nothing: %v", err)
	}
}

func TestTemplates_OfTheOrganization(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	desk := w.desk(w.manager)
	id := w.draft("Open day", "Hi {{first_name}}, come!", askBot, "ada")
	w.must(desk.SaveTemplate(w.ctx, id, outreach.NewTemplate{Title: "Our way", Topic: "Ours", Language: "en"}))
	err := desk.SaveTemplate(w.ctx, id, outreach.NewTemplate{Title: "OUR  way", Topic: "Ours", Language: "en"})
	var invalid account.Invalid
	if !errors.As(err, &invalid) || invalid["title"] == "" {
		t.Errorf("two texts are called the same: %v", err)
	}
	found, topics, err := desk.Templates(w.ctx, outreach.TemplateQuery{Search: "our way"})
	w.must(err)
	if len(found) != 1 || found[0].OwnID == 0 || len(topics) != 7 {
		t.Fatalf("found %+v in %q", found, topics)
	}
	made, err := desk.BeginFrom(w.ctx, "From ours", w.office, found[0].ID)
	w.must(err)
	if c := w.read(made); c.Message != "Hi {{first_name}}, come!" {
		t.Errorf("it says %q", c.Message)
	}
	other := newWorld(t)
	if _, err := other.desk(other.manager).Template(w.ctx, found[0].ID); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("another organization reads it: %v", err)
	}
	if err := other.desk(other.manager).RemoveTemplate(w.ctx, found[0].OwnID); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("another organization removes it: %v", err)
	}
	w.must(desk.RemoveTemplate(w.ctx, found[0].OwnID))
	if left, _, _ := desk.Templates(w.ctx, outreach.TemplateQuery{Search: "our way"}); len(left) > 0 {
		t.Error("it is still there")
	}
	if err := desk.RemoveTemplate(w.ctx, found[0].OwnID); !errors.Is(err, account.ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
}
