package knowledge

import (
	"context"
	"fmt"
	"time"

	"parley/internal/account"
	"parley/internal/postgres"
)

// RevisionID names one change of an answer: its row in the audit.
type RevisionID int64

// Revision is one change of an answer, and what it said afterwards.
type Revision struct {
	ID       RevisionID
	At       time.Time
	Actor    string
	Verb     string // "add" or "edit"
	Title    string
	Text     string
	Language Language
	Office   account.OfficeID
	Enabled  bool
	Variants []string // without the title

	ValidFrom, ValidTo Day
}

// historyLimit is how many changes of an answer are listed.
const historyLimit = 100

const revisionSQL = `
	select h.id, h.at, h.actor, h.verb, h.became->>'title' as title, h.became->>'text' as text,
		h.became->>'language' as language, coalesce((h.became->>'office')::bigint, 0) as office,
		(h.became->>'enabled')::boolean as enabled,
		array(select jsonb_array_elements_text(h.became->'variants')) as variants,
		coalesce(h.became->>'valid_from', '') as valid_from, coalesce(h.became->>'valid_to', '') as valid_to
	from audit h
	where h.org_id = @org and h.subject = 'answer' and h.subject_id = @id and h.became is not null`

// History lists the changes of an answer, newest first.
func (d Desk) History(ctx context.Context, id AnswerID) ([]Revision, error) {
	var revisions []Revision
	err := d.read(ctx, func(tx *postgres.Tx) (err error) {
		if _, err = readAnswer(ctx, tx, d.actor, id); err != nil {
			return err
		}
		revisions, err = postgres.Rows[Revision](ctx, tx, revisionSQL+`
			order by h.id desc
			limit @limit`, postgres.Args{"id": id, "limit": historyLimit})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the changes of answer %d: %w", id, err)
	}
	return revisions, nil
}

// Restore makes an answer what it was after one of its changes; the change that this makes can be
// undone likewise. What the answers beside it no longer allow is account.Invalid.
func (d Desk) Restore(ctx context.Context, id AnswerID, revision RevisionID) error {
	return d.edit(ctx, func(e *edit) error {
		was, err := readAnswer(ctx, e.tx, d.actor, id)
		if err != nil {
			return err
		}
		r, err := postgres.Row[Revision](ctx, e.tx, revisionSQL+` and h.id = @revision`,
			postgres.Args{"id": id, "revision": revision})
		if err != nil {
			return fmt.Errorf("read change %d of answer %d: %w", revision, id, err)
		}
		return e.change(ctx, was, r.content(), Typed)
	})
}

func (r Revision) content() content {
	return content{Title: r.Title, Text: r.Text, Language: r.Language, Office: r.Office, Enabled: r.Enabled, Variants: r.Variants,
		ValidFrom: r.ValidFrom, ValidTo: r.ValidTo}
}
