package phonenet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

// HandsetKind is what a phone can do with a text.
type HandsetKind string

// Kinds of handsets.
const (
	Smartphone HandsetKind = "smartphone"
	Keypad     HandsetKind = "keypad"
	// Landline phones are known as such: the API refuses their texts (21614).
	Landline HandsetKind = "landline"
	// UnlistedLandline phones look like mobile ones: the API accepts the text,
	// a status reports 30006 later.
	UnlistedLandline HandsetKind = "unlisted_landline"
	// OutOfReach phones are switched off: undelivered, 30003.
	OutOfReach HandsetKind = "out_of_reach"
)

var handsetKinds = []HandsetKind{Smartphone, Keypad, Landline, UnlistedLandline, OutOfReach}

// Colours of handsets.
var handsetColours = []string{"teal", "plum", "slate", "brick", "olive", "rose", "night", "sand"}

// ErrNotAPhone is returned for a phone number the network cannot route to.
var ErrNotAPhone = errors.New("not a phone number")

// ErrCannotText is returned when a landline or a phone that is switched off
// shall send a text.
var ErrCannotText = errors.New("this phone cannot send texts")

// handset is a phone and what it shows. Its fields belong to Network.mu.
type handset struct {
	Profile
	phone    string
	texts    []*message // everything the phone shows, oldest first
	requests uint64     // to text it, accepted or not: the turn of its draws
	accepted int
	answers  int       // given by itself, see mostAnswers
	answered time.Time // the last of them
	listed   bool      // in Network.recent, between its neighbours:
	newer    *handset
	older    *handset
}

// Profile is how a handset looks and what it can do.
type Profile struct {
	Name   string      `json:"name,omitempty"`
	Kind   HandsetKind `json:"kind"`
	Colour string      `json:"colour"`
	Dark   bool        `json:"dark"`
	// OnDesk keeps the handset on the page whatever else happens.
	OnDesk bool `json:"on_desk"`
}

// profileEntry is what the log keeps about a handset.
type profileEntry struct {
	Phone string `json:"phone"`
	Profile
}

func (p Profile) validate() error {
	const longestName = 60
	switch {
	case !slices.Contains(handsetKinds, p.Kind):
		return fmt.Errorf("describe handset: unknown kind %q", p.Kind)
	case !slices.Contains(handsetColours, p.Colour):
		return fmt.Errorf("describe handset: unknown colour %q", p.Colour)
	case utf8.RuneCountInString(p.Name) > longestName:
		return fmt.Errorf("describe handset: name is longer than %d characters", longestName)
	}
	return nil
}

// firstProfile is that of a phone nobody described: a smartphone whose looks
// follow from its number.
func firstProfile(phone string) Profile {
	d := newDraw(0, 0, phone)
	return Profile{Kind: Smartphone, Colour: handsetColours[d.pick(1, len(handsetColours))], Dark: d.hits(2, 0.4)}
}

// handsetLocked finds a phone; every number that can be dialled has one.
func (n *Network) handsetLocked(phone string) *handset {
	h := n.handsets[phone]
	if h == nil {
		h = &handset{phone: phone, Profile: firstProfile(phone)}
		n.handsets[phone] = h
	}
	return h
}

// showLocked adds a text to a phone and makes it the most recent one.
func (n *Network) showLocked(h *handset, m *message) {
	h.texts = append(h.texts, m)
	n.recent.touch(h)
}

// Text is a text as a handset shows it.
type Text struct {
	SID   string    `json:"sid,omitempty"`
	Other string    `json:"other"` // the number at the other end
	Mine  bool      `json:"mine"`  // written on this handset
	Body  string    `json:"body"`
	Media []string  `json:"media,omitempty"`
	At    time.Time `json:"at"`
	// Status is delivered, undelivered or failed; of the handset's own texts
	// received, and delivered or failed once the program's webhook answered.
	Status Status `json:"status"`
	Code   int    `json:"code,omitempty"` // Twilio's error code
	// Notice marks the carrier's own confirmation of a keyword.
	Notice bool `json:"notice,omitempty"`
}

func (m *message) textLocked() Text {
	at, status := m.created, m.status
	switch {
	case m.direction != inbound:
		at = m.updated
	case m.settled && m.code == 0:
		status = StatusDelivered
	case m.settled:
		status = StatusFailed
	}
	return Text{
		SID: m.sid, Other: m.line(), Mine: m.direction == inbound, Body: m.body, Media: m.media,
		At: time.Unix(0, at), Status: status, Code: int(m.code), Notice: m.direction == notice,
	}
}

