package server

import (
	"testing"
	"time"

	"parley/internal/postgres"
)

func TestHub_EventsReachTheirOrganizationOnly(t *testing.T) {
	h := newHub()
	ours, theirs := h.open(1), h.open(2)
	h.tell(postgres.Event{Org: 1, Topic: "conversation:7"})
	if got := ours.take(); len(got) != 1 || got[0] != "conversation-7" {
		t.Errorf("our page hears %q", got)
	}
	if got := theirs.take(); len(got) != 0 {
		t.Errorf("another organization's page hears %q", got)
	}
}

func TestHub_SlowPagesHearEventsTogether(t *testing.T) {
	h := newHub()
	p := h.open(1)
	for range 1000 {
		h.tell(postgres.Event{Org: 1, Topic: "campaign:3"})
	}
	if got := p.take(); len(got) != 3 {
		t.Errorf("after a thousand events of one campaign the page hears %q", got)
	}
}

func TestHub_AGapEndsEveryStream(t *testing.T) {
	h := newHub()
	p := h.open(1)
	h.tell(postgres.Event{Missed: true})
	select {
	case <-p.gone:
	default:
		t.Error("a page that may have missed something goes on as if it had not")
	}
	h.leave(p)
	h.tell(postgres.Event{Missed: true}) // and is not ended twice
}

func TestHub_APageHearsWhatHappenedWhileItWasLoading(t *testing.T) {
	h := newHub()
	rendered := time.Now()
	h.tell(postgres.Event{Org: 1, Topic: "import:4"})
	h.tell(postgres.Event{Org: 2, Topic: "import:5"})
	p := h.open(1)
	h.remind(p, rendered)
	if got := p.take(); len(got) != 1 || got[0] != "import-4" {
		t.Errorf("a page that was loading hears %q", got)
	}
	h.remind(p, rendered.Add(slack+time.Second))
	if got := p.take(); len(got) != 0 {
		t.Errorf("a page that was rendered afterwards hears %q", got)
	}
}

func TestRecent_ForgetsInTime(t *testing.T) {
	var r recent
	began := time.Now()
	r.note(1, []string{"import-4"}, began)
	r.note(2, []string{"import-5"}, began.Add(memory+time.Second))
	if len(r.told) != 1 || len(r.since(1, began)) != 0 || len(r.since(2, began)) != 1 {
		t.Errorf("after more than %s it remembers %v", memory, r.told)
	}
}
