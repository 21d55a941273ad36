package knowledge

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Save adds the draft as a new answer or edits the one it names, and returns its id. The change is
// live at once: when Save returns the bot of this process knows it, unless training takes longer
// than liveWithin. What is wrong with the draft is account.Invalid by field; an answer that somebody
// else has edited since is an account.Conflict. Saving what is there already changes nothing.
func (d Desk) Save(ctx context.Context, f Draft) (AnswerID, error) {
	c, err := f.check()
	if err != nil {
		return 0, err
	}
	var id AnswerID
	err = d.edit(ctx, func(e *edit) (err error) {
		if id, err = e.save(ctx, f, c); err != nil {
			return err
		}
		return d.settle(ctx, e.tx, f.Settles)
	})
	return id, err
}

func (e *edit) save(ctx context.Context, f Draft, c content) (AnswerID, error) {
	if f.ID == 0 {
		return e.add(ctx, c, Typed)
	}
	was, err := readAnswer(ctx, e.tx, e.actor, f.ID)
	if err != nil {
		return 0, err
	}
	if was.Version != f.Version {
		return 0, account.Conflict("Somebody has changed this answer since you opened it. Look at it again before you save.")
	}
	return f.ID, e.change(ctx, was, c, Typed)
}

// AddVariant makes a question that somebody texted a variant of an answer. A variant that is there
// already changes nothing.
func (d Desk) AddVariant(ctx context.Context, id AnswerID, text string) error {
	return d.edit(ctx, func(e *edit) error { return e.addVariant(ctx, id, text) })
}

func (e *edit) addVariant(ctx context.Context, id AnswerID, text string) error {
	was, err := readAnswer(ctx, e.tx, e.actor, id)
	if err != nil {
		return err
	}
	f := was.Draft()
	f.Variants += "\n" + oneLine(text)
	c, err := f.check()
	if err != nil {
		return err
	}
	return e.change(ctx, was, c, FromConversation)
}

// Switch turns answers on or off. Those that are so already, and ids that name no answer the actor
// may see, change nothing.
func (d Desk) Switch(ctx context.Context, ids []AnswerID, on bool) error {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	return d.edit(ctx, func(e *edit) error {
		for _, id := range ids {
			was, err := readAnswer(ctx, e.tx, d.actor, id)
			if errors.Is(err, account.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			c := was.content()
			c.Enabled = on
			if err := e.change(ctx, was, c, Typed); err != nil {
				return err
			}
		}
		return nil
	})
}

// Remove deletes an answer with its variants; the audit keeps what it said. Removing it twice is
// account.ErrNotFound.
func (d Desk) Remove(ctx context.Context, id AnswerID) error {
	return d.edit(ctx, func(e *edit) error {
		was, err := readAnswer(ctx, e.tx, d.actor, id)
		if err != nil {
			return err
		}
		_, err = e.tx.Exec(ctx, `delete from answer where org_id = @org and id = @id`, postgres.Args{"id": id})
		if err != nil {
			return fmt.Errorf("remove answer %d: %w", id, err)
		}
		c := was.content()
		return e.record(ctx, "remove", id, &c, nil)
	})
}

func (e *edit) add(ctx context.Context, c content, source Source) (AnswerID, error) {
	if e.answers >= maxAnswers {
		return 0, account.Invalid{"": fmt.Sprintf("There is no room for more than %d answers. Remove some first.", maxAnswers)}
	}
	if err := e.refuse(ctx, 0, c); err != nil {
		return 0, err
	}
	id, err := postgres.Value[AnswerID](ctx, e.tx, `
		insert into answer (org_id, office_id, language, title, title_key, text, search_text, enabled, valid_from, valid_to)
		values (@org, nullif(@office, 0), @language, @title, @title_key, @text, @search, @enabled,
			nullif(@valid_from, '')::date, nullif(@valid_to, '')::date)
		returning id`, c.args(0))
	if err != nil {
		return 0, fmt.Errorf("add answer %q: %w", c.Title, err)
	}
	e.answers++
	if err := e.setVariants(ctx, id, c, source); err != nil {
		return 0, err
	}
	return id, e.record(ctx, "add", id, nil, &c)
}

// change edits an answer; source is where new variants come from.
func (e *edit) change(ctx context.Context, was Answer, c content, source Source) error {
	old := was.content()
	if c.equal(old) {
		return nil
	}
	if err := e.refuse(ctx, was.ID, c); err != nil {
		return err
	}
	_, err := e.tx.Exec(ctx, `
		update answer
		set office_id = nullif(@office, 0), language = @language, title = @title, title_key = @title_key,
			text = @text, search_text = @search, enabled = @enabled,
			valid_from = nullif(@valid_from, '')::date, valid_to = nullif(@valid_to, '')::date, version = version + 1, updated_at = app_now()
		where org_id = @org and id = @id`, c.args(was.ID))
	if err != nil {
		return fmt.Errorf("change answer %d: %w", was.ID, err)
	}
	if err := e.setVariants(ctx, was.ID, c, source); err != nil {
		return err
	}
	return e.record(ctx, "edit", was.ID, &old, &c)
}

func (c content) args(id AnswerID) postgres.Args {
	return postgres.Args{"id": id, "office": c.Office, "language": c.Language, "title": c.Title,
		"title_key": sms.Fold(c.Title), "text": c.Text, "search": c.searchText(), "enabled": c.Enabled,
		"valid_from": c.ValidFrom, "valid_to": c.ValidTo}
}

// setVariants makes the answer's variants those of c. One that stays keeps its source.
func (e *edit) setVariants(ctx context.Context, id AnswerID, c content, source Source) error {
	texts, keys, sources := []string{c.Title}, []string{wording(c.Title)}, []Source{FromTitle}
	for _, text := range c.Variants {
		texts, keys, sources = append(texts, text), append(keys, wording(text)), append(sources, source)
	}
	_, err := e.tx.Exec(ctx, `
		with wanted as (
			select w.text, w.key, w.source, w.place
			from unnest(@texts::text[], @keys::text[], @sources::text[]) with ordinality w (text, key, source, place)
		), gone as (
			delete from answer_variant v
			where v.org_id = @org and v.answer_id = @id and not exists (
				select from wanted w where w.text = v.text and (w.source = 'title') = (v.source = 'title'))
		)
		insert into answer_variant (org_id, answer_id, text, key, source)
		select @org, @id, w.text, w.key, w.source
		from wanted w
		where not exists (
			select from answer_variant v
			where v.org_id = @org and v.answer_id = @id and v.text = w.text
				and (w.source = 'title') = (v.source = 'title'))
		order by w.place`,
		postgres.Args{"id": id, "texts": texts, "keys": keys, "sources": sources})
	if err != nil {
		return fmt.Errorf("set the variants of answer %d: %w", id, err)
	}
	return nil
}
