package audience

import (
	"context"
	"fmt"
	"time"

	"parley/internal/audience/sheet"
	"parley/internal/postgres"
)

// ImportState is how far the import of a file has come.
type ImportState string

// The states, in the order in which an import passes through them.
const (
	Uploading ImportState = "uploading" // parts are arriving; not shown
	Uploaded  ImportState = "uploaded"  // its columns are to be mapped
	Checking  ImportState = "checking"  // a dry run is under way
	Checked   ImportState = "checked"   // what the import would do is known
	Importing ImportState = "importing"
	Imported  ImportState = "imported"
	Cancelled ImportState = "cancelled" // by a person; what was imported until then stays
	Failed    ImportState = "failed"    // the file cannot be read; see Import.Error
)

// Counts are the outcomes of a file's rows. Every row has exactly one.
type Counts struct {
	New       int `db:"rows_new"`
	Updated   int `db:"rows_updated"`
	Unchanged int `db:"rows_unchanged"`
	Duplicate int `db:"rows_duplicate"` // an earlier row has the same number
	Rejected  int `db:"rows_rejected"`
}

// Rows are all rows that were read: the sum.
func (c Counts) Rows() int { return c.New + c.Updated + c.Unchanged + c.Duplicate + c.Rejected }

// People are those whom the import brings or finds.
func (c Counts) People() int { return c.New + c.Updated + c.Unchanged }

// Import is one file on its way to becoming contacts.
type Import struct {
	ID       ImportID
	FileName string
	Bytes    int64
	State    ImportState
	Format   sheet.Format
	Header   []string
	Sample   [][]string // the first rows, as many cells as Header each
	Mapping  []Target   // as many as Header
	// What the list will be or is called; empty: the people join no list.
	ListName           string
	ListID             *ListID // set once the import runs
	OverwriteCorrected bool    // take the file's word over numbers that were corrected by hand
	// Counts are those of the check, and once the import runs those of the import so far.
	Counts
	RowsTotal     int   // rows of the file; 0 until a check has read it
	RowsRead      int   // by the check or import under way
	BytesRead     int64 // of Bytes, for a progress bar before RowsTotal is known
	OptedOut      int   `db:"rows_opted_out"` // people of the file who may not be texted
	Blanks        []int // for each column, in how many rows it is empty
	Corrected     int   // rejected rows that a person has corrected, for the import to take
	Error         string
	CreatedByName string
	CreatedAt     time.Time
	FinishedAt    *time.Time
}

// Percent is how much of the file the check or import under way has read.
func (i Import) Percent() int {
	if i.Bytes == 0 {
		return 0
	}
	return int(min(100, 100*i.BytesRead/i.Bytes))
}

// Running says whether a process is at work on it.
func (i Import) Running() bool { return i.State == Checking || i.State == Importing }

const importColumns = `i.id, i.file_name, i.bytes, i.state, i.format, i.header, i.sample, i.mapping,
	i.list_name, i.list_id, i.overwrite_corrected, i.rows_new, i.rows_updated, i.rows_unchanged,
	i.rows_duplicate, i.rows_rejected, i.rows_total, i.rows_read, i.bytes_read, i.rows_opted_out,
	i.blanks, i.error, i.created_at, i.finished_at,
	(select count(*) from import_reject r
		where r.org_id = @org and r.import_id = i.id and r.correction <> '') as corrected,
	coalesce((select u.name from app_user u where u.org_id = @org and u.id = i.created_by), '') as created_by_name`

// Import returns one import.
func (d Desk) Import(ctx context.Context, id ImportID) (Import, error) {
	var i Import
	err := d.look(ctx, func(tx *postgres.Tx) (err error) {
		i, err = importByID(ctx, tx, id)
		return err
	})
	return i, err
}

func importByID(ctx context.Context, tx *postgres.Tx, id ImportID) (Import, error) {
	i, err := postgres.Row[Import](ctx, tx, `
		select `+importColumns+`
		from contact_import i
		where i.org_id = @org and i.id = @import and i.state <> 'uploading'`, postgres.Args{"import": id})
	if err != nil {
		return Import{}, fmt.Errorf("load import %d: %w", id, err)
	}
	return i, nil
}

// ImportPage is up to PageSize imports, the newest first.
type ImportPage struct {
	Imports []Import
	Next    ImportID // 0 on the last page
}

// Imports returns a page of the organization's imports; after is ImportPage.Next of the page before.
func (d Desk) Imports(ctx context.Context, after ImportID) (ImportPage, error) {
	var p ImportPage
	err := d.look(ctx, func(tx *postgres.Tx) (err error) {
		p.Imports, err = postgres.Rows[Import](ctx, tx, `
			select `+importColumns+`
			from contact_import i
			where i.org_id = @org and i.state <> 'uploading' and (@after = 0 or i.id < @after)
			order by i.id desc
			limit @limit`, postgres.Args{"after": after, "limit": PageSize + 1})
		return err
	})
	if err != nil {
		return ImportPage{}, fmt.Errorf("list the imports: %w", err)
	}
	if len(p.Imports) > PageSize {
		p.Imports = p.Imports[:PageSize]
		p.Next = p.Imports[PageSize-1].ID
	}
	return p, nil
}
