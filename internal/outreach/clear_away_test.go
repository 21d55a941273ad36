package outreach_test

import (
	"testing"

	"parley/internal/account"
	"parley/internal/outreach"
)

// TestAR1_AProcessDiesBeforeItHasClearedAway: whoever texts or answers before the job comes finds the
// campaign archived, and then everything is as after any archive.
func TestAR1_AProcessDiesBeforeItHasClearedAway(t *testing.T) {
	w := newRouted(t)
	w.unsolicited(settings(outreach.AgentMode, w.officeInbox("Aid"), w.ben.PersonalInboxID))
	id := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada", "bea", "cid")
	for _, name := range []string{"ada", "bea", "cid"} {
		w.text(name, unknown)
	}
	w.must(w.desk(w.agent).Reply(w.ctx, w.conversation("cid").ID, outreach.Reply{Body: "On Monday."}))
	w.sent("cid")
	w.must(outreach.DecideArchive(w.ctx, w.db, w.manager, id))

	w.text("ada", "and when?") // goes on waiting where the number's texts wait
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "", &w.ben: "Aid, Ben"})
	for range 2 {
		w.must(outreach.ClearAway(w.ctx, w.db, w.org.ID, id))
	}
	w.wantSees("ada", map[*account.Actor]string{&w.agent: "", &w.ben: "Aid, Ben"})
	w.wantSees("bea", map[*account.Actor]string{&w.agent: "", &w.ben: "Aid, Ben"})
	if left := w.participating(w.agent); len(left) > 0 {
		t.Errorf("Ann still takes part with %q", left)
	}
	if n := w.audited("archive", "campaign", int64(id)); n != 1 {
		t.Errorf("%d audit rows", n)
	}
	w.promises()
}
