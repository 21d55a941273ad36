package server

import (
	"net/http"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

// campaignPlan is the tab Analytics of a campaign without a launch: its plan, and when figures will come.
func (s *Server) campaignPlan(w http.ResponseWriter, r *http.Request, d *desk, c sent) (err error) {
	p := page.CampaignPlan{Campaign: c.head, Title: "No figures yet", Plan: d.planOf(c)}
	mayManage := d.May(account.ManageCampaigns) == nil
	switch c.campaign.State {
	case outreach.Scheduled:
		p.Text = "They begin with the launch, " + d.clock().Moment(c.head.Launch) + ", and grow while people answer."
	case outreach.Archived:
		p.Title, p.Text = "No figures", "This campaign was archived before it was launched. Nobody was texted."
	default:
		p.Text = "This campaign is a draft. Figures begin once it is launched."
		if mayManage {
			p.Next = ui.Link{Text: "Go on with the draft", URL: campaignURL(c.campaign.ID) + "/general"}
		}
	}
	if p.Shell, err = s.shell(r, d); err != nil {
		return err
	}
	s.render(w, r, http.StatusOK, p.HTML())
	return nil
}

// planOf is what is decided about a campaign so far.
func (d *desk) planOf(c sent) (plan []page.Detail) {
	add := func(label, value string) {
		if value != "" {
			plan = append(plan, page.Detail{Label: label, Value: value})
		}
	}
	if c.campaign.State == outreach.Scheduled {
		add("Launches", d.clock().Moment(c.head.Launch))
	}
	if c.campaign.ListID != nil {
		add("Contact list", c.campaign.ListName+", "+shownPeople(c.campaign.ListContacts))
	}
	if c.campaign.NumberPhone != "" {
		add("Number", ui.Phone(c.campaign.NumberPhone)+", "+c.campaign.NumberKind)
	}
	who := "Agents (agent-backed)"
	if c.campaign.Mode == outreach.BotMode {
		who = "The bot first (bot-backed)"
	}
	add("Replies", who)
	add("Archive", shown(c.campaign.AutoArchiveDays, "day")+" after launch")
	return plan
}
