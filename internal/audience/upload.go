package audience

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"parley/internal/account"
	"parley/internal/audience/sheet"
	"parley/internal/postgres"
)

const (
	// MaxUpload is the largest file that is taken, in bytes.
	MaxUpload = 200 << 20
	partSize  = 1 << 20
	// How many rows below the header a preview shows.
	sampleRows = 5
	// What is shown of a cell in a preview, in characters.
	sampleCell = 120
)

// Upload stores a file, part by part and never whole in memory, finds out how it is to be read and
// what its columns are likely to become, and returns it as a new import. An Excel workbook is stored as the
// text of its table. size is what the sender announced, -1 if nothing. What makes the file unusable is said
// as Invalid of the field "file".
func (d Desk) Upload(ctx context.Context, name string, file io.Reader, size int64) (ImportID, error) {
	if err := d.actor.May(account.ManageContacts); err != nil {
		return 0, err
	}
	if size > MaxUpload {
		return 0, errTooLarge
	}
	id, err := d.beginUpload(ctx, name)
	if err != nil {
		return 0, err
	}
	if err := d.receive(ctx, id, file); err != nil {
		return 0, errors.Join(err, d.dropUpload(context.WithoutCancel(ctx), id))
	}
	return id, nil
}

var errTooLarge = account.Invalid{"file": fmt.Sprintf("The file is larger than %d MB. Split it and upload the parts one by one.", MaxUpload>>20)}

