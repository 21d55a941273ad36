package knowledge

import (
	"context"
	"fmt"

	"parley/internal/account"
	"parley/internal/postgres"
)

// refuse returns account.Invalid if the answer cannot stand beside the others.
func (e *edit) refuse(ctx context.Context, id AnswerID, c content) error {
	for _, check := range []func(context.Context, AnswerID, content) error{
		e.refuseOffice, e.refuseTitle, e.refuseVariants,
	} {
		if err := check(ctx, id, c); err != nil {
			return err
		}
	}
	return nil
}

func (e *edit) refuseOffice(ctx context.Context, _ AnswerID, c content) error {
	if c.Office == 0 {
		return nil
	}
	exists, err := postgres.Value[bool](ctx, e.tx, `
		select exists (select from office where org_id = @org and id = @office)`,
		postgres.Args{"office": c.Office})
	if err != nil {
		return fmt.Errorf("look for office %d: %w", c.Office, err)
	}
	if !exists || !e.actor.SeesOffice(c.Office) {
		return account.Invalid{"office": "Choose one of your offices."}
	}
	return nil
}

func (e *edit) refuseTitle(ctx context.Context, id AnswerID, c content) error {
	taken, err := postgres.Value[bool](ctx, e.tx, `
		select exists (
			select from answer a
			where a.org_id = @org and a.office_id is not distinct from nullif(@office, 0)
				and a.language = @language and a.title_key = @title_key and a.id <> @id)`, c.args(id))
	if err != nil {
		return fmt.Errorf("look for the same title: %w", err)
	}
	if taken {
		return account.Invalid{"title": "Another answer has this title. Choose a new one, or edit that answer."}
	}
	return nil
}

// refuseVariants finds the same question under another answer that serves the same texts: between
// the two no bot could choose. An answer of the same title is no rival, since an office's stands in
// for the organization's.
func (e *edit) refuseVariants(ctx context.Context, id AnswerID, c content) error {
	args := c.args(id)
	keys := []string{wording(c.Title)}
	for _, text := range c.Variants {
		keys = append(keys, wording(text))
	}
	args["keys"] = keys
	type rival struct{ Key, Text, Title string }
	rivals, err := postgres.Rows[rival](ctx, e.tx, `
		select v.key, v.text, a.title
		from answer_variant v
		join answer a on a.org_id = @org and a.id = v.answer_id
		where v.org_id = @org and v.key = any (@keys) and a.id <> @id
			and a.language = @language and a.title_key <> @title_key
			and (a.office_id is null or @office = 0 or a.office_id = @office)
		order by v.source <> 'title', v.id
		limit 1`, args)
	if err != nil {
		return fmt.Errorf("look for the same question elsewhere: %w", err)
	}
	if len(rivals) == 0 {
		return nil
	}
	field := "variants"
	if rivals[0].Key == keys[0] {
		field = "title"
	}
	return account.Invalid{field: fmt.Sprintf("“%s” already asks for “%s”. Keep it in one of the two.",
		rivals[0].Text, rivals[0].Title)}
}
