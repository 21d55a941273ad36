package dispatch_test

import (
	"slices"
	"testing"

	"parley/internal/dispatch"
	"parley/internal/dispatch/dispatchtest"
	"parley/internal/phonenet"
	"parley/internal/postgres"
)

// Check finds each kind of damage, and nothing else.
func TestCheckFinds(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name   string
		damage func(o, other *dispatchtest.Org)
		want   []int
	}{
		{"nothing", func(o, _ *dispatchtest.Org) {}, nil},
		{"two accepted attempts", func(o, _ *dispatchtest.Org) {
			o.Exec(`
				insert into attempt (org_id, token, message_id, sender_id, outcome)
				select @org, gen_random_uuid(), min(id), 0, 'accepted'
				from message
				cross join generate_series(1, 2)
				where org_id = @org
				group by generate_series`, nil)
		}, []int{1}},
		{"a text that no count has", func(o, _ *dispatchtest.Org) {
			o.Exec("update campaign_count set queued = queued - 1 where org_id = @org", nil)
		}, []int{2, 10}},
		{"a count of the wrong state", func(o, _ *dispatchtest.Org) {
			o.Exec("update campaign_count set queued = queued - 1, sent = sent + 1 where org_id = @org", nil)
		}, []int{10}},
		{"a failure of another reason than the text's", func(o, _ *dispatchtest.Org) {
			o.Exec(`
				update message
				set state = 'failed', reason = 'landline'
				where org_id = @org and id = (select min(id) from message where org_id = @org)`, nil)
			o.Exec("update campaign_count set queued = queued - 1, failed = failed + 1 where org_id = @org", nil)
			o.Exec(`
				insert into campaign_failure (org_id, campaign_id, reason, slot, texts)
				select org_id, id, 'spam', 0, 1
				from campaign
				where org_id = @org`, nil)
		}, []int{10}},
		{"in flight for a minute", func(o, _ *dispatchtest.Org) {
			inflight(o, 1)
			o.Exec("update attempt set started_at = now() - interval '1 minute' where org_id = @org", nil)
		}, []int{3}},
		{"in flight without an attempt", func(o, _ *dispatchtest.Org) {
			id := o.Queue(dispatchtest.NewPhone(), "agent", "Hi")
			o.Exec("update message set state = 'inflight' where org_id = @org and id = @id", postgres.Args{"id": id})
		}, []int{3}},
		{"one SID in two organizations", func(o, other *dispatchtest.Org) {
			for _, o := range []*dispatchtest.Org{o, other} {
				id := o.Queue(dispatchtest.NewPhone(), "agent", "Hi")
				o.Exec("update message set sid = 'SM1' where org_id = @org and id = @id", postgres.Args{"id": id})
			}
		}, []int{4}},
		{"a claim after an opt-out", func(o, _ *dispatchtest.Org) {
			phone := dispatchtest.NewPhone()
			id := o.Queue(phone, "agent", "Hi")
			if err := stop(o.T.Context(), o, phone); err != nil {
				o.T.Fatal(err)
			}
			o.Exec(`
				insert into attempt (org_id, token, message_id, sender_id, started_at, outcome)
				values (@org, gen_random_uuid(), @id, 0, now() + interval '1 minute', 'not_sent')`, postgres.Args{"id": id})
		}, []int{5}},
		{"an answer to another organization's text", func(o, other *dispatchtest.Org) {
			theirs := other.Queue(dispatchtest.NewPhone(), "agent", "Hi")
			id := o.Queue(dispatchtest.NewPhone(), "agent", "Hi")
			o.Exec("update message set in_reply_to = @theirs where org_id = @org and id = @id", postgres.Args{"theirs": theirs, "id": id})
		}, []int{9}},
		{"a number that another organization owns", func(o, other *dispatchtest.Org) {
			err := o.DB.Everyone(o.T.Context(), func(tx *postgres.Tx) error {
				_, err := tx.Exec(o.T.Context(), "update number_owner set org_id = @other where phone = @phone",
					postgres.Args{"other": other.ID, "phone": o.Phone})
				return err
			})
			if err != nil {
				o.T.Fatal(err)
			}
		}, []int{9}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, phonenet.Faults{})
			o, other := w.NewOrg(), w.NewOrg()
			o.Launch(3)
			row.damage(o, other)
			violations, err := dispatch.Check(t.Context(), w.DB)
			if err != nil {
				t.Fatal(err)
			}
			var got []int
			for _, v := range violations {
				t.Log(v)
				got = append(got, v.Invariant)
			}
			slices.Sort(got)
			if !slices.Equal(slices.Compact(got), row.want) {
				t.Errorf("found %v, want %v", got, row.want)
			}
		})
	}
}
