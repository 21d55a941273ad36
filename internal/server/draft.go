package server

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"parley/internal/outreach"
	"parley/web/page"
	"parley/web/ui"
)

// draft is what stands in a composer: a text, and the suggestion that it began as.
type draft struct {
	Text, Answer, About string
	Suggested           string // the suggestion's own words
	Typed               bool   // not sent from the list of suggestions itself
}

func readDraft(r *http.Request) draft {
	return draft{Text: r.PostFormValue("text"), Answer: r.PostFormValue("answer"), About: r.PostFormValue("about"),
		Suggested: r.PostFormValue("suggested"), Typed: r.PostForm.Has("suggested")}
}

func (f draft) edited() bool {
	words := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	return f.Typed && words(f.Text) != words(f.Suggested)
}

// into puts the draft into a composer. What was sent from the list of suggestions leaves alone what is
// being typed there.
func (f draft) into(c *page.Composer) {
	if f.Typed {
		c.Text, c.Answer, c.About, c.Suggested = f.Text, f.Answer, f.About, f.Suggested
	}
}

func draftKey(id outreach.ConversationID) string { return fmt.Sprintf("draft-%d", id) }

// keepDraft keeps a draft for the next time the person sees the composer of the conversation.
func (s *Server) keepDraft(ctx context.Context, id outreach.ConversationID, f draft) {
	if f.Typed {
		kept := url.Values{"text": {f.Text}, "answer": {f.Answer}, "about": {f.About}, "suggested": {f.Suggested}}
		s.sessions.Put(ctx, draftKey(id), kept.Encode())
	}
}

func (s *Server) takeDraft(ctx context.Context, id outreach.ConversationID) draft {
	kept, err := url.ParseQuery(s.sessions.PopString(ctx, draftKey(id)))
	if err != nil || !kept.Has("text") {
		return draft{}
	}
	return draft{Text: kept.Get("text"), Answer: kept.Get("answer"), About: kept.Get("about"), Suggested: kept.Get("suggested"), Typed: true}
}

// composer is where the person writes a reply, with what they had in it when they last left without script.
func (s *Server) composer(r *http.Request, d *desk, v outreach.Conversation) (*page.Composer, error) {
	who, err := d.outreach.WhoReplies(r.Context(), v.ID)
	if err != nil {
		return nil, err
	}
	c := &page.Composer{As: ui.Person{Name: d.Name}.FirstName(), Key: newKey(), Replying: who}
	if target(r) != page.IDConversation {
		s.takeDraft(r.Context(), v.ID).into(c)
	}
	return c, nil
}

// compose puts a suggestion into the composer, for a browser without script.
func (s *Server) compose(w http.ResponseWriter, r *http.Request, d *desk) error {
	id, err := pathID[outreach.ConversationID](r, "id")
	if err != nil {
		return err
	}
	if err := parseForm(w, r); err != nil {
		return err
	}
	if _, err := d.outreach.Conversation(r.Context(), id); err != nil {
		return err
	}
	f := readDraft(r)
	f.Suggested, f.Typed = f.Text, true
	s.keepDraft(r.Context(), id, f)
	return s.backToConversation(w, r, d, id)
}
