package main

import (
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// visit is a page that is measured: the addresses that are asked for in turn.
type visit struct {
	name  string
	paths []string
}

const (
	visits  = 240 // of each page; at least 200 make a 95th percentile of ten
	warmups = 24  // before, so that connections are open and statements prepared
)

// benchPages measures the server's time of pages as what they show grows. The database grows with it:
// the small sizes are measured before the large ones are there.
func benchPages(s *stage) error {
	remark(s.out, "Server time of a page, 95th percentile of %d; its ratio is that of the largest size to the smallest", visits)
	var slowest []map[string]time.Duration
	for _, size := range pageSizes(s.size) {
		took, err := s.benchPagesAt(size)
		if err != nil {
			return err
		}
		slowest = append(slowest, took)
	}
	if len(slowest) == 1 {
		return s.memory("pages")
	}
	smallest, largest := slowest[0], slowest[len(slowest)-1]
	for _, v := range []string{"campaigns_page1", "campaigns_search", "activity_page1", "activity_name_search", "activity_deep",
		"recipients", "analytics", "inbox_page1"} {
		figure(s.out, v+"_ratio", float64(largest[v])/float64(smallest[v]), "x")
	}
	return s.memory("pages")
}

// pageSizes are the powers of ten from ten thousand up to the size, and the size itself.
func pageSizes(size int) []int {
	var sizes []int
	for n := 10_000; n < size; n *= 10 {
		sizes = append(sizes, n)
	}
	return append(sizes, size)
}

// benchPagesAt measures an organization with as many campaigns and one with a campaign to as many people.
func (s *stage) benchPagesAt(size int) (map[string]time.Duration, error) {
	many, err := s.found("University of " + sized(size) + " campaigns")
	if err != nil {
		return nil, err
	}
	if err := s.seedCampaigns(many, size); err != nil {
		return nil, err
	}
	m, err := s.massOf(size)
	if err != nil {
		return nil, err
	}
	deep, err := s.deepPages(m)
	if err != nil {
		return nil, err
	}
	took := map[string]time.Duration{}
	for _, of := range []struct {
		tenant *tenant
		visits []visit
	}{{many, campaignVisits(size)}, {m.tenant, append(massVisits(m), visit{"activity_deep", deep})}} {
		b, err := s.signIn(of.tenant.Manager)
		if err != nil {
			return nil, err
		}
		for _, v := range of.visits {
			if took[v.name], err = s.measure(b, v, size); err != nil {
				return nil, err
			}
		}
	}
	return took, nil
}

func (s *stage) measure(b *browser, v visit, size int) (p95 time.Duration, err error) {
	var all timings
	worst := map[string]time.Duration{}
	for i := range warmups + visits {
		path := v.paths[i%len(v.paths)]
		took, err := b.get(path)
		if err != nil {
			return 0, err
		}
		if i >= warmups {
			all = append(all, took)
			worst[path] = max(worst[path], took)
		}
	}
	p95 = all.quantile(0.95)
	figure(s.out, v.name+"_"+sized(size), millis(p95), "ms")
	figure(s.out, v.name+"_"+sized(size)+"_p50", millis(all.quantile(0.5)), "ms")
	if len(v.paths) == 1 {
		return p95, nil
	}
	slow := slices.MaxFunc(v.paths, func(a, b string) int { return int(worst[a] - worst[b]) })
	remark(s.out, "The slowest of its pages: %s, %.1f ms", slow, millis(worst[slow]))
	return p95, nil
}

func campaignVisits(size int) []visit {
	return []visit{
		{"campaigns_page1", []string{"/campaigns", "/campaigns?area=archived", "/campaigns?status=active", "/campaigns?sort=title", "/campaigns?area=archived&sort=launch"}},
		// Words of all, of one in twenty, of one, of none; two words together; a tag.
		{"campaigns_search", queries("/campaigns?area=archived&q=", "for", "housing", "aid rem", fmt.Sprint(size/3), "zebra",
			"housing veterans", "hou vet 12", "fafsa survey par")},
	}
}

func massVisits(m *mass) []visit {
	at := fmt.Sprintf("/campaigns/%d", m.Campaign)
	return []visit{
		{"activity_page1", []string{at, at + "?sort=newest", at + "?filter=attention", at + "?filter=bot"}},
		// Common beginnings, whole names, first and last names together, and names that nobody has.
		{"activity_name_search", queries(at+"?q=", "mar", "j", "garcison", "rog", "yara", "zoe smith", "maria gar", "ulrich youngworth", "zz", "quinn x")},
		{"recipients", []string{at + "/contacts", at + "/contacts?state=delivered", at + "/contacts?state=failed", at + "/contacts?state=waiting", at + "/contacts?q=mar"}},
		{"analytics", []string{at + "/analytics"}},
		{"inbox_page1", []string{"/inbox"}},
	}
}

func queries(address string, terms ...string) []string {
	var paths []string
	for _, term := range terms {
		paths = append(paths, address+url.QueryEscape(term))
	}
	return paths
}

const (
	deepest    = 200 // page to which somebody scrolls
	perPage    = 50
	deepVisits = 20 // pages up to it that are asked for
)

// deepPages are the addresses of pages up to the two-hundredth of Activity, or to the last, as the
// links of the pages before them have it.
func (s *stage) deepPages(m *mass) (paths []string, err error) {
	var cursors []string
	rows, err := s.admin.Query(s, `
		select (extract(epoch from last_at) * 1000000)::bigint || '-' || id
		from (
			select last_at, id, row_number() over (order by last_at desc, id desc) as place
			from conversation
			where org_id = $1 and campaign_id = $2 and waiting_since is null
		) v
		where place % $3 = 0 and place < $3 * $4
		order by place desc
		limit $5`, m.ID, m.Campaign, perPage, deepest, deepVisits)
	if err == nil {
		cursors, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err != nil {
		return nil, fmt.Errorf("find the deep pages: %w", err)
	}
	for _, c := range cursors {
		paths = append(paths, fmt.Sprintf("/campaigns/%d?after=%s", m.Campaign, c))
	}
	return paths, nil
}
