package server

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"parley/internal/outreach"
	"parley/web/ui"
)

// notices are what the person has not seen yet.
func (d *desk) notices(ctx context.Context) ([]ui.Notice, error) {
	found, err := d.outreach.Notices(ctx)
	if err != nil {
		return nil, err
	}
	var list []ui.Notice
	for _, n := range found {
		notice := ui.Notice{ID: fmt.Sprint(n.ID), Title: "“" + n.Title + "” archives itself soon.", Detail: n.Detail,
			Look: ui.Link{Text: "Look at it", URL: campaignURL(n.CampaignID)}}
		switch n.Kind {
		case outreach.NotLaunched:
			notice.Title = "“" + n.Title + "” was not launched and is a draft again."
			notice.Look = ui.Link{Text: "Review it", URL: campaignURL(n.CampaignID) + "/review"}
		case outreach.Filtered:
			notice.Title = "Phone companies take “" + n.Title + "” for spam."
		case outreach.FilteredPaused:
			notice.Title = "“" + n.Title + "” has paused itself."
		}
		list = append(list, notice)
	}
	return list, nil
}

// seeNotice puts a notice away and stays where the person was.
func (s *Server) seeNotice(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.NoticeID](r, "id")
	if err != nil {
		return err
	}
	if err := d.outreach.SeeNotice(r.Context(), id); err != nil {
		return err
	}
	seeOther(w, r, localPath(cameFrom(r)))
	return nil
}

// cameFrom is the address on this site of the page that sent the request.
func cameFrom(r *http.Request) string {
	from, err := url.Parse(r.Referer())
	if err != nil {
		return "/"
	}
	return from.RequestURI()
}
