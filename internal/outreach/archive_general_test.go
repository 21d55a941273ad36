package outreach_test

import (
	"sync"
	"testing"

	"parley/internal/account"
	"parley/internal/dispatch"
	"parley/internal/outreach"
	"parley/internal/postgres"
)

// The rules of archiving in general.

func TestAG1_TextsNotYetHandedOverAreCancelled(t *testing.T) {
	w := newRouted(t)
	id := w.draft("Open day", "Hi {{first_name}}", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada", "cleo", "dora")
	w.launch(id)
	w.sent("ada")
	a, err := w.desk(w.manager).Archiving(w.ctx, id)
	w.must(err)
	if a.Progress.Open() != 2 {
		t.Errorf("the dialog says that %d will not be texted", a.Progress.Open())
	}
	w.archive(id)
	w.nothingSent("cleo")
	rows, _, err := w.desk(w.manager).Recipients(w.ctx, outreach.RecipientQuery{Campaign: id, States: []string{"cancelled"}})
	w.must(err)
	if len(rows) != 2 || rows[0].Reason != string(dispatch.ReasonCampaignArchived) {
		t.Errorf("cancelled: %+v", rows)
	}
	p, err := w.desk(w.manager).Progress(w.ctx, id)
	w.must(err)
	if p.Cancelled != 2 || p.Delivered != 1 || p.Queued != 0 {
		t.Errorf("counted %+v", p)
	}
}

func TestAG2_StatusesKeepUpdatingCounts(t *testing.T) {
	w := newRouted(t)
	id := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada")
	w.in(func(tx *postgres.Tx) error { // taken back to what a carrier has accepted
		_, err := tx.Exec(w.ctx, `
			with texts as (
				update message set state = 'accepted', sid = 'SM000000000000000000000000000000ff'
				where org_id = @org and campaign_id = @campaign and author = 'campaign'
			)
			update campaign_count set accepted = accepted + 1, delivered = delivered - 1
			where org_id = @org and campaign_id = @campaign and delivered > 0`, postgres.Args{"campaign": id})
		return err
	})
	w.archive(id)
	status := dispatch.Status{SID: "SM000000000000000000000000000000ff", State: dispatch.StateDelivered}
	w.must(dispatch.NewSettler(w.db).Settle(w.ctx, w.org.ID, status))
	p, err := w.desk(w.manager).Progress(w.ctx, id)
	w.must(err)
	if p.Delivered != 1 || p.Accepted != 0 {
		t.Errorf("counted %+v", p)
	}
}

func TestAG3_ScheduledSendsNothing(t *testing.T) {
	w := newRouted(t)
	id := w.draft("Open day", "Hi {{first_name}}", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada")
	w.in(func(tx *postgres.Tx) error {
		_, err := tx.Exec(w.ctx, `
			update campaign set state = 'scheduled', scheduled_for = app_now() + interval '1 hour', fingerprint = '{}'
			where org_id = @org and id = @campaign`, postgres.Args{"campaign": id})
		return err
	})
	w.archive(id)
	w.nothingSent("ada")
	c, err := w.desk(w.manager).Campaign(w.ctx, id)
	w.must(err)
	if c.State != outreach.Archived || c.LaunchedAt != nil {
		t.Errorf("%+v", c)
	}
	if err := w.desk(w.manager).Launch(w.ctx, id, ""); err == nil {
		t.Error("an archived campaign is launched")
	}
}

func TestAG5_EverythingStaysReadable(t *testing.T) {
	w := newProvisioned(t)
	id := w.run("Open day", settings(outreach.BotMode, w.officeInbox("Registrar")), "ada")
	w.text("ada", known)
	w.sent("ada")
	w.archive(id)
	v := w.conversationOf("ada", id)
	transcript, err := w.desk(w.agent).Transcript(w.ctx, v.ID, 0)
	w.must(err)
	if len(transcript.Texts) != 3 {
		t.Errorf("%d texts can be read", len(transcript.Texts))
	}
	refused[account.Conflict](t, w.desk(w.agent).SwitchMode(w.ctx, v.ID), "archived")
	if v.Closed() == "" {
		t.Error("it has a composer")
	}
}

func TestAG7_ArchivedByTheSystem(t *testing.T) {
	w := newProvisioned(t)
	id := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada")
	w.text("ada", unknown)
	w.must(outreach.NewDesk(w.db, account.System(w.org.ID)).Archive(w.ctx, id, true))
	entries, err := account.NewDesk(w.db, w.manager).Audit(w.ctx, account.AuditQuery{Subject: "campaign", SubjectID: int64(id)})
	w.must(err)
	if entries[0].Verb != "archive" || entries[0].Actor != "system" {
		t.Errorf("%+v", entries[0])
	}
	w.promises()
}

func TestAG8_OneArchive(t *testing.T) {
	w := newRouted(t)
	id := w.run("Open day", settings(outreach.AgentMode, w.officeInbox("Registrar")), "ada")
	w.text("ada", unknown)
	var group sync.WaitGroup
	for _, a := range []account.Actor{w.manager, w.org.Admin, w.manager, account.System(w.org.ID)} {
		group.Go(func() {
			if err := w.desk(a).Archive(w.ctx, id, true); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	w.archive(id)
	if n := w.audited("archive", "campaign", int64(id)); n != 1 {
		t.Errorf("%d audit rows", n)
	}
	w.promises()
}
