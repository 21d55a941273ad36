package server

import (
	"maps"
	"net/http"
	"strconv"
	"time"

	"parley/internal/postgres"
)

const (
	// A page opens its stream when its scripts have run: a moment after it was rendered, rarely more
	// than some seconds. A page that comes later than this was away, and fetches everything again.
	memory = time.Minute
	// A page is dated when it is rendered, after its data were read, and maybe by another process whose
	// clock is a little ahead. What is told twice costs a fragment that is fetched twice.
	slack = 5 * time.Second
)

// recent remembers which page events were told lately, so that what happened between the rendering of
// a page and the opening of its stream is told after all. It may be used by one goroutine at a time.
type recent struct {
	told  map[postgres.OrgID]map[string]time.Time
	swept time.Time
}

func (r *recent) note(org postgres.OrgID, names []string, now time.Time) {
	if now.Sub(r.swept) > memory {
		r.sweep(now)
	}
	if r.told[org] == nil {
		if r.told == nil {
			r.told = map[postgres.OrgID]map[string]time.Time{}
		}
		r.told[org] = map[string]time.Time{}
	}
	for _, name := range names {
		r.told[org][name] = now
	}
}

// sweep forgets what is older than memory, and organizations in which nothing has happened since.
func (r *recent) sweep(now time.Time) {
	r.swept = now
	for org, told := range r.told {
		maps.DeleteFunc(told, func(_ string, at time.Time) bool { return now.Sub(at) > memory })
		if len(told) == 0 {
			delete(r.told, org)
		}
	}
}

func (r *recent) since(org postgres.OrgID, moment time.Time) (names []string) {
	for name, at := range r.told[org] {
		if !at.Before(moment.Add(-slack)) {
			names = append(names, name)
		}
	}
	return names
}

// streamURL is the address of the stream for a page that is rendered now.
func streamURL(now time.Time) string {
	return "/events?since=" + strconv.FormatInt(now.UnixMilli(), 10)
}

// renderedAt is when the page was rendered that opens a stream; false if it does not say.
func renderedAt(r *http.Request) (time.Time, bool) {
	ms, err := strconv.ParseInt(r.URL.Query().Get("since"), 10, 64)
	return time.UnixMilli(ms), err == nil
}
