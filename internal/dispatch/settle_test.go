package dispatch_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/phonenet"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

// inflight makes n texts that are in flight, as a claim leaves them, without a sender.
func inflight(o *dispatchtest.Org, n int) (ids []int64, tokens []dispatch.Token) {
	o.T.Helper()
	campaign, _ := o.Launch(n)
	type row struct {
		ID    int64
		Token dispatch.Token
	}
	o.Org(func(tx *postgres.Tx) error {
		_, err := tx.Exec(o.T.Context(), `
			with claimed as (
				update message
				set state = 'inflight', token = gen_random_uuid()
				where org_id = @org and campaign_id = @campaign
				returning id, token
			), attempted as (
				insert into attempt (org_id, token, message_id, sender_id)
				select @org, token, id, 0
				from claimed
			)
			update campaign_count c
			set queued = queued - @n, inflight = inflight + @n
			where org_id = @org and campaign_id = @campaign`, postgres.Args{"n": n, "campaign": campaign})
		if err != nil {
			return err
		}
		rows, err := postgres.Rows[row](o.T.Context(), tx,
			"select id, token from message where org_id = @org and campaign_id = @campaign order by id", postgres.Args{"campaign": campaign})
		for _, r := range rows {
			ids, tokens = append(ids, r.ID), append(tokens, r.Token)
		}
		return err
	})
	return ids, tokens
}

func newSID(n int64) string { return fmt.Sprintf("SM%032x", n) }

// orders are all orders of 0 to n-1.
func orders(n int) [][]int {
	if n == 0 {
		return [][]int{{}}
	}
	var out [][]int
	for _, rest := range orders(n - 1) {
		for i := range n {
			order := append(append(append([]int{}, rest[:i]...), n-1), rest[i:]...)
			out = append(out, order)
		}
	}
	return out
}

// W2 and W3: five statuses in all 120 orders, each twice, before anything was recorded. The token
// binds, and the highest rank stays.
func TestW2_W3_StatusesInEveryOrder(t *testing.T) {
	t.Parallel()
	words := []dispatch.State{dispatch.StateAccepted, dispatch.StateAccepted, dispatch.StateSent, dispatch.StateSent, dispatch.StateDelivered}
	w := dispatchtest.New(t, pgtest.DB(t), phonenet.Faults{})
	o := w.NewOrg()
	all := orders(len(words))
	ids, tokens := inflight(o, len(all))
	var settling sync.WaitGroup
	for i, order := range all {
		settling.Go(func() {
			for _, place := range append(order, order...) {
				status := dispatch.Status{Token: tokens[i], SID: newSID(int64(i)), State: words[place]}
				if err := w.Settler.Settle(t.Context(), o.ID, status); err != nil {
					t.Error(err)
				}
			}
		})
	}
	settling.Wait()
	for i, id := range ids {
		got := o.Message(id)
		want := dispatchtest.Message{State: dispatch.StateDelivered, SID: newSID(int64(i)), Token: tokens[i]}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("order %v (-want +got):\n%s", all[i], diff)
		}
	}
	delivered := dispatchtest.Value[int](o, "select sum(delivered)::int from campaign_count where org_id = @org", nil)
	if delivered != len(all) {
		t.Errorf("%d are counted as delivered, want %d", delivered, len(all))
	}
}

func TestSettle(t *testing.T) {
	t.Parallel()
	w := dispatchtest.New(t, pgtest.DB(t), phonenet.Faults{})
	settle := func(t *testing.T, o *dispatchtest.Org, statuses ...dispatch.Status) {
		t.Helper()
		for _, s := range statuses {
			if err := w.Settler.Settle(t.Context(), o.ID, s); err != nil {
				t.Fatal(err)
			}
		}
	}
	sid, other := newSID(1), newSID(2)
	rows := []struct {
		name     string
		prepare  string // a change of the text that is in flight
		statuses func(dispatch.Token) []dispatch.Status
		want     dispatchtest.Message
	}{
		{"a final state stays", "", func(k dispatch.Token) []dispatch.Status {
			return []dispatch.Status{{Token: k, SID: sid, State: dispatch.StateDelivered}, {SID: sid, State: dispatch.StateUndelivered, ErrorCode: 30003}}
		}, dispatchtest.Message{State: dispatch.StateDelivered, SID: sid}},
		{"undelivered with its reason", "", func(k dispatch.Token) []dispatch.Status {
			return []dispatch.Status{{Token: k, SID: sid, State: dispatch.StateUndelivered, ErrorCode: 30003}}
		}, dispatchtest.Message{State: dispatch.StateUndelivered, SID: sid, ErrorCode: 30003, Reason: dispatch.ReasonPhoneOff}},
		{"unknown is found", "state = 'unknown'", func(k dispatch.Token) []dispatch.Status {
			return []dispatch.Status{{Token: k, SID: sid, State: dispatch.StateSent}}
		}, dispatchtest.Message{State: dispatch.StateSent, SID: sid}},
		{"unresolved is found", "state = 'unresolved'", func(k dispatch.Token) []dispatch.Status {
			return []dispatch.Status{{Token: k, SID: sid, State: dispatch.StateSent}}
		}, dispatchtest.Message{State: dispatch.StateSent, SID: sid}},
		{"back in the queue, but sent after all", "state = 'queued'", func(k dispatch.Token) []dispatch.Status {
			return []dispatch.Status{{Token: k, SID: sid, State: dispatch.StateSent}}
		}, dispatchtest.Message{State: dispatch.StateSent, SID: sid}},
		{"a second SID under the same token is not ours", "", func(k dispatch.Token) []dispatch.Status {
			return []dispatch.Status{{Token: k, SID: sid, State: dispatch.StateSent}, {Token: k, SID: other, State: dispatch.StateDelivered}}
		}, dispatchtest.Message{State: dispatch.StateSent, SID: sid}},
		{"an SID without a token says nothing of a text without an SID", "", func(dispatch.Token) []dispatch.Status {
			return []dispatch.Status{{SID: sid, State: dispatch.StateSent}}
		}, dispatchtest.Message{State: dispatch.StateInflight}},
		{"a token of nobody's", "", func(dispatch.Token) []dispatch.Status {
			return []dispatch.Status{{Token: dispatch.Token{1}, SID: sid, State: dispatch.StateSent}}
		}, dispatchtest.Message{State: dispatch.StateInflight}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			o := w.NewOrg()
			ids, tokens := inflight(o, 1)
			if row.prepare != "" {
				o.Exec("update message set "+row.prepare+" where org_id = @org", nil)
			}
			settle(t, o, row.statuses(tokens[0])...)
			row.want.Token = tokens[0]
			if diff := cmp.Diff(row.want, o.Message(ids[0])); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Another organization's token moves nothing.
func TestSettleStaysInItsOrganization(t *testing.T) {
	t.Parallel()
	w := dispatchtest.New(t, pgtest.DB(t), phonenet.Faults{})
	o, other := w.NewOrg(), w.NewOrg()
	ids, tokens := inflight(o, 1)
	status := dispatch.Status{Token: tokens[0], SID: newSID(9), State: dispatch.StateSent}
	if err := w.Settler.Settle(t.Context(), other.ID, status); err != nil {
		t.Fatal(err)
	}
	if got := o.Message(ids[0]).State; got != dispatch.StateInflight {
		t.Errorf("another organization made it %s", got)
	}
}
