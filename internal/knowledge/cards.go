package knowledge

import (
	"context"
	"fmt"
	"maps"
	"sync"

	"parley/internal/account"
	"parley/internal/postgres"
)

// card is what an answer says now.
type card struct {
	ID    AnswerID
	Title string
	Text  string
}

// deck keeps what the answers of one knowledge version say, as they are asked for: every edit makes another
// version.
type deck struct {
	mu    sync.Mutex // guards cards
	cards map[AnswerID]card
}

func newDeck() *deck { return &deck{cards: map[AnswerID]card{}} }

// held are those of the cards that are in the deck, and all is whether these are all. No deck holds none.
func (d *deck) held(ids []AnswerID) (cards map[AnswerID]card, all bool) {
	cards = map[AnswerID]card{}
	if d == nil {
		return cards, false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range ids {
		if c, ok := d.cards[id]; ok {
			cards[id] = c
		}
	}
	return cards, len(cards) == len(ids)
}

func (d *deck) add(cards map[AnswerID]card) {
	if d == nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	maps.Copy(d.cards, cards)
}

// deck is that of the setting's version; nil while an older model serves.
func (l *Library) deck(s setting) *deck {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t, ok := l.models.peek(s.scope); ok && t.version == s.Version {
		return t.deck
	}
	return nil
}

// cards finds what answers say that may be given to texts of the office. Where an older model serves, they
// are read, so that an edited text is live at once, and an answer that was switched off is not given.
func (l *Library) cards(ctx context.Context, tx *postgres.Tx, s setting, office account.OfficeID, ids []AnswerID) (map[AnswerID]card, error) {
	if len(ids) == 0 || len(ids) == 1 && ids[0] == 0 {
		return nil, nil
	}
	d := l.deck(s)
	if held, all := d.held(ids); all {
		return held, nil
	}
	cards, err := readCards(ctx, tx, office, ids)
	if err == nil {
		d.add(cards)
	}
	return cards, err
}

// readCards reads those answers that may be given to texts of the office.
func readCards(ctx context.Context, tx *postgres.Tx, office account.OfficeID, ids []AnswerID) (map[AnswerID]card, error) {
	found, err := postgres.Rows[card](ctx, tx, `
		select a.id, a.title, a.text
		from answer a
		where a.org_id = @org and a.id = any (@ids) and `+mayGive("a")+`
			and (a.office_id is null or a.office_id = @office)`,
		postgres.Args{"ids": ids, "office": office})
	if err != nil {
		return nil, fmt.Errorf("read the matched answers: %w", err)
	}
	cards := make(map[AnswerID]card, len(found))
	for _, c := range found {
		cards[c.ID] = c
	}
	return cards, nil
}
