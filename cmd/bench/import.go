package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/xuri/excelize/v2"

	"parley/internal/audience"
	"parley/internal/postgres"
)

// benchImport brings new people from a CSV file, and the same from an Excel workbook to whom nothing happens
// then: how long the upload takes, the check, and the import. The limit is one bare insert ... select of the
// same contacts and members of a list.
func benchImport(s *stage) error {
	name := "import_" + sized(s.size)
	remark(s.out, "A file of %d people, each of whom is checked, written and put on a list; the limit are the same rows in one statement", s.size)
	t, err := s.found("Importer")
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := peopleCSV(&file, s.size); err != nil {
		return err
	}
	size := int64(file.Len())
	imported, err := s.importFile(t, name, "people.csv", &file)
	if err != nil {
		return err
	}
	if err := s.memory(name); err != nil {
		return err
	}
	if imported.New != s.size {
		return fmt.Errorf("import %d people: %+v", s.size, imported.Counts)
	}
	bare, err := s.bareImport(t, imported)
	if err != nil {
		return err
	}
	figure(s.out, name+"_bare", bare.Seconds(), "s")
	remark(s.out, "The file has %d MB", size>>20)
	var workbook bytes.Buffer
	if err := peopleWorkbook(&workbook, min(s.size, 1<<20-1)); err != nil {
		return err
	}
	if _, err := s.importFile(t, "workbook_"+sized(s.size), "people.xlsx", &workbook); err != nil {
		return err
	}
	return s.memory("workbook_" + sized(s.size))
}

// person is a row of the file.
func person(i int) []string {
	return []string{fmt.Sprintf("(%d) %03d-%04d", []int{208, 503, 541, 312, 617}[i%5], 200+i/5/10_000%700, i/5%10_000),
		firstNames[i%len(firstNames)], lastRoots[i/7%len(lastRoots)] + lastEndings[i/11%len(lastEndings)],
		fmt.Sprintf("person%d@example.edu", i), strconv.Itoa(83_000 + i%999), "Group " + strconv.Itoa(i%50)}
}

var personColumns = []string{"Cell phone", "First name", "Last name", "E-mail", "ZIP", "Group"}

func peopleCSV(w io.Writer, people int) error {
	out := csv.NewWriter(w)
	err := out.Write(personColumns)
	for i := 0; i < people && err == nil; i++ {
		err = out.Write(person(i))
	}
	out.Flush()
	if err != nil {
		return err
	}
	return out.Error()
}

func peopleWorkbook(w io.Writer, people int) error {
	book := excelize.NewFile()
	defer book.Close()
	out, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	for i := range people + 1 {
		row := personColumns
		if i > 0 {
			row = person(i - 1)
		}
		cells := make([]any, len(row))
		for c, cell := range row {
			cells[c] = cell
		}
		if err := out.SetRow("A"+strconv.Itoa(i+1), cells); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return book.Write(w)
}

// importFile passes a file through all steps.
func (s *stage) importFile(t *tenant, name, fileName string, file io.Reader) (i audience.Import, err error) {
	desk := audience.NewDesk(s.db, t.Manager)
	var id audience.ImportID
	uploaded, err := timed(func() (err error) { id, err = desk.Upload(s, fileName, file, -1); return err })
	if err != nil {
		return i, err
	}
	if i, err = desk.Import(s, id); err != nil {
		return i, err
	}
	checked, err := s.moved(t, id, func() error { return desk.Columns(s, id, audience.Choice{Mapping: i.Mapping, ListName: name}) })
	if err != nil {
		return i, err
	}
	ran, err := s.moved(t, id, func() error { return desk.Start(s, id) })
	if err != nil {
		return i, err
	}
	figure(s.out, name+"_upload", uploaded.Seconds(), "s")
	figure(s.out, name+"_check", checked.Seconds(), "s")
	figure(s.out, name, ran.Seconds(), "s")
	i, err = desk.Import(s, id)
	if err == nil && i.State != audience.Imported {
		err = fmt.Errorf("import %s: it is %s: %s", fileName, i.State, i.Error)
	}
	return i, err
}

// moved is how long it takes until an import that a verb has set going comes to its next halt.
func (s *stage) moved(t *tenant, id audience.ImportID, verb func() error) (time.Duration, error) {
	return s.withQueue(func() error {
		if err := verb(); err != nil {
			return err
		}
		return s.until(t.ID, `select state not in ('checking', 'importing') from contact_import where org_id = @org and id = @import`,
			postgres.Args{"import": id})
	})
}

// bareImport copies the imported people and their list into another organization.
func (s *stage) bareImport(t *tenant, i audience.Import) (time.Duration, error) {
	other, err := s.found("Copy")
	if err != nil {
		return 0, err
	}
	if err := s.pack(); err != nil {
		return 0, err
	}
	return timed(func() error {
		_, err := s.admin.Exec(s, `
			with list as (
				insert into contact_list (org_id, name, contacts) select @other, 'All', @people returning id
			), people as (
				insert into contact (org_id, phone, first_name, last_name, first_key, last_key, email, language, time_zone, zip, fields)
				select @other, phone, first_name, last_name, first_key, last_key, email, language, time_zone, zip, fields
				from contact
				where org_id = @org
				returning id
			)
			insert into contact_list_member (org_id, list_id, contact_id)
			select @other, list.id, people.id from people, list`,
			pgx.NamedArgs{"org": t.ID, "other": other.ID, "people": i.New})
		if err != nil {
			return fmt.Errorf("insert the rows of an import: %w", err)
		}
		return nil
	})
}
