package insight

import (
	"context"
	"fmt"
	"time"

	"parley/internal/outreach"
	"parley/internal/postgres"
)

// Responses are the people who texted back, each once in a campaign at their first text, by the hours
// that the organization's clocks showed then. In order; an hour in which nobody responded is not among them.
type Responses []HourResponses

// HourResponses are the people who responded within an hour.
type HourResponses struct {
	Hour   time.Time // as the clocks show it, with UTC in the place of the zone
	People int
}

// ByHour are the responses by hour of day.
func (r Responses) ByHour() (hours [24]int) {
	for _, h := range r {
		hours[h.Hour.Hour()] += h.People
	}
	return hours
}

// ByWeekday are the responses by weekday, Sunday first, as time.Weekday counts.
func (r Responses) ByWeekday() (days [7]int) {
	for _, h := range r {
		days[h.Hour.Weekday()] += h.People
	}
	return days
}

// DayResponses are the people who responded on a day.
type DayResponses struct {
	Day    time.Time // midnight, with UTC in the place of the zone
	People int
}

// ByDate are the responses by date, from the first day with any to the last without a gap.
func (r Responses) ByDate() []DayResponses {
	var days []DayResponses
	for _, h := range r {
		day := h.Hour.Truncate(24 * time.Hour)
		if len(days) == 0 {
			days = append(days, DayResponses{Day: day})
		}
		for last := days[len(days)-1].Day; last.Before(day); {
			last = last.AddDate(0, 0, 1)
			days = append(days, DayResponses{Day: last})
		}
		days[len(days)-1].People += h.People
	}
	return days
}

func responses(ctx context.Context, tx *postgres.Tx, campaigns []outreach.CampaignID) (Responses, error) {
	found, err := postgres.Rows[HourResponses](ctx, tx, `
		select hour, sum(people) as people
		from campaign_response
		where org_id = @org and campaign_id = any (@campaigns)
		group by hour
		order by hour`, postgres.Args{"campaigns": campaigns})
	if err != nil {
		return nil, fmt.Errorf("count responses by hour: %w", err)
	}
	return found, nil
}
