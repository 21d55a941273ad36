package outreach_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"parley/internal/account"
	"parley/internal/account/accounttest"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/internal/postgres/pgtest"
)

// TestL3_InboxesBeforeAndAfterAnArchiveFollowTheRule draws 10,000 pairs of inbox sets, C of a campaign
// and U of its number, in organizations with random offices and people, of whom some are deactivated.
// Who sees the one person that waits in each campaign must follow from the sets, before the archive
// from C and after it from U.
func TestL3_InboxesBeforeAndAfterAnArchiveFollowTheRule(t *testing.T) {
	t.Parallel()
	const organizations, each = 5, 2000
	for seed := range uint64(organizations) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			d := newDrawn(t, seed, each)
			d.compare("before", d.campaigns, 0)
			for campaigns := range slices.Chunk(d.ids(), 250) {
				if err := outreach.ArchiveMany(d.ctx, d.db, d.org.Admin, campaigns); err != nil {
					t.Fatal(err)
				}
			}
			d.compare("after", d.numbers, each)
		})
	}
}

// drawn is a random organization. Policy i is the campaign's, policy each+i that of its number.
type drawn struct {
	t         *testing.T
	ctx       context.Context
	rand      *rand.Rand
	db        *postgres.DB
	org       accounttest.Org
	offices   []drawnOffice
	people    []drawnPerson
	campaigns []choice
	numbers   []choice
}

type drawnOffice struct {
	id    account.OfficeID
	inbox account.InboxID
}

type drawnPerson struct {
	user    account.UserID
	inbox   account.InboxID
	offices []int // places in drawn.offices
	role    account.Role
	all     bool
	gone    bool
}

// choice is what was chosen for a policy.
type choice struct {
	inboxes []account.InboxID
	office  int // that owns the campaign or number
}

func newDrawn(t *testing.T, seed uint64, n int) *drawn {
	d := &drawn{t: t, ctx: t.Context(), rand: rand.New(rand.NewPCG(seed, 3)), db: pgtest.DB(t)}
	d.org = accounttest.Found(t, d.db)
	d.people = []drawnPerson{{user: d.org.Admin.User, inbox: d.org.Admin.PersonalInboxID, role: account.Administrator}}
	for i := range 4 {
		office := d.org.Office(t, fmt.Sprint("Office ", i))
		d.offices = append(d.offices, drawnOffice{office, 0})
	}
	d.drawPeople(10)
	for range n {
		d.campaigns = append(d.campaigns, d.choose())
		d.numbers = append(d.numbers, d.choose())
	}
	d.in(d.write)
	for i := range d.people[1:] {
		if p := &d.people[i+1]; d.rand.IntN(2) == 0 {
			p.gone = true
			if err := account.NewDesk(d.db, d.org.Admin).Deactivate(d.ctx, p.user); err != nil {
				t.Fatal(err)
			}
		}
	}
	return d
}

func (d *drawn) in(fn func(*postgres.Tx) error) {
	d.t.Helper()
	if err := d.db.Org(d.ctx, d.org.ID, fn); err != nil {
		d.t.Fatal(err)
	}
}

// drawPeople makes people who sign in with no password.
func (d *drawn) drawPeople(n int) {
	roles := []account.Role{account.Agent, account.Agent, account.Agent, account.Manager, account.Administrator}
	for i := range n {
		p := drawnPerson{role: roles[d.rand.IntN(len(roles))], all: d.rand.IntN(8) == 0}
		var offices []account.OfficeID
		for o := range d.offices {
			if d.rand.IntN(3) == 0 {
				p.offices = append(p.offices, o)
				offices = append(offices, d.offices[o].id)
			}
		}
		d.in(func(tx *postgres.Tx) (err error) {
			type made struct {
				User  account.UserID
				Inbox account.InboxID
			}
			m, err := postgres.Row[made](d.ctx, tx, `
				with person as (
					insert into app_user (org_id, email, name, role, password_hash, sees_all_offices)
					values (@org, @email, @email, @role, '', @all) returning id
				), seats as (
					insert into user_office (org_id, user_id, office_id) select @org, id, o from person, unnest(@offices::bigint[]) o
				)
				insert into inbox (org_id, user_id) select @org, id from person returning user_id as "user", id as inbox`,
				postgres.Args{"email": fmt.Sprintf("p%d@example.edu", i), "role": p.role, "all": p.all, "offices": offices})
			p.user, p.inbox = m.User, m.Inbox
			return err
		})
		d.people = append(d.people, p)
	}
	for o := range d.offices {
		d.in(func(tx *postgres.Tx) (err error) {
			d.offices[o].inbox, err = postgres.Value[account.InboxID](d.ctx, tx, `
				select id from inbox where org_id = @org and office_id = @office`, postgres.Args{"office": d.offices[o].id})
			return err
		})
	}
}

// choose draws one to three inboxes.
func (d *drawn) choose() choice {
	var all []account.InboxID
	for _, p := range d.people {
		all = append(all, p.inbox)
	}
	for _, o := range d.offices {
		all = append(all, o.inbox)
	}
	d.rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return choice{inboxes: all[:1+d.rand.IntN(3)], office: d.rand.IntN(len(d.offices))}
}

