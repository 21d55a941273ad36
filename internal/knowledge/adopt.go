package knowledge

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"parley/internal/account"
	"parley/internal/knowledge/starter"
	"parley/internal/postgres"
)

// Adoption says which answers of the starter library an organization takes over, and how.
type Adoption struct {
	Site      string     // the organization's web address, as "marlowe.edu", for the links
	Topics    []string   // of starter.Topics; none means all
	Languages []Language // of starter.Languages; none means all
	// On switches the answers on at once. Their dates, prices and places are examples: without it they
	// wait until somebody has put them right.
	On bool
}

// Adopted is what came of an adoption.
type Adopted struct {
	Added int
	Kept  int // were there already, or would rival an answer that was
}

// AdoptStarter adds answers of the starter library, for the whole organization and in its name. What
// the organization has already is not touched, so adopting twice adds nothing the second time.
func (d Desk) AdoptStarter(ctx context.Context, a Adoption) (Adopted, error) {
	var done Adopted
	err := d.edit(ctx, func(e *edit) error {
		name, err := postgres.Value[string](ctx, e.tx, `select name from organization where org_id = @org`, nil)
		if err != nil {
			return fmt.Errorf("read the organization's name: %w", err)
		}
		for _, offered := range starter.Answers(starter.Place{Name: name, Site: a.Site}) {
			if !a.wants(offered) {
				continue
			}
			if err := e.adopt(ctx, offered, a.On, &done); err != nil {
				return fmt.Errorf("adopt %q: %w", offered.Title, err)
			}
		}
		return nil
	})
	if err != nil {
		return Adopted{}, err
	}
	return done, nil
}

func (a Adoption) wants(offered starter.Answer) bool {
	return (len(a.Topics) == 0 || slices.Contains(a.Topics, offered.Topic)) &&
		(len(a.Languages) == 0 || slices.Contains(a.Languages, Language(offered.Language)))
}

func (e *edit) adopt(ctx context.Context, offered starter.Answer, on bool, done *Adopted) error {
	c, err := Draft{
		Title: offered.Title, Text: offered.Text, Language: Language(offered.Language), Enabled: on,
		Variants: joinLines(offered.Variants),
	}.check()
	if err != nil {
		return err
	}
	_, err = e.add(ctx, c, FromImport)
	var rival account.Invalid
	if errors.As(err, &rival) && rival[""] == "" {
		done.Kept++
		return nil
	}
	if err == nil {
		done.Added++
	}
	return err
}
