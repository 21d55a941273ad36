package server

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"parley/internal/account"
	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

// conversation is one conversation as a fragment, or on a page of its own place: its campaign's
// Activity, or the inbox.
func (s *Server) conversation(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.ConversationID](r, "id")
	if err != nil {
		return err
	}
	pane, err := s.conversationPane(r, d, fmt.Sprint(id), localPath(r.FormValue("back")))
	if err != nil {
		return err
	}
	switch {
	case target(r) == page.IDConversation:
		s.render(w, r, http.StatusOK, pane.Fragment())
	case isFragment(r):
		s.render(w, r, http.StatusOK, pane.HTML())
	default:
		to, err := d.placeOf(r.Context(), id)
		if err != nil {
			return err
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
	}
	return nil
}

// placeOf is the page on which a conversation is read.
func (d *desk) placeOf(ctx context.Context, id outreach.ConversationID) (string, error) {
	v, err := d.outreach.Conversation(ctx, id)
	if err != nil {
		return "", err
	}
	open := fmt.Sprint(id)
	if v.CampaignID != nil && d.SeesOffice(v.OfficeID) {
		return page.ConversationFilter{}.Open(open).URL(fmt.Sprint(*v.CampaignID)), nil
	}
	return page.InboxFilter{}.Open(open).URL(), nil
}

// conversationPane fills in a conversation; back is the list it was opened from.
func (s *Server) conversationPane(r *http.Request, d *desk, id, back string) (*page.Conversation, error) {
	t, err := d.outreach.Transcript(r.Context(), outreach.ConversationID(mustID(id)), 0)
	if err != nil {
		return nil, err
	}
	v := t.Conversation
	pane := &page.Conversation{
		Clock: d.clock(), ID: id, Contact: ui.Person{Name: name(v.FirstName, v.LastName)}, Phone: string(v.Phone),
		ContactURL: fmt.Sprintf("/contacts/%d", v.ContactID), About: about(v), Mode: ui.Mode(v.Mode), Waiting: v.Waiting(),
		Reason: reasonSentence[v.WaitingReason], Messages: d.messages(t, back), Back: back, MaySwitch: v.CampaignState != outreach.Archived,
		Campaign: optionalID(v.CampaignID), Banner: banner(v),
	}
	if v.Waiting() {
		pane.Since = *v.WaitingSince
	}
	switch {
	case v.Closed() != "":
		pane.Closed, pane.MaySwitch = v.Closed(), false
		if d.May(account.StartOneToOne) == nil && !v.OptedOut && !v.Held {
			pane.ClosedMore = ui.Link{Text: "Start a 1:1 conversation", URL: fmt.Sprintf("/one-to-one/new?contact=%d", v.ContactID)}
		}
	case v.Held:
		pane.Closed = cmp.Or(v.FirstName, v.Phone.Format(d.OrgCountry)) + " may have asked to opt out. Press “Does not need attention” if not."
		pane.OptOutURL = fmt.Sprintf("/conversations/%s/opt-out", id)
	case v.OptedOut:
		pane.Closed = cmp.Or(v.FirstName, v.Phone.Format(d.OrgCountry)) + " has opted out and may not be texted."
	default:
		if pane.Composer, err = s.composer(r, d, v); err != nil {
			return nil, err
		}
		pane.Suggested, err = d.suggested(r.Context(), v.ID)
	}
	return pane, err
}

// banner says what has changed under a conversation that may be open for long (AR17).
func banner(v outreach.Conversation) string {
	if v.CampaignState != outreach.Archived || v.NumberKind != outreach.Reusable || v.NumberGone {
		return ""
	}
	return "“" + v.CampaignTitle + "” is archived. You can still answer: it goes out as a 1:1 text from the same number."
}

func about(v outreach.Conversation) []string {
	var facts []string
	if strings.HasPrefix(v.Language, "es") {
		facts = append(facts, "speaks Spanish")
	}
	if v.Plus() {
		facts = append(facts, "+ not on the campaign’s list")
	} else if v.CampaignTitle == "" {
		facts = append(facts, "1:1")
	}
	return facts
}

// reply sends an agent's answer, and notes which suggested one it is. What is refused comes back with the
// text still in the composer.
func (s *Server) reply(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.ConversationID](r, "id")
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	err = d.outreach.Reply(r.Context(), id, outreach.Reply{Body: r.PostFormValue("text"), Seen: formID[outreach.MessageID](r, "seen"), Key: readKey(r)})
	if err == nil {
		err = d.choose(r)
	}
	return s.answered(w, r, d, err)
}

func (s *Server) clearConversation(w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.conversationVerb(w, r, d, d.outreach.Clear)
}

func (s *Server) optOut(w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.conversationVerb(w, r, d, d.outreach.OptOut)
}

func (s *Server) switchMode(w http.ResponseWriter, r *http.Request, d *desk) error {
	return s.conversationVerb(w, r, d, d.outreach.SwitchMode)
}

func (s *Server) conversationVerb(w http.ResponseWriter, r *http.Request, d *desk, verb func(context.Context, outreach.ConversationID) error) error {
	id, err := pathID[outreach.ConversationID](r, "id")
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	return s.answered(w, r, d, verb(r.Context(), id))
}

// answered shows the conversation after a verb: in its pane for the page's own script, else the page
// it was opened on. A refusal stands above the composer, and the text stays in it.
func (s *Server) answered(w http.ResponseWriter, r *http.Request, d *desk, refused error) error {
	why := refusal(refused)
	if refused != nil && why == "" {
		return refused
	}
	id, _ := pathID[outreach.ConversationID](r, "id")
	back := localPath(r.PostFormValue("back"))
	pane, err := s.conversationPane(r, d, fmt.Sprint(id), back)
	if err != nil {
		return err
	}
	typed := readDraft(r)
	if why != "" && pane.Composer != nil {
		pane.Composer.Error = why
		typed.into(pane.Composer)
	}
	if text := r.PostFormValue("text"); why != "" && pane.ClosedMore.URL != "" && text != "" {
		pane.ClosedMore.URL += "&text=" + url.QueryEscape(text) // AP9: what was typed goes along
	}
	if isFragment(r) {
		w.Header().Set("HX-Retarget", "#"+page.IDOpen)
		w.Header().Set("HX-Reswap", "outerHTML")
		s.render(w, r, http.StatusOK, pane.HTML())
		return nil
	}
	if why != "" {
		s.flashBad(r.Context(), why)
		s.keepDraft(r.Context(), id, typed)
	}
	return s.backToConversation(w, r, d, id)
}

// backToConversation leads to the page on which the conversation was open.
func (s *Server) backToConversation(w http.ResponseWriter, r *http.Request, d *desk, id outreach.ConversationID) (err error) {
	back := localPath(r.PostFormValue("back"))
	if back == "/" {
		if back, err = d.placeOf(r.Context(), id); err != nil {
			return err
		}
	}
	seeOther(w, r, back)
	return nil
}
