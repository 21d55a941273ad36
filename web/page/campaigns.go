package page

import (
	"net/url"
	"slices"
	"time"

	"parley/web/ui"
)

// CampaignFilter is what the address of the list of campaigns says.
type CampaignFilter struct {
	Area    string   // "archived", or empty for the active ones
	Status  string   // "draft", "scheduled", "active" or empty for all
	Query   string   // words of titles and tags
	Tags    []string // all of which a campaign must have
	Waiting bool     // only where somebody waits for an answer
	Sort    string   // "title", "launch" or empty for the last updated first
}

// ReadCampaignFilter reads the filter from the query of an address.
func ReadCampaignFilter(query url.Values) CampaignFilter {
	return CampaignFilter{
		Area:    query.Get("area"),
		Status:  query.Get("status"),
		Query:   query.Get("q"),
		Tags:    query["tag"],
		Waiting: query.Get("waiting") == "yes",
		Sort:    query.Get("sort"),
	}
}

// URL is the address of the list under this filter, on its first page.
func (f CampaignFilter) URL() string { return f.After("") }

// After is the address of the page that follows a cursor, the last row's key.
func (f CampaignFilter) After(cursor string) string {
	query := url.Values{"tag": f.Tags}
	set := func(name, value string) {
		if value != "" {
			query.Set(name, value)
		}
	}
	set("area", f.Area)
	set("status", f.Status)
	set("q", f.Query)
	set("sort", f.Sort)
	set("after", cursor)
	if f.Waiting {
		query.Set("waiting", "yes")
	}
	return address("/campaigns", query)
}

func (f CampaignFilter) inArea(area string) CampaignFilter {
	return CampaignFilter{Area: area, Query: f.Query, Tags: f.Tags}
}

func (f CampaignFilter) withStatus(status string) CampaignFilter {
	f.Status = status
	return f
}

func (f CampaignFilter) sorted(by string) CampaignFilter {
	f.Sort = by
	return f
}

func (f CampaignFilter) toggleWaiting() CampaignFilter {
	f.Waiting = !f.Waiting
	return f
}

func (f CampaignFilter) toggleTag(tag string) CampaignFilter {
	if slices.Contains(f.Tags, tag) {
		f.Tags = slices.DeleteFunc(slices.Clone(f.Tags), func(t string) bool { return t == tag })
	} else {
		f.Tags = append(slices.Clone(f.Tags), tag)
	}
	return f
}

// CampaignCounts are the numbers on the filters of the list.
type CampaignCounts struct {
	Active, Archived           int // the areas
	Draft, Scheduled, Launched int // of the active area
	Waiting                    int // campaigns where somebody waits
}

// CampaignRow is a campaign in the list.
type CampaignRow struct {
	ID      string
	Title   string
	Tags    []string
	Waiting int // people who wait for an answer
	Office  string
	Number  string // E.164, empty while none is chosen
	List    string // empty while none is chosen
	People  int
	Mode    ui.Mode
	Status  ui.Status
	Percent int // of the texts sent, while sending
	Updated time.Time
	Launch  time.Time // when it was or will be launched; zero for neither
	May     CampaignMay
}

// CampaignMay says which acts the person and the campaign's state allow.
type CampaignMay struct {
	Edit, Launch, Clone, Pause, Resume, Archive bool
	Reschedule                                  bool // and take back to a draft
	Template                                    bool // add its text to the library
}

func (r CampaignRow) url() string {
	if r.Status == ui.Draft {
		return campaignURL(r.ID, "general")
	}
	return campaignURL(r.ID, "")
}

// campaignURL is the address of a campaign, or of a part of it.
func campaignURL(id, part string) string {
	path := "/campaigns/" + url.PathEscape(id)
	if part != "" {
		path += "/" + part
	}
	return path
}

// cloneURL opens a new draft after an existing campaign, to give it a title.
func cloneURL(id string) string {
	return address("/campaigns/new", url.Values{"from": {"previous"}, "campaign": {id}})
}
