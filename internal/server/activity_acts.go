package server

import (
	"context"
	"fmt"
	"net/http"

	"parley/internal/outreach"
	"parley/web/page"
)

// manyActs is what can be done to all conversations of a running campaign.
func (d *desk) manyActs(ctx context.Context, c outreach.Campaign, filter page.ConversationFilter) (*page.ManyActs, error) {
	if !c.Governs() {
		return nil, nil
	}
	subscribed, err := d.outreach.Subscribed(ctx, c.ID)
	return &page.ManyActs{Campaign: fmt.Sprint(c.ID), Filter: filter, Subscribed: subscribed}, err
}

// switchModes gives all conversations that a list shows a mode.
func (s *Server) switchModes(w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.campaignAct(w, r, func(ctx context.Context, id outreach.CampaignID) (string, error) {
		mode := outreach.Mode(r.PostFormValue("mode"))
		done, err := d.outreach.SwitchModes(ctx, outreach.ActivityQuery{Campaign: id, Filter: outreach.Filter(r.PostFormValue("filter")),
			Name: r.PostFormValue("q")}, mode)
		sentence := shown(done.Switched, "conversation") + " switched to " + string(mode) + " mode."
		if done.Waiting > 0 {
			sentence += " " + shown(done.Waiting, "other") + " kept theirs, since somebody waits."
		}
		return sentence, err
	})
}

func (s *Server) subscribe(w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.campaignAct(w, r, func(ctx context.Context, id outreach.CampaignID) (string, error) {
		return "Who needs attention here waits in your own inbox, too.", d.outreach.Subscribe(ctx, id)
	})
}

func (s *Server) unsubscribe(w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.campaignAct(w, r, func(ctx context.Context, id outreach.CampaignID) (string, error) {
		return "This campaign has left your own inbox.", d.outreach.Unsubscribe(ctx, id)
	})
}

// campaignAct runs a verb on a campaign and goes back to the list with what was done, or why not.
func (s *Server) campaignAct(w http.ResponseWriter, r *http.Request, verb func(context.Context, outreach.CampaignID) (string, error)) error {
	id, err := pathID[outreach.CampaignID](r, "id")
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	done, err := verb(r.Context(), id)
	if why := refusal(err); why != "" {
		s.flashBad(r.Context(), why)
	} else if err != nil {
		return err
	} else {
		s.flash(r.Context(), done)
	}
	back := localPath(r.PostFormValue("back"))
	if back == "/" {
		back = campaignURL(id)
	}
	seeOther(w, r, back)
	return nil
}
