package knowledge

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Source says where a variant came from.
type Source string

// The sources of variants.
const (
	FromTitle        Source = "title"
	Typed            Source = "typed"
	FromConversation Source = "conversation"
	FromImport       Source = "import"
)

// Variant is one way people ask for an answer.
type Variant struct {
	Text   string
	Source Source
}

// Answer is what the bot says to a question, and the ways people ask it.
type Answer struct {
	ID         AnswerID
	Version    int // rises with each edit; a Draft names the one it was made from
	Title      string
	Text       string
	Language   Language
	Office     account.OfficeID // 0: the whole organization
	OfficeName string
	Enabled    bool
	ValidFrom  Day
	ValidTo    Day
	Variants   []Variant // the title first
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// Draft is the answer as a form to edit it begins.
func (a Answer) Draft() Draft {
	return Draft{
		ID: a.ID, Version: a.Version, Title: a.Title, Text: a.Text, Language: a.Language,
		Office: a.Office, Enabled: a.Enabled, ValidFrom: a.ValidFrom, ValidTo: a.ValidTo,
		Variants: joinLines(a.content().Variants),
	}
}

func (a Answer) content() content {
	c := content{Title: a.Title, Text: a.Text, Language: a.Language, Office: a.Office, Enabled: a.Enabled,
		ValidFrom: a.ValidFrom, ValidTo: a.ValidTo}
	for _, v := range a.Variants {
		if v.Source != FromTitle {
			c.Variants = append(c.Variants, v.Text)
		}
	}
	return c
}

// content is what can be edited of an answer: what the audit keeps, and what makes two the same.
type content struct {
	Title    string           `json:"title"`
	Text     string           `json:"text"`
	Language Language         `json:"language"`
	Office   account.OfficeID `json:"office,omitempty"`
	Enabled  bool             `json:"enabled"`
	Variants []string         `json:"variants"` // without the title

	ValidFrom Day `json:"valid_from,omitempty"`
	ValidTo   Day `json:"valid_to,omitempty"`
}

// equal ignores the order of the variants.
func (c content) equal(other content) bool {
	return c.Title == other.Title && c.Text == other.Text && c.Language == other.Language &&
		c.Office == other.Office && c.Enabled == other.Enabled &&
		c.ValidFrom == other.ValidFrom && c.ValidTo == other.ValidTo &&
		slices.Equal(slices.Sorted(slices.Values(c.Variants)), slices.Sorted(slices.Values(other.Variants)))
}

// answerSQL reads whole answers; a query adds which.
const answerSQL = `
	select a.id, a.version, a.title, a.text, a.language, coalesce(a.office_id, 0) as office,
		coalesce(o.name, '') as office_name, a.enabled, a.created_at, a.updated_at,
		coalesce(a.valid_from::text, '') as valid_from, coalesce(a.valid_to::text, '') as valid_to,
		coalesce((
			select json_agg(json_build_object('Text', v.text, 'Source', v.source) order by v.source <> 'title', v.id)
			from answer_variant v
			where v.org_id = @org and v.answer_id = a.id), '[]') as variants
	from answer a
	left join office o on o.org_id = @org and o.id = a.office_id
	where a.org_id = @org`

// Answer is one answer, or account.ErrNotFound.
func (d Desk) Answer(ctx context.Context, id AnswerID) (Answer, error) {
	var a Answer
	err := d.read(ctx, func(tx *postgres.Tx) (err error) {
		a, err = readAnswer(ctx, tx, d.actor, id)
		return err
	})
	return a, err
}

func readAnswer(ctx context.Context, tx *postgres.Tx, actor account.Actor, id AnswerID) (Answer, error) {
	a, err := postgres.Row[Answer](ctx, tx, answerSQL+` and a.id = @id`, postgres.Args{"id": id})
	if err == nil && a.Office != 0 && !actor.SeesOffice(a.Office) {
		err = account.ErrNotFound
	}
	if err != nil {
		return Answer{}, fmt.Errorf("read answer %d: %w", id, err)
	}
	return a, nil
}