func (d *drawn) ids() (ids []outreach.CampaignID) {
	for i := range d.campaigns {
		ids = append(ids, outreach.CampaignID(i+1))
	}
	return ids
}

// write makes a running campaign for each pair of choices, each with a number of its own and one
// person who waits.
func (d *drawn) write(tx *postgres.Tx) error {
	var policies, inboxes, campaignOffices, numberOffices []int64
	n := len(d.campaigns)
	for i := range n {
		for _, inbox := range d.campaigns[i].inboxes {
			policies, inboxes = append(policies, int64(i+1)), append(inboxes, int64(inbox))
		}
		for _, inbox := range d.numbers[i].inboxes {
			policies, inboxes = append(policies, int64(n+i+1)), append(inboxes, int64(inbox))
		}
		campaignOffices = append(campaignOffices, int64(d.offices[d.campaigns[i].office].id))
		numberOffices = append(numberOffices, int64(d.offices[d.numbers[i].office].id))
	}
	args := postgres.Args{"n": n, "policies": policies, "inboxes": inboxes, "campaigns": campaignOffices, "numbers": numberOffices}
	for _, sql := range []string{
		`insert into contact (org_id, id, phone) values (@org, 1, '+15415551234')`,
		`insert into contact_list (org_id, id, name) values (@org, 1, 'All')`,
		`insert into response_policy (org_id, id) select @org, i from generate_series(1, 2 * @n) i`,
		`insert into policy_inbox (org_id, policy_id, inbox_id) select @org, p, i from unnest(@policies::bigint[], @inboxes::bigint[]) x (p, i)`,
		`insert into phone_number (org_id, id, phone, kind, office_id, policy_id, registered_at)
			select @org, i, '+1208' || (1000000 + i), 'reusable', o, @n + i, now() from unnest(@numbers::bigint[]) with ordinality x (o, i)`,
		`insert into campaign (org_id, id, title, title_key, office_id, state, list_id, number_id, policy_id, launched_at)
			select @org, i, 'c' || i, 'c' || i, o, 'active', 1, i, i, now() from unnest(@campaigns::bigint[]) with ordinality x (o, i)`,
		`insert into conversation (org_id, id, contact_id, number_id, campaign_id, office_id, mode, last_author, waiting_since, waiting_reason, waiting_policy_id)
			select @org, i, 1, i, i, o, 'agent', 'contact', now(), 'idk', i from unnest(@campaigns::bigint[]) with ordinality x (o, i)`,
		`insert into campaign_count (org_id, campaign_id, slot, conversations, waiting) select @org, i, 0, 1, 1 from generate_series(1, @n) i`,
	} {
		if _, err := tx.Exec(d.ctx, sql, args); err != nil {
			return fmt.Errorf("%w in %s", err, sql)
		}
	}
	return nil
}

// sees says whether an active person sees what waits in a policy.
func (d *drawn) sees(p drawnPerson, c choice) bool {
	for _, inbox := range d.effective(c) {
		if inbox == p.inbox {
			return true
		}
		for o, office := range d.offices {
			if inbox == office.inbox && (p.role == account.Administrator || p.all || slices.Contains(p.offices, o)) {
				return true
			}
		}
	}
	return false
}

// effective are the inboxes of a choice and, where nobody active looks into any of them, the office's,
// else the administrators'.
func (d *drawn) effective(c choice) []account.InboxID {
	if slices.ContainsFunc(c.inboxes, d.reached) {
		return c.inboxes
	}
	if office := d.offices[c.office].inbox; d.reached(office) {
		return append(slices.Clone(c.inboxes), office)
	}
	inboxes := slices.Clone(c.inboxes)
	for _, p := range d.people {
		if p.role == account.Administrator && !p.gone {
			inboxes = append(inboxes, p.inbox)
		}
	}
	return inboxes
}

// reached says whether an active person owns the inbox or belongs to its office.
func (d *drawn) reached(inbox account.InboxID) bool {
	return slices.ContainsFunc(d.people, func(p drawnPerson) bool {
		return !p.gone && (p.inbox == inbox || slices.ContainsFunc(p.offices, func(o int) bool { return d.offices[o].inbox == inbox }))
	})
}

// compare asks the inboxes of everybody active. The policies of the choices are numbered from first+1.
func (d *drawn) compare(when string, choices []choice, first int) {
	d.t.Helper()
	for _, p := range d.people {
		if p.gone {
			continue
		}
		actor, err := account.Who(d.ctx, d.db, d.org.ID, p.user)
		if err != nil {
			d.t.Fatal(err)
		}
		got, err := outreach.WaitingPolicies(d.ctx, d.db, actor)
		if err != nil {
			d.t.Fatal(err)
		}
		want := []outreach.PolicyID{}
		for i, c := range choices {
			if d.sees(p, c) {
				want = append(want, outreach.PolicyID(first+i+1))
			}
		}
		if !slices.Equal(got, want) {
			d.t.Errorf("%s the archive user %d sees %d conversations, want %d", when, p.user, len(got), len(want))
		}
	}
}
