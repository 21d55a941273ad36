package dispatch_test

import (
	"testing"
	"time"

	"parley/internal/dispatch"
	"parley/internal/phonenet"
	"parley/internal/postgres"
)

// A group of texts without evidence goes again when a person says so.
func TestResend(t *testing.T) {
	t.Parallel()
	w := newWorld(t, phonenet.Faults{CutBeforeAccept: 1})
	o := w.NewOrg()
	campaign, to := o.Launch(5)
	sender := w.Send(dispatch.Options{
		PollEvery:  20 * time.Millisecond,
		CheckAfter: []time.Duration{time.Second, 1100 * time.Millisecond},
	})
	w.AwaitEntry(5, func(e phonenet.Entry) bool { return e.Kind == phonenet.KindRefused })
	if err := w.Network.SetFaults(phonenet.Faults{}); err != nil {
		t.Fatal(err)
	}
	o.AwaitStates(map[dispatch.State]int{dispatch.StateUnresolved: 5})
	sender.Stop()
	for _, want := range []int{5, 0} {
		o.Org(func(tx *postgres.Tx) error {
			n, err := dispatch.Resend(t.Context(), tx, campaign)
			if n != want {
				t.Errorf("%d are sent again, want %d", n, want)
			}
			return err
		})
	}
	w.CheckInvariants()
	w.Send(dispatch.Options{})
	o.AwaitStates(map[dispatch.State]int{dispatch.StateDelivered: 5})
	for _, phone := range to {
		if n := w.Network.Handset(string(phone)).Accepted(); n != 1 {
			t.Errorf("%s got %d texts", phone, n)
		}
	}
	w.CheckInvariants()
}
