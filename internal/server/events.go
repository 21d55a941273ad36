package server

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"parley/internal/knowledge"
	"parley/internal/outreach"
	"parley/internal/postgres"
	"parley/web/page"
	"parley/web/ui"
)

// hub passes database events on to the open pages of their organization.
type hub struct {
	mu      sync.Mutex // guards streams and recent
	streams map[*stream]struct{}
	recent  recent
	ending  chan struct{}
	once    sync.Once
}

// stream is that of one open page. Events wait in a set: a slow page loses none, it only hears them together.
type stream struct {
	org  postgres.OrgID
	mu   sync.Mutex // guards due
	due  map[string]struct{}
	wake chan struct{}
	gone chan struct{} // closed when the page has to connect again
}

func newHub() *hub { return &hub{streams: map[*stream]struct{}{}, ending: make(chan struct{})} }

// close ends all streams; browsers connect again, to this process or another.
func (h *hub) close() { h.once.Do(func() { close(h.ending) }) }

// tell passes an event on. After a gap every stream is ended: a page that connects again fetches
// everything it shows.
func (h *hub) tell(e postgres.Event) {
	names := eventNames(e)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.recent.note(e.Org, names, time.Now())
	for p := range h.streams {
		switch {
		case e.Missed:
			delete(h.streams, p)
			close(p.gone)
		case p.org == e.Org:
			p.add(names)
		}
	}
}

// eventNames are the page events that a database event stands for.
func eventNames(e postgres.Event) []string {
	kind, id, _ := strings.Cut(e.Topic, ":")
	switch kind {
	case "conversation", "marked":
		return []string{ui.EventConversation(id)}
	case "campaign":
		return []string{ui.EventCampaign(id), ui.EventCampaigns, ui.EventNav}
	case "archived":
		return []string{page.EventArchived(id)}
	case "replying":
		return []string{page.EventReplying(id)}
	case "import":
		return []string{ui.EventImport(id)}
	case outreach.InboxTopic:
		return []string{ui.EventInbox, ui.EventNav}
	case knowledge.Topic, knowledge.ReviewTopic:
		return []string{ui.EventNav}
	}
	return nil
}

func (h *hub) open(org postgres.OrgID) *stream {
	p := &stream{org: org, due: map[string]struct{}{}, wake: make(chan struct{}, 1), gone: make(chan struct{})}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.streams[p] = struct{}{}
	return p
}

// remind tells a stream what has happened since its page was rendered.
func (h *hub) remind(p *stream, rendered time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if names := h.recent.since(p.org, rendered); len(names) > 0 {
		p.add(names)
	}
}

func (h *hub) leave(p *stream) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.streams, p)
}

func (p *stream) add(names []string) {
	p.mu.Lock()
	for _, name := range names {
		p.due[name] = struct{}{}
	}
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *stream) take() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	names := make([]string, 0, len(p.due))
	for name := range p.due {
		names = append(names, name)
	}
	clear(p.due)
	return names
}

const (
	// Proxies close streams that are silent for a minute.
	heartbeat = 25 * time.Second
	// A launch tells of every batch; a page need not redraw more often than people can see.
	breath = 150 * time.Millisecond
)

// events is the stream of a page: names of what has changed, without data; the page fetches the
// fragment, as itself, with its own rights.
func (s *Server) events(w http.ResponseWriter, r *http.Request, d *desk) error {
	rc := http.NewResponseController(w)
	if err := rc.SetWriteDeadline(time.Time{}); err != nil {
		return fmt.Errorf("open a stream: %w", err)
	}
	p := s.hub.open(d.Org)
	defer s.hub.leave(p)
	if rendered, ok := renderedAt(r); ok {
		s.hub.remind(p, rendered)
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	fmt.Fprint(w, ": hello\n\n")
	if err := rc.Flush(); err != nil {
		return nil // the browser has gone
	}
	for {
		select {
		case <-r.Context().Done():
			return nil
		case <-s.hub.ending:
			return nil
		case <-p.gone:
			return nil
		case <-time.After(heartbeat):
			fmt.Fprint(w, ": still here\n\n")
		case <-p.wake:
			for _, name := range p.take() {
				fmt.Fprintf(w, "event: %s\ndata:\n\n", name)
			}
		}
		if err := rc.Flush(); err != nil {
			return nil
		}
		select {
		case <-r.Context().Done():
		case <-time.After(breath):
		}
	}
}
