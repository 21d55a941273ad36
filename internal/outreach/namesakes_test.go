package outreach_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/internal/outreach"
	"parley/internal/postgres"
)

// named is who is on the campaign of a test: half of them share a last name and a tenth a
// first name.
func named(i int) (first, last string) {
	first, last = fmt.Sprintf("Person%d", i), fmt.Sprintf("Name%d", i)
	if i%2 == 0 {
		last = "Marsh"
	}
	if i%10 == 3 {
		first = "Maria"
	}
	return first, last
}

// everybody makes the people of a campaign, texted and in conversation; every seventh waits.
func (w *world) everybody(people int) outreach.CampaignID {
	id := w.draft("Crowd", "Hi", askBot, "ada")
	var first, last []string
	for i := range people {
		f, l := named(i)
		first, last = append(first, f), append(last, l)
	}
	w.in(func(tx *postgres.Tx) error {
		_, err := tx.Exec(w.ctx, `
			with people as (
				insert into contact (org_id, phone, first_name, last_name, first_key, last_key)
				select @org, '+1503555' || 1000 + p.i, p.first, p.last, lower(p.first), lower(p.last)
				from unnest(@first::text[], @last::text[]) with ordinality as p (first, last, i)
				returning id, phone
			), texted as (
				insert into message (org_id, contact_id, number_id, campaign_id, author, body, segments, state, sid)
				select @org, id, @number, @campaign, 'campaign', 'Hi', 1, case when id % 3 = 0 then 'failed' else 'delivered' end, 'SM' || md5(phone)
				from people
			), counted as (
				insert into campaign_count (org_id, campaign_id, slot, delivered, conversations)
				select @org, @campaign, 99, count(*), count(*) from people
			)
			insert into conversation (org_id, contact_id, number_id, campaign_id, office_id, mode, last_author, last_at, waiting_since, waiting_reason, waiting_policy_id)
			select @org, p.id, @number, k.id, k.office_id, 'bot', 'contact', now() - p.id % 50 * interval '1 hour',
				case when p.id % 7 = 0 then now() - p.id % 11 * interval '1 hour' end, case when p.id % 7 = 0 then 'idk' end, case when p.id % 7 = 0 then k.policy_id end
			from people p
			join campaign k on k.org_id = @org and k.id = @campaign`,
			postgres.Args{"campaign": id, "number": w.number, "first": first, "last": last})
		return err
	})
	return id
}

// TestCV14_OfFewAndOfMany finds the people of a name whether they are looked up one by one, recognized among all of
// the name or by a look at each, on pages of any length: each once.
func TestCV14_OfFewAndOfMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const people = 1000
	id := w.everybody(people)
	for _, search := range []string{"mar", "marsh", "maria", "maria mar", "maria name1", "person7", "person1", "person", "nobody", ""} {
		var want []string
		for i := range people {
			first, last := named(i)
			full := strings.ToLower(first + " " + last)
			if strings.HasPrefix(full, search) || strings.HasPrefix(strings.ToLower(last), search) {
				want = append(want, fmt.Sprintf("+1503555%d", 1001+i))
			}
		}
		slices.Sort(want)
		for _, limit := range []int{40, 50, 500} {
			if diff := cmp.Diff(want, w.activityOf(outreach.ActivityQuery{Campaign: id, Name: search, WaitingFirst: limit == 50, Limit: limit})); diff != "" {
				t.Errorf("Activity %q, %d on a page (-want +got):\n%s", search, limit, diff)
			}
			if diff := cmp.Diff(want, w.recipientsOf(outreach.RecipientQuery{Campaign: id, Name: search, Limit: limit})); diff != "" {
				t.Errorf("recipients %q, %d on a page (-want +got):\n%s", search, limit, diff)
			}
		}
	}
}

// activityOf walks all pages and returns the phones, sorted.
func (w *world) activityOf(q outreach.ActivityQuery) (phones []string) {
	w.t.Helper()
	for {
		page, err := w.desk(w.manager).Activity(w.ctx, q)
		w.must(err)
		for _, c := range page.Rows {
			phones = append(phones, string(c.Phone))
		}
		if page.Next == nil {
			slices.Sort(phones)
			return phones
		}
		q.After = *page.Next
	}
}

// recipientsOf is activityOf for recipients, and holds their order.
func (w *world) recipientsOf(q outreach.RecipientQuery) (phones []string) {
	w.t.Helper()
	for {
		rows, more, err := w.desk(w.manager).Recipients(w.ctx, q)
		w.must(err)
		for _, r := range rows {
			if r.ID <= q.After {
				w.t.Fatalf("recipient %d comes after %d", r.ID, q.After)
			}
			q.After = r.ID
			phones = append(phones, string(r.Phone))
		}
		if !more {
			slices.Sort(phones)
			return phones
		}
	}
}

func TestRecipients_ByState(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.everybody(60)
	all := w.recipientsOf(outreach.RecipientQuery{Campaign: id, Limit: 9})
	failed := w.recipientsOf(outreach.RecipientQuery{Campaign: id, States: []string{"failed", "undelivered"}, Limit: 9})
	delivered := w.recipientsOf(outreach.RecipientQuery{Campaign: id, States: []string{"delivered"}, Limit: 9})
	if len(all) != 60 || len(failed) != 20 || len(delivered) != 40 {
		t.Errorf("of %d recipients, %d failed and %d were reached", len(all), len(failed), len(delivered))
	}
	named := w.recipientsOf(outreach.RecipientQuery{Campaign: id, Name: "marsh", Limit: 9})
	want := slices.DeleteFunc(slices.Clone(named), func(phone string) bool { return !slices.Contains(failed, phone) })
	got := w.recipientsOf(outreach.RecipientQuery{Campaign: id, Name: "marsh", States: []string{"failed"}, Limit: 9})
	if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
		t.Errorf("of %d of a name, these failed (-want +got):\n%s", len(named), diff)
	}
}
