package audience

import (
	"context"
	"fmt"

	"parley/internal/account"
	"parley/internal/postgres"
)

// Choice is what a person decides about a file before it is checked.
type Choice struct {
	Mapping            []Target
	ListName           string // of the new list for these people; empty: they join none
	OverwriteCorrected bool
}

// Columns takes the choice and starts the check: a dry run that counts what the import would do and
// finds the rows that cannot be used. It may be called again until the import has started; the last
// choice counts.
func (d Desk) Columns(ctx context.Context, id ImportID, choice Choice) error {
	return d.change(ctx, func(tx *postgres.Tx) error {
		i, err := lockImport(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := checkMapping(choice.Mapping, i.Header); err != nil {
			return err
		}
		if choice.ListName = oneLine(choice.ListName); choice.ListName != "" {
			if choice.ListName, err = checkListName(ctx, tx, choice.ListName, 0); err != nil {
				return err
			}
		}
		switch i.State {
		case Uploaded, Checking, Checked, Failed:
		default:
			return errMovedOn
		}
		_, err = tx.Exec(ctx, `
			update contact_import
			set mapping = @mapping, list_name = @list_name, overwrite_corrected = @overwrite
			where org_id = @org and id = @import`,
			postgres.Args{"import": id, "mapping": choice.Mapping, "list_name": choice.ListName, "overwrite": choice.OverwriteCorrected})
		if err != nil {
			return fmt.Errorf("choose the columns of import %d: %w", id, err)
		}
		return begin(ctx, tx, id, Checking)
	})
}

// Start imports what the check has shown. Twice is once.
func (d Desk) Start(ctx context.Context, id ImportID) error {
	return d.change(ctx, func(tx *postgres.Tx) error {
		i, err := lockImport(ctx, tx, id)
		if err != nil {
			return err
		}
		switch i.State {
		case Checked:
		case Importing, Imported:
			return nil
		default:
			return errMovedOn
		}
		if i.ListName != "" {
			if err := fillNewList(ctx, tx, i, d.actor.User); err != nil {
				return err
			}
		}
		if err := begin(ctx, tx, id, Importing); err != nil {
			return err
		}
		return d.actor.Record(ctx, tx, account.Change{Verb: "import", Subject: "contact_import", SubjectID: int64(id),
			Became: map[string]any{"file": i.FileName, "list": i.ListName, "counts": i.Counts}})
	})
}

func fillNewList(ctx context.Context, tx *postgres.Tx, i Import, user account.UserID) error {
	list, err := makeList(ctx, tx, user, i.ListName)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		update contact_import set list_id = @list where org_id = @org and id = @import`,
		postgres.Args{"import": i.ID, "list": list})
	if err != nil {
		return fmt.Errorf("give import %d its list: %w", i.ID, err)
	}
	return nil
}

// begin puts the cursor before the first row and the job into the queue. Rejected rows are found
// anew; what a person has corrected in them is kept.
func begin(ctx context.Context, tx *postgres.Tx, id ImportID, state ImportState) error {
	_, err := tx.Exec(ctx, `
		update contact_import
		set state = @state, run = run + 1, rows_read = 0, bytes_read = 0, rows_new = 0, rows_updated = 0, rows_unchanged = 0,
			rows_duplicate = 0, rows_rejected = 0, rows_opted_out = 0, blanks = '{}', error = '', worked_at = app_now()
		where org_id = @org and id = @import`, postgres.Args{"import": id, "state": state})
	if err != nil {
		return fmt.Errorf("begin %s of import %d: %w", state, id, err)
	}
	_, err = tx.Exec(ctx, `
		delete from import_reject where org_id = @org and import_id = @import and correction = ''`, postgres.Args{"import": id})
	if err != nil {
		return fmt.Errorf("forget the rejected rows of import %d: %w", id, err)
	}
	tx.Publish(importTopic(id))
	return tx.Enqueue(ctx, ImportJob{Org: tx.Org(), Import: id})
}

// Cancel stops an import. People who came in before stay, with the list they are on.
func (d Desk) Cancel(ctx context.Context, id ImportID) error {
	return d.change(ctx, func(tx *postgres.Tx) error {
		i, err := lockImport(ctx, tx, id)
		if err != nil {
			return err
		}
		switch i.State {
		case Cancelled:
			return nil
		case Imported:
			return account.Conflict("The import has finished already.")
		}
		if err := finish(ctx, tx, id, outcome{state: Cancelled}); err != nil {
			return err
		}
		return d.actor.Record(ctx, tx, account.Change{Verb: "cancel", Subject: "contact_import", SubjectID: int64(id),
			Was: i.State, Became: map[string]any{"file": i.FileName, "counts": i.Counts}})
	})
}

// outcome is how an import ends.
type outcome struct {
	state ImportState
	error string
}

// finish ends an import and lets the stored file go, whose only use it was, unless it may be read again.
func finish(ctx context.Context, tx *postgres.Tx, id ImportID, o outcome) error {
	_, err := tx.Exec(ctx, `
		update contact_import set state = @state, error = @error, finished_at = app_now()
		where org_id = @org and id = @import`, postgres.Args{"import": id, "state": o.state, "error": o.error})
	if err != nil {
		return fmt.Errorf("end import %d: %w", id, err)
	}
	if o.state == Imported || o.state == Cancelled {
		_, err = tx.Exec(ctx, `
			delete from import_part where org_id = @org and import_id = @import`, postgres.Args{"import": id})
		if err != nil {
			return fmt.Errorf("let the file of import %d go: %w", id, err)
		}
	}
	tx.Publish(importTopic(id))
	return nil
}

// lockImport keeps the import from moving on until the transaction ends.
func lockImport(ctx context.Context, tx *postgres.Tx, id ImportID) (Import, error) {
	i, err := postgres.Row[Import](ctx, tx, `
		select `+importColumns+`
		from contact_import i
		where i.org_id = @org and i.id = @import and i.state <> 'uploading'
		for update of i`, postgres.Args{"import": id})
	if err != nil {
		return Import{}, fmt.Errorf("load import %d: %w", id, err)
	}
	return i, nil
}
