package server

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"parley/internal/account"
	"parley/internal/knowledge"
	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

// policyForm shows a policy in its form.
func policyForm(p outreach.Policy) page.Policy {
	form := page.Policy{Mode: string(p.Mode), IDK: string(p.IDKType), Response: p.CustomResponse, Holding: p.HoldingText}
	for _, inbox := range p.Inboxes {
		form.Inboxes = append(form.Inboxes, fmt.Sprint(inbox))
	}
	return form
}

// readPolicyForm reads the policy that a form sends.
func readPolicyForm(r *http.Request) outreach.PolicyForm {
	return outreach.PolicyForm{
		Mode:           outreach.Mode(r.PostFormValue("mode")),
		IDKType:        outreach.IDKType(r.PostFormValue("idk")),
		CustomResponse: r.PostFormValue("response"),
		HoldingText:    r.PostFormValue("holding"),
		Inboxes:        formIDs[account.InboxID](r, "inbox"),
	}
}

// fillPolicy adds the inboxes that can be chosen and the bot's threshold.
func (d *desk) fillPolicy(ctx context.Context, p *page.Policy) error {
	choices, err := d.outreach.Choices(ctx)
	if err != nil {
		return err
	}
	for _, c := range choices {
		note := "Personal inbox"
		if c.Office {
			note = shownPeople(c.People)
		}
		p.Choices = append(p.Choices, page.InboxChoice{Value: fmt.Sprint(c.ID), Name: c.Name, Note: note})
	}
	tried, err := d.knowledge.Try(ctx, knowledge.Trial{})
	p.Threshold = percentOf(tried.Threshold)
	return err
}

// routePicture shows where a reply goes under the settings of a form.
func routePicture(c outreach.Campaign, p page.Policy, progress outreach.Progress) page.Route {
	return page.Route{Number: c.NumberPhone, Mode: p.Mode, IDK: p.IDK, Threshold: p.Threshold, Inboxes: chosenInboxes(p),
		Waiting: progress.Waiting, Answered: progress.BotAnswers, People: progress.Replied}
}

func chosenInboxes(p page.Policy) []string {
	var names []string
	for _, c := range p.Choices {
		if slices.Contains(p.Inboxes, c.Value) {
			names = append(names, c.Name)
		}
	}
	return names
}

// fillAfter adds what holds once the campaign is archived: the settings of its number.
func (d *desk) fillAfter(ctx context.Context, c outreach.Campaign, route *page.Route) error {
	if c.NumberID == nil {
		return nil
	}
	n, policy, err := d.outreach.Number(ctx, *c.NumberID)
	if err != nil {
		return err
	}
	if n.Kind != outreach.Reusable {
		return nil
	}
	form := policyForm(policy)
	if err := d.fillPolicy(ctx, &form); err != nil {
		return err
	}
	route.After = page.AfterArchive{Reusable: true, Mode: form.Mode, Inboxes: chosenInboxes(form), URL: fmt.Sprintf("/numbers/%d", n.ID)}
	return nil
}

// officeChoices are the offices that the actor may choose.
func (d *desk) officeChoices(ctx context.Context) ([]ui.Option, error) {
	offices, err := d.account.Offices(ctx)
	if err != nil {
		return nil, err
	}
	var options []ui.Option
	for _, o := range offices {
		if d.SeesOffice(o.ID) {
			options = append(options, ui.Option{Value: fmt.Sprint(o.ID), Label: o.Name})
		}
	}
	return options, nil
}
