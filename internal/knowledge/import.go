package knowledge

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// MaxImport is the largest file that Import takes, in bytes.
const MaxImport = 8 << 20

// Import is what came of a file, row by row: the four add up to the rows of the file without its
// heading and blank ones.
type Import struct {
	Added, Changed, Unchanged int
	Rejected                  []RejectedRow
}

// RejectedRow is a row that was left out.
type RejectedRow struct {
	Row    int // as a spreadsheet numbers it, the heading being 1
	Title  string
	Reason string // a sentence for the person who made the file
}

// Rows is how many rows the file had.
func (i Import) Rows() int { return i.Added + i.Changed + i.Unchanged + len(i.Rejected) }

// Import adds the answers of a CSV file and edits those that are there already, known by title,
// language and office. A column or a cell that is missing means: English, the whole organization,
// on. Rows with something wrong are rejected and do not stop the others; a file that cannot be read
// is account.Invalid and changes nothing. Importing a file twice changes nothing the second time.
func (d Desk) Import(ctx context.Context, file []byte) (Import, error) {
	if len(file) > MaxImport {
		return Import{}, account.Invalid{"file": fmt.Sprintf("This file is too large. The largest is %d MB.", MaxImport>>20)}
	}
	s, err := readSheet(file)
	if err != nil {
		return Import{}, err
	}
	var done Import
	err = d.edit(ctx, func(e *edit) error {
		offices, err := e.officesByName(ctx)
		if err != nil {
			return err
		}
		return e.mergeAll(ctx, s, offices, &done)
	})
	if err != nil {
		return Import{}, err
	}
	return done, nil
}

// mergeAll takes the rows one by one and notes those with something wrong.
func (e *edit) mergeAll(ctx context.Context, s sheet, offices map[string]account.OfficeID, done *Import) error {
	seen := map[string]int{}
	for _, r := range s.rows {
		f, err := s.draft(r, offices)
		if err == nil {
			err = once(seen, f, r.number)
		}
		if err == nil {
			err = e.merge(ctx, f, done)
		}
		var wrong account.Invalid
		if errors.As(err, &wrong) {
			done.Rejected = append(done.Rejected, RejectedRow{Row: r.number, Title: f.Title, Reason: sentences(wrong)})
		} else if err != nil {
			return fmt.Errorf("import row %d: %w", r.number, err)
		}
	}
	return nil
}

// sentences joins what is wrong, by field.
func sentences(v account.Invalid) string {
	var all []string
	for _, field := range slices.Sorted(maps.Keys(v)) {
		all = append(all, v[field])
	}
	return strings.Join(all, " ")
}

// draft reads one row.
func (s sheet) draft(r row, offices map[string]account.OfficeID) (Draft, error) {
	f := Draft{
		Title: oneLine(s.cell(r, "title")), Text: s.cell(r, "text"), Variants: s.cell(r, "variants"),
		ValidFrom: Day(strings.TrimSpace(s.cell(r, "valid_from"))), ValidTo: Day(strings.TrimSpace(s.cell(r, "valid_to"))),
		Language: Language(strings.ToLower(strings.TrimSpace(s.cell(r, "language")))),
	}
	if f.Language == "" {
		f.Language = "en"
	}
	if name := strings.TrimSpace(s.cell(r, "office")); name != "" {
		office, ok := offices[sms.Fold(name)]
		if !ok {
			return f, account.Invalid{"office": fmt.Sprintf("You have no office “%s”. Leave the cell empty for the whole organization.", name)}
		}
		f.Office = office
	}
	switch on := sms.Fold(s.cell(r, "on")); on {
	case "", "yes", "y", "true", "1", "on", "si":
		f.Enabled = true
	case "no", "n", "false", "0", "off":
	default:
		return f, account.Invalid{"on": fmt.Sprintf("Write yes or no in the column “on”, not “%s”.", on)}
	}
	return f, nil
}

// once refuses an answer that an earlier row had.
func once(seen map[string]int, f Draft, row int) error {
	key := fmt.Sprint(f.Office, " ", f.Language, " ", sms.Fold(f.Title))
	if first, ok := seen[key]; ok {
		return account.Invalid{"title": fmt.Sprintf("Row %d has this title already.", first)}
	}
	seen[key] = row
	return nil
}

// merge adds or changes the answer of one row and counts it.
func (e *edit) merge(ctx context.Context, f Draft, done *Import) error {
	c, err := f.check()
	if err != nil {
		return err
	}
	was, err := e.find(ctx, c)
	if errors.Is(err, account.ErrNotFound) {
		if _, err := e.add(ctx, c, FromImport); err != nil {
			return err
		}
		done.Added++
		return nil
	}
	if err != nil {
		return err
	}
	if c.equal(was.content()) {
		done.Unchanged++
		return nil
	}
	if err := e.change(ctx, was, c, FromImport); err != nil {
		return err
	}
	done.Changed++
	return nil
}

// find reads the answer that has the title, language and office of c.
func (e *edit) find(ctx context.Context, c content) (Answer, error) {
	return postgres.Row[Answer](ctx, e.tx, answerSQL+`
		and a.office_id is not distinct from nullif(@office, 0)
		and a.language = @language and a.title_key = @title_key`, c.args(0))
}

// officesByName are the actor's offices by folded name.
func (e *edit) officesByName(ctx context.Context) (map[string]account.OfficeID, error) {
	type office struct {
		ID   account.OfficeID
		Name string
	}
	rows, err := postgres.Rows[office](ctx, e.tx, `select id, name from office where org_id = @org`, nil)
	if err != nil {
		return nil, fmt.Errorf("read the offices: %w", err)
	}
	named := map[string]account.OfficeID{}
	for _, o := range rows {
		if e.actor.SeesOffice(o.ID) {
			named[sms.Fold(o.Name)] = o.ID
		}
	}
	return named, nil
}
