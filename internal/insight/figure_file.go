package insight

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"parley/internal/outreach"
)

// WriteCampaign writes the figures and charts of a campaign as a CSV file, a figure a row. Of a campaign
// that the actor may not see nothing is written.
func (d Desk) WriteCampaign(ctx context.Context, id outreach.CampaignID, w io.Writer) error {
	r, err := d.Campaign(ctx, id)
	if err != nil {
		return err
	}
	f := newFile(w, "Group", "Figure", "Value", "Definition")
	for _, x := range d.everything(r) {
		f.row(x.Group, x.Name, x.Value, x.Definition)
	}
	if err := f.flush(); err != nil {
		return fmt.Errorf("write the figures of campaign %d: %w", id, err)
	}
	return nil
}

// WriteOrganization writes the figures and charts of all campaigns of a period together, then the
// figures of each.
func (d Desk) WriteOrganization(ctx context.Context, q Query, w io.Writer) error {
	r, err := d.Organization(ctx, q)
	if err != nil {
		return err
	}
	f := newFile(w, "Campaign", "Office", d.inZone("Launched"), "Group", "Figure", "Value", "Definition")
	for _, x := range d.everything(r) {
		f.row("All campaigns", "", "", x.Group, x.Name, x.Value, x.Definition)
	}
	for _, c := range r.Campaigns {
		for _, x := range c.figures() {
			f.row(c.Title, c.OfficeName, d.moment(c.LaunchedAt), x.Group, x.Name, x.Value, x.Definition)
		}
	}
	if err := f.flush(); err != nil {
		return fmt.Errorf("write the figures of the organization: %w", err)
	}
	return nil
}

// everything are the figures of a report and the bars of its charts.
func (d Desk) everything(r Report) []Figure {
	figures := r.Figures()
	bar := func(chart, name string, people int) {
		figures = append(figures, Figure{d.inZone(chart), name, strconv.Itoa(people),
			"People who texted back for the first time then. The bars add up to Responded."})
	}
	for hour, people := range r.Responses.ByHour() {
		bar("Responses by hour of day", fmt.Sprintf("%02d:00", hour), people)
	}
	byWeekday := r.Responses.ByWeekday()
	for i := range byWeekday {
		weekday := time.Weekday((i + 1) % 7)
		bar("Responses by weekday", weekday.String(), byWeekday[weekday])
	}
	for _, day := range r.Responses.ByDate() {
		bar("Responses by date", day.Day.Format(time.DateOnly), day.People)
	}
	return figures
}
