package audience

import (
	"context"
	"errors"
	"fmt"
	"io"

	"parley/internal/account"
	"parley/internal/audience/sheet"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// Reject is a row that stays out of the import.
type Reject struct {
	RowNumber  int    // as the spreadsheet program shows it
	Kind       string // a heading under which rows with the same problem are shown: "Number too short"
	Reason     string // a sentence for who can correct the row
	Cells      []string
	Correction string // the phone number that a person has typed for this row; empty: none yet
}

// RejectKind is a kind with how many rows have it.
type RejectKind struct {
	Kind string
	Rows int
}

// RejectQuery says which rejected rows are asked for.
type RejectQuery struct {
	Kind  string // empty: all kinds. Duplicate: rows whose number an earlier row has
	After int    // RejectPage.Next of the page before
}

// Duplicates is the RejectQuery.Kind of the rows that are duplicates, which no other query shows.
const Duplicates = twiceInFile

// RejectPage is up to PageSize rejected rows in the order of the file.
type RejectPage struct {
	Rejects []Reject
	Kinds   []RejectKind // of the whole file, the most frequent first; without duplicates
	Next    int          // 0 on the last page
}

// Rejects returns a page of the rows that cannot be used.
func (d Desk) Rejects(ctx context.Context, id ImportID, q RejectQuery) (RejectPage, error) {
	var p RejectPage
	err := d.look(ctx, func(tx *postgres.Tx) (err error) {
		if _, err := importByID(ctx, tx, id); err != nil {
			return err
		}
		p.Rejects, err = postgres.Rows[Reject](ctx, tx, `
			select row_number, kind, reason, cells, correction
			from import_reject
			where org_id = @org and import_id = @import and row_number > @after
				and (kind = @kind or @kind = '' and kind <> @duplicates)
			order by row_number
			limit @limit`,
			postgres.Args{"import": id, "after": q.After, "kind": q.Kind, "duplicates": Duplicates, "limit": PageSize + 1})
		if err != nil {
			return err
		}
		p.Kinds, err = postgres.Rows[RejectKind](ctx, tx, `
			select kind, count(*) as rows
			from import_reject
			where org_id = @org and import_id = @import and kind <> @duplicates
			group by kind
			order by rows desc, kind`, postgres.Args{"import": id, "duplicates": Duplicates})
		return err
	})
	if err != nil {
		return RejectPage{}, fmt.Errorf("list the rejected rows of import %d: %w", id, err)
	}
	if len(p.Rejects) > PageSize {
		p.Rejects = p.Rejects[:PageSize]
		p.Next = p.Rejects[PageSize-1].RowNumber
	}
	return p, nil
}

// Correct takes a phone number for a rejected row, with which the import will read it. An empty one
// takes the correction back. Only between check and import.
func (d Desk) Correct(ctx context.Context, id ImportID, row int, phone string) error {
	if phone = oneLine(phone); phone != "" {
		if _, err := sms.ParsePhone(phone, d.actor.OrgCountry); err != nil {
			return account.Invalid{"phone": err.Error()}
		}
	}
	return d.change(ctx, func(tx *postgres.Tx) error {
		i, err := lockImport(ctx, tx, id)
		if err != nil {
			return err
		}
		if i.State != Checked {
			return errMovedOn
		}
		touched, err := tx.Exec(ctx, `
			update import_reject set correction = @phone
			where org_id = @org and import_id = @import and row_number = @row and kind <> @duplicates`,
			postgres.Args{"import": id, "row": row, "phone": phone, "duplicates": Duplicates})
		if err != nil {
			return fmt.Errorf("correct row %d of import %d: %w", row, id, err)
		}
		if touched == 0 {
			return account.ErrNotFound
		}
		tx.Publish(importTopic(id))
		return nil
	})
}

// reasonHeading heads the column that Rejected adds, which an upload of the corrected file leaves out.
const reasonHeading = "What to correct"

// Rejected writes the rows that cannot be used as a CSV file with the columns of the original and one
// more that says what to correct. Uploaded again, it is read as the original was.
func (d Desk) Rejected(ctx context.Context, id ImportID, w io.Writer) error {
	i, err := d.Import(ctx, id)
	if err != nil {
		return err
	}
	out, err := sheet.NewWriter(w)
	if err == nil {
		err = out.Write(append(i.Header, reasonHeading)...)
	}
	for after := 0; err == nil && after >= 0; {
		var rejects []Reject
		if rejects, after, err = d.rejectsAfter(ctx, id, after); err != nil {
			break
		}
		for _, r := range rejects {
			err = errors.Join(err, out.Write(r.corrigible(len(i.Header))...))
		}
	}
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return fmt.Errorf("write the rejected rows of import %d: %w", id, err)
	}
	return nil
}

// rejectsAfter returns the rejected rows behind a row number and the number to go on from, -1 at the
// end. A transaction for each few: who downloads may be slow.
func (d Desk) rejectsAfter(ctx context.Context, id ImportID, after int) (rejects []Reject, next int, err error) {
	const few = 500
	err = d.look(ctx, func(tx *postgres.Tx) error {
		rejects, err = postgres.Rows[Reject](ctx, tx, `
			select row_number, kind, reason, cells, correction
			from import_reject
			where org_id = @org and import_id = @import and row_number > @after and kind <> @duplicates
			order by row_number
			limit @few`, postgres.Args{"import": id, "after": after, "duplicates": Duplicates, "few": few})
		return err
	})
	if err != nil || len(rejects) < few {
		return rejects, -1, err
	}
	return rejects, rejects[few-1].RowNumber, nil
}

// corrigible is the row with its reason in the column behind the last; cells too many follow it.
func (r Reject) corrigible(width int) []string {
	cells := make([]string, 0, len(r.Cells)+1)
	cells = append(cells, r.Cells[:min(width, len(r.Cells))]...)
	for len(cells) < width {
		cells = append(cells, "")
	}
	cells = append(cells, r.Reason)
	return append(cells, r.Cells[min(width, len(r.Cells)):]...)
}
