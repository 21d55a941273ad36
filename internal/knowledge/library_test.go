package knowledge

import (
	"context"
	"errors"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"parley/internal/bot"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

func TestAnswersWhatItKnows(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	parking, _, _ := o.teachCampus()

	r := o.ask("WHERE can i park???")
	if r.Kind != Answered || r.AnswerID != parking || r.Text != "Lot C is free all day." || r.Title != "Where can I park?" {
		t.Errorf("a question it knows: %+v", r)
	}
	if r.Confidence != 1 || r.Threshold != 0.7 {
		t.Errorf("confidence %v of %v, want 1 of 0.7", r.Confidence, r.Threshold)
	}
	if r := o.ask("do you sell umbrellas to llamas"); r.Kind != Unknown || r.Text != "" {
		t.Errorf("a question it does not know: %+v", r)
	}
}

func TestUnknownNamesTheClosest(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	o.teachCampus()
	if err := o.SetThreshold(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	r := o.ask("so is there parking somewhere near")
	if r.Kind != Unknown || r.Closest != "Where can I park?" || r.ClosestID == 0 || r.AnswerID != 0 || r.Text != "" {
		t.Errorf("got %+v", r)
	}
}

func TestSmallTalkIsNoQuestion(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	for text, want := range map[string]string{
		"hi": "Hi! What can we help you with?", "hola": "¡Hola! ¿En qué le podemos ayudar?", "thanks so much": "", "ok": "", "goodbye": "",
	} {
		if r := o.ask(text); r.Kind != SmallTalk || r.Text != want {
			t.Errorf("%s: %+v, want small talk answered with %q", text, r, want)
		}
	}
}

func TestAnEditIsLiveAtOnce(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	parking, _, _ := o.teachCampus()
	if r := o.ask("can my llama come"); r.Kind != Unknown {
		t.Fatalf("before: %+v", r)
	}
	if err := o.AddVariant(t.Context(), parking, "can my llama come"); err != nil {
		t.Fatal(err)
	}
	if r := o.ask("can my llama come"); r.AnswerID != parking {
		t.Errorf("with the new variant: %+v", r)
	}
	f := o.answer(parking).Draft()
	f.Text = "Lot D from now on."
	o.save(f)
	if r := o.ask("can my llama come"); r.Text != "Lot D from now on." {
		t.Errorf("with the new text: %+v", r)
	}
	if err := o.Switch(t.Context(), []AnswerID{parking}, false); err != nil {
		t.Fatal(err)
	}
	if r := o.ask("can my llama come"); r.Kind != Unknown || r.ClosestID == parking {
		t.Errorf("switched off: %+v", r)
	}
}

// holdTraining keeps the library from training until the returned func is called.
func holdTraining(l *Library) (release func()) {
	for range cap(l.slots) {
		l.slots <- struct{}{}
	}
	return sync.OnceFunc(func() {
		for range cap(l.slots) {
			<-l.slots
		}
	})
}

func TestTheOldModelServesWhileANewOneIsTrained(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	parking, fafsa, books := o.teachCampus()
	o.ask("where can i park")

	// Another process edits: this one learns of it by the version alone.
	elsewhere := NewLibrary(o.db, 0)
	defer elsewhere.Close()
	other := NewDesk(o.db, elsewhere, o.actor)
	release := holdTraining(o.library)
	defer release()
	if err := other.AddVariant(t.Context(), parking, "can my llama come"); err != nil {
		t.Fatal(err)
	}
	if err := other.Remove(t.Context(), fafsa); err != nil {
		t.Fatal(err)
	}
	if err := other.Switch(t.Context(), []AnswerID{books}, false); err != nil {
		t.Fatal(err)
	}
	if r := o.ask("where can i park"); r.AnswerID != parking {
		t.Errorf("while training: %+v", r)
	}
	if r := o.ask("can my llama come"); r.Kind != Unknown {
		t.Errorf("the old model knows of an edit it was not trained on: %+v", r)
	}
	if r := o.ask("fafsa deadline"); r.Kind != Unknown || r.ClosestID == fafsa {
		t.Errorf("the old model gives an answer that is gone: %+v", r)
	}
	if r := o.ask("library hours"); r.Kind != Unknown || r.ClosestID == books {
		t.Errorf("the old model gives an answer that is off: %+v", r)
	}
	o.library.mu.Lock()
	training := o.library.renewals[scope{org: o.id}]
	o.library.mu.Unlock()
	if training == nil {
		t.Fatal("nothing is being trained")
	}
	release()
	<-training.done
	if r := o.ask("can my llama come"); r.AnswerID != parking {
		t.Errorf("after training: %+v", r)
	}
}

func TestManyAtOnceTrainOneModel(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	o.teachCampus()
	l := NewLibrary(o.db, 0)
	defer l.Close()
	release := holdTraining(l)
	defer release()
	s := setting{Version: 1, scope: scope{org: o.id}}
	first, err := l.fly(s, bot.Knowledge{})
	if err != nil {
		t.Fatal(err)
	}
	second, err := l.fly(s, bot.Knowledge{})
	if err != nil || first != second {
		t.Errorf("a second flight began beside the first: %v", err)
	}
	if _, joined, err := l.find(s); err != nil || joined != first {
		t.Errorf("a caller does not join the flight: %v", err)
	}
	release()
	<-first.done
	if model, _, _ := l.find(s); model == nil || model != first.model {
		t.Error("the flight's model was not kept")
	}
}

func TestACallerWhoGivesUpDoesNotStopTheOthers(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	parking, _, _ := o.teachCampus()
	l := NewLibrary(o.db, 0)
	defer l.Close()
	release := holdTraining(l)
	defer release()
	gone, leave := context.WithCancel(t.Context())
	err := o.db.Org(t.Context(), o.id, func(tx *postgres.Tx) error {
		s, err := readSetting(t.Context(), tx, 0)
		if err != nil {
			return err
		}
		known, err := readKnowledge(t.Context(), tx, 0)
		if err != nil {
			return err
		}
		if _, err := l.fly(s, known); err != nil {
			return err
		}
		leave()
		_, err = l.model(gone, tx, s)
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want context.Canceled", err)
	}
	release()
	patient := org{t: t, Desk: NewDesk(o.db, l, o.actor), id: o.id}
	if r := patient.ask("where can i park"); r.AnswerID != parking {
		t.Errorf("got %+v", r)
	}
}

func TestOrganizationsDoNotShareAnswers(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	l := NewLibrary(db, 0)
	defer l.Close()
	one, two := newOrgWith(t, db, l), newOrgWith(t, db, l)
	parking, _, _ := one.teachCampus()
	two.teach("What is for lunch?", "Soup.", "lunch menu\nwhat can i eat")

	if r := two.ask("where can i park"); r.Kind != Unknown || r.Closest == "Where can I park?" {
		t.Errorf("another organization's answer: %+v", r)
	}
	if list, err := two.Answers(t.Context(), Filter{}); err != nil || list.Total != 1 || len(list.Items) != 1 {
		t.Errorf("lists %+v, %v", list, err)
	}
	for name, call := range map[string]func() error{
		"read":    func() error { _, err := two.Answer(t.Context(), parking); return err },
		"save":    func() error { _, err := two.Save(t.Context(), one.answer(parking).Draft()); return err },
		"add":     func() error { return two.AddVariant(t.Context(), parking, "car") },
		"remove":  func() error { return two.Remove(t.Context(), parking) },
		"history": func() error { _, err := two.History(t.Context(), parking); return err },
		"restore": func() error { return two.Restore(t.Context(), parking, 1) },
	} {
		if err := call(); !errors.Is(err, postgres.ErrNotFound) {
			t.Errorf("%s of another organization's answer: %v, want not found", name, err)
		}
	}
	if err := two.Switch(t.Context(), []AnswerID{parking}, false); err != nil || !one.answer(parking).Enabled {
		t.Errorf("switched another organization's answer off: %v", err)
	}
}

func TestOfficesAnswerForThemselves(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	o.teachCampus()
	aid, housing := o.office("Aid"), o.office("Housing")
	if r := o.ask("where can i park", aid); r.Text != "Lot C is free all day." {
		t.Errorf("the organization's, while Aid has none of its own: %+v", r)
	}
	o.save(Draft{Title: "When are you open?", Text: "9 to 5.", Office: aid, Enabled: true, Variants: "opening hours\nare you open now"})
	o.save(Draft{Title: "Where can I park?", Text: "Behind Harlan Hall.", Office: aid, Enabled: true, Variants: "parking\nis there parking"})

	if r := o.ask("are you open now", aid); r.Text != "9 to 5." {
		t.Errorf("Aid's own answer: %+v", r)
	}
	if r := o.ask("are you open now", housing); r.Kind == Answered && r.Text == "9 to 5." {
		t.Errorf("Housing gives Aid's answer: %+v", r)
	}
	if r := o.ask("where can i park", aid); r.Text != "Behind Harlan Hall." {
		t.Errorf("Aid's stands in for the organization's: %+v", r)
	}
	if r := o.ask("where can i park", housing); r.Text != "Lot C is free all day." {
		t.Errorf("the organization's, for Housing: %+v", r)
	}
	o.ask("where can i park")
	if got := len(o.library.models.scopes()); got != 2 {
		t.Errorf("%d models, want 2: one for Aid, and one for all without answers of their own", got)
	}
}

func TestACrowdOfTextsIsAnswered(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	parking, _, _ := o.teachCampus()
	l := NewLibrary(o.db, 0)
	defer l.Close()
	desk := NewDesk(o.db, l, o.actor)
	var crowd sync.WaitGroup
	for range 20 {
		crowd.Go(func() {
			v, err := desk.Try(t.Context(), Trial{Text: "where can i park"})
			if err != nil || v.AnswerID != parking {
				t.Errorf("got %+v, %v", v, err)
			}
		})
	}
	crowd.Wait()
}

func TestCloseWaitsForTraining(t *testing.T) {
	t.Parallel()
	l := NewLibrary(pgtest.DB(t), 0)
	release := holdTraining(l)
	defer release()
	f, err := l.fly(setting{}, bot.Knowledge{})
	if err != nil {
		t.Fatal(err)
	}
	closed := make(chan struct{})
	go func() {
		l.Close()
		close(closed)
	}()
	<-l.ctx.Done()
	release()
	<-closed
	select {
	case <-f.done:
	default:
		t.Error("Close returned before the training had ended")
	}
}

func TestCloseLeavesNothingBehind(t *testing.T) {
	db := pgtest.DB(t)
	before := goleak.IgnoreCurrent()
	l := NewLibrary(db, 0)
	o := newOrgWith(t, db, l)
	parking, _, _ := o.teachCampus()
	o.ask("where can i park")
	if err := o.AddVariant(t.Context(), parking, "car park"); err != nil {
		t.Fatal(err)
	}
	l.RefreshAll()
	l.Refresh(o.id)
	l.Close()
	l.Close()
	l.RefreshAll()
	l.Refresh(o.id)
	_, err := o.Try(t.Context(), Trial{Text: "hi"})
	if !errors.Is(err, ErrClosed) {
		t.Errorf("asked after Close: %v, want ErrClosed", err)
	}
	goleak.VerifyNone(t, before)
}