// Handset is a phone in somebody's hand.
type Handset struct {
	network *Network
	phone   string
}

// Handset returns the phone with a number. It exists as soon as it is named.
func (n *Network) Handset(phone string) *Handset { return &Handset{n, phone} }

// Phone is the handset's number.
func (h *Handset) Phone() string { return h.phone }

// Profile returns how the handset looks and what it can do.
func (h *Handset) Profile() Profile {
	h.network.mu.Lock()
	defer h.network.mu.Unlock()
	return h.network.handsetLocked(h.phone).Profile
}

// Describe changes how the handset looks and what it can do. An empty kind or
// colour keeps the present one.
func (h *Handset) Describe(p Profile) error {
	if !isE164(h.phone) {
		return fmt.Errorf("describe %q: %w", h.phone, ErrNotAPhone)
	}
	n := h.network
	n.mu.Lock()
	defer n.mu.Unlock()
	phone := n.handsetLocked(h.phone)
	if p.Kind == "" {
		p.Kind = phone.Kind
	}
	if p.Colour == "" {
		p.Colour = phone.Colour
	}
	if err := p.validate(); err != nil {
		return err
	}
	if phone.Profile == p && phone.listed {
		return nil
	}
	n.dressLocked(phone, p)
	n.recordLocked(event{kind: KindHandset, note: mustJSON(profileEntry{h.phone, p})})
	return nil
}

func (n *Network) dressLocked(h *handset, p Profile) {
	h.Profile = p
	if p.OnDesk && !slices.Contains(n.desk, h) {
		n.desk = append(n.desk, h)
	}
	n.recent.touch(h)
}

// Send types a text and sends it to a number. It returns once the network
// holds the text; the webhook follows by itself, see Network.Settle. A text to
// a number nobody owns is logged and comes back with status failed.
func (h *Handset) Send(ctx context.Context, to, body string) (Text, error) {
	return h.SendMedia(ctx, to, body)
}

// SendMedia is Send with the addresses of pictures.
func (h *Handset) SendMedia(ctx context.Context, to, body string, media ...string) (Text, error) {
	switch {
	case ctx.Err() != nil:
		return Text{}, fmt.Errorf("send from %s: %w", h.phone, ctx.Err())
	case !isE164(h.phone):
		return Text{}, fmt.Errorf("send from %q: %w", h.phone, ErrNotAPhone)
	case to == "" || len(to) > 20:
		return Text{}, fmt.Errorf("send to %q: %w", to, ErrNotAPhone)
	case body == "" && len(media) == 0:
		return Text{}, fmt.Errorf("send from %s: the text is empty", h.phone)
	}
	n := h.network
	n.mu.Lock()
	phone := n.handsetLocked(h.phone)
	kind := phone.Kind
	phone.answers = 0
	n.mu.Unlock()
	if kind != Smartphone && kind != Keypad {
		return Text{}, fmt.Errorf("send from %s: %w", h.phone, ErrCannotText)
	}
	return n.receive(to, h.phone, body, media), nil
}

// Texts returns everything the handset shows, oldest first.
func (h *Handset) Texts() []Text {
	return h.texts(func(*message) bool { return true })
}

// Thread returns what the handset shows of one other number, oldest first.
func (h *Handset) Thread(other string) []Text {
	return h.texts(func(m *message) bool { return m.line() == other })
}

func (h *Handset) texts(want func(*message) bool) []Text {
	n := h.network
	n.mu.Lock()
	defer n.mu.Unlock()
	var out []Text
	for _, m := range n.handsetLocked(h.phone).texts {
		if want(m) {
			out = append(out, m.textLocked())
		}
	}
	return out
}

// Wait returns the handset's texts as soon as enough says they are.
func (h *Handset) Wait(ctx context.Context, enough func([]Text) bool) ([]Text, error) {
	var texts []Text
	err := h.network.Wait(ctx, func() bool {
		texts = h.Texts()
		return enough(texts)
	})
	if err != nil {
		return texts, fmt.Errorf("wait for texts on %s: %w", h.phone, err)
	}
	return texts, nil
}

// Accepted tells how many texts to this phone the API ever accepted.
func (h *Handset) Accepted() int {
	h.network.mu.Lock()
	defer h.network.mu.Unlock()
	return h.network.handsetLocked(h.phone).accepted
}
