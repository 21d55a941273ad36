package outreach

import (
	"context"
	"fmt"
	"time"

	"parley/internal/postgres"
)

// place is where and when the organization is: what its wall times mean, and the hours it keeps.
type place struct {
	Now       time.Time
	Country   string
	TimeZone  string
	QuietFrom int // minutes since midnight
	QuietTill int
	zone      *time.Location
}

func organization(ctx context.Context, tx *postgres.Tx) (place, error) {
	p, err := postgres.Row[place](ctx, tx, `
		select app_now() as now, country, time_zone,
			(extract(epoch from quiet_from) / 60)::int as quiet_from, (extract(epoch from quiet_until) / 60)::int as quiet_till
		from organization
		where org_id = @org`, nil)
	if err != nil {
		return p, fmt.Errorf("read the organization: %w", err)
	}
	if p.zone, err = time.LoadLocation(p.TimeZone); err != nil {
		return p, fmt.Errorf("read the zone of the organization: %w", err)
	}
	return p, nil
}