// beginUpload makes the import's row.
func (d Desk) beginUpload(ctx context.Context, name string) (id ImportID, err error) {
	err = d.change(ctx, func(tx *postgres.Tx) (err error) {
		id, err = postgres.Value[ImportID](ctx, tx, `
			insert into contact_import (org_id, file_name, bytes, state, created_by)
			values (@org, @name, 0, 'uploading', @user)
			returning id`, postgres.Args{"name": fileName(name), "user": d.actor.User})
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("begin an upload: %w", err)
	}
	return id, nil
}

// fileName is the name without the folders that some browsers send along.
func fileName(name string) string {
	name = oneLine(path.Base(strings.ReplaceAll(name, `\`, "/")))
	if runes := []rune(name); len(runes) > 200 {
		name = string(runes[:200])
	}
	return name
}

// receive stores the text of a file as it arrives, and describes it.
func (d Desk) receive(ctx context.Context, id ImportID, file io.Reader) error {
	u := &upload{ctx: ctx, desk: d, id: id, part: make([]byte, 0, partSize)}
	in := bufio.NewReader(file)
	head, _ := in.Peek(8) // a shorter file is no workbook
	workbook := sheet.IsWorkbook(head)
	var err error
	if workbook {
		err = sheet.CopyWorkbook(u, in)
	} else {
		_, err = io.Copy(u, in)
	}
	if err != nil {
		return refused(fmt.Errorf("receive the file: %w", err))
	}
	if err := u.store(); err != nil {
		return err
	}
	format, err := u.sniffer.Format()
	if err != nil {
		return refused(err)
	}
	if workbook {
		format = sheet.OfWorkbook(format)
	}
	return d.describe(ctx, id, format, u.size)
}

// upload stores what is written to it in parts, each in a transaction of its own, since the sender may be slow.
type upload struct {
	ctx     context.Context // of the one verb that receives
	desk    Desk
	id      ImportID
	sniffer sheet.Sniffer
	part    []byte // up to partSize, not stored yet
	stored  int    // parts
	size    int64
}

// Write implements io.Writer.
func (u *upload) Write(b []byte) (written int, err error) {
	if u.size += int64(len(b)); u.size > MaxUpload {
		return 0, errTooLarge
	}
	_, _ = u.sniffer.Write(b) // never fails
	for len(b) > 0 {
		n := min(len(b), partSize-len(u.part))
		u.part, b, written = append(u.part, b[:n]...), b[n:], written+n
		if len(u.part) < partSize {
			break
		}
		if err := u.store(); err != nil {
			return written, err
		}
	}
	return written, nil
}

// store stores the part that was written; none is nothing.
func (u *upload) store() error {
	if len(u.part) == 0 {
		return nil
	}
	err := u.desk.change(u.ctx, func(tx *postgres.Tx) error {
		_, err := tx.Exec(u.ctx, `
			insert into import_part (org_id, import_id, part, data) values (@org, @import, @part, @data)`,
			postgres.Args{"import": u.id, "part": u.stored, "data": u.part})
		return err
	})
	if err != nil {
		return fmt.Errorf("store part %d of the file: %w", u.stored, err)
	}
	u.part, u.stored = u.part[:0], u.stored+1
	return nil
}

func (d Desk) dropUpload(ctx context.Context, id ImportID) error {
	return d.change(ctx, func(tx *postgres.Tx) error {
		_, err := tx.Exec(ctx, `
			delete from contact_import where org_id = @org and id = @import and state = 'uploading'`, postgres.Args{"import": id})
		if err != nil {
			return fmt.Errorf("drop the upload: %w", err)
		}
		return nil
	})
}

// describe reads the beginning of a stored file in format, and proposes what each column becomes.
func (d Desk) describe(ctx context.Context, id ImportID, format sheet.Format, size int64) error {
	preview, err := sheet.Peek(storedFile(ctx, d.db, d.actor.Org, id), format, sampleRows)
	if err != nil {
		return refused(err)
	}
	cleanPreview(preview)
	return d.change(ctx, func(tx *postgres.Tx) error {
		mapping, err := propose(ctx, tx, preview, d.actor.OrgCountry)
		if err != nil {
			return err
		}
		touched, err := tx.Exec(ctx, `
			update contact_import
			set state = 'uploaded', bytes = @bytes, format = @format, header = @header, sample = @sample, mapping = @mapping,
				rows_total = 0, rows_read = 0, bytes_read = 0, rows_new = 0, rows_updated = 0, rows_unchanged = 0,
				rows_duplicate = 0, rows_rejected = 0, rows_opted_out = 0, blanks = '{}', error = ''
			where org_id = @org and id = @import and state in ('uploading', 'uploaded', 'checked', 'failed')`,
			postgres.Args{"import": id, "bytes": size, "format": format, "header": preview.Header,
				"sample": preview.Rows, "mapping": mapping})
		if err != nil {
			return fmt.Errorf("describe the file: %w", err)
		}
		if touched == 0 {
			return errMovedOn
		}
		_, err = tx.Exec(ctx, `
			delete from import_reject where org_id = @org and import_id = @import`, postgres.Args{"import": id})
		if err != nil {
			return fmt.Errorf("forget the rejected rows of import %d: %w", id, err)
		}
		tx.Publish(importTopic(id))
		return nil
	})
}

// cleanPreview makes header and sample fit to be stored and shown.
func cleanPreview(p sheet.Preview) {
	for _, row := range append([][]string{p.Header}, p.Rows...) {
		for i, cell := range row {
			cell = oneLine(cell)
			if runes := []rune(cell); len(runes) > sampleCell {
				cell = string(runes[:sampleCell-1]) + "…"
			}
			row[i] = cell
		}
	}
}

// Reread changes how the file is read, and proposes its columns anew. Earlier checks are forgotten.
func (d Desk) Reread(ctx context.Context, id ImportID, format sheet.Format) error {
	if err := d.actor.May(account.ManageContacts); err != nil {
		return err
	}
	if err := format.Check(); err != nil {
		return account.Invalid{"format": "Choose how the file is read."}
	}
	i, err := d.Import(ctx, id)
	if err != nil {
		return err
	}
	return d.describe(ctx, id, format, i.Bytes)
}

// refused turns what is wrong with a file into words for its field; other errors pass.
func refused(err error) error {
	var refusal *sheet.Refusal
	if errors.As(err, &refusal) {
		return account.Invalid{"file": refusal.Reason}
	}
	return err
}

var errMovedOn = account.Conflict("This import has moved on meanwhile. Look at where it stands.")

func importTopic(id ImportID) string { return fmt.Sprintf("import:%d", id) }
