package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

const (
	// MaxWorkbook is the largest Excel workbook that is read, in bytes: it is a zip archive, whose contents
	// can be found only in the whole of it. A million rows of six columns are about 30 MB.
	MaxWorkbook = 64 << 20
	// What a workbook may unpack to, against archives that are made to fill a disk; a sheet that is larger
	// than memory should hold is unpacked to a temporary file.
	maxUnpacked = 2 << 30
	maxInMemory = 16 << 20
)

var workbookStart = []byte("PK\x03\x04")

// IsWorkbook says whether a file that begins so is to be read as an Excel workbook.
func IsWorkbook(head []byte) bool { return bytes.HasPrefix(head, workbookStart) }

// OfWorkbook is the format of what CopyWorkbook has written, of which a Sniffer took it for f.
func OfWorkbook(f Format) Format {
	return Format{Encoding: UTF8, Separator: ",", Header: f.Header, Workbook: true}
}

// CopyWorkbook writes the table of an Excel workbook as text: UTF-8, commas. It is that of the first sheet
// that is not hidden and has anything in it. Values are as Excel shows them, rows keep their numbers. A
// *Refusal says why there is no table; errors of reading and writing are returned as they are.
func CopyWorkbook(text io.Writer, workbook io.Reader) error {
	in := &bounded{file: workbook, left: MaxWorkbook}
	// "m/d/yy" is how files name the short date of the reader's country, which Excel shows with the whole year.
	book, err := excelize.OpenReader(in, excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxInMemory, ShortDatePattern: "m/d/yyyy"})
	switch {
	case in.err != nil:
		return in.err
	case err != nil:
		return notAWorkbook
	}
	defer book.Close() // temporary files, which the system clears away if this cannot
	for _, name := range book.GetSheetList() {
		if shown, err := book.GetSheetVisible(name); err != nil || !shown {
			continue
		}
		found, err := copySheet(csv.NewWriter(text), book, name)
		if found || err != nil {
			return err
		}
	}
	return &Refusal{Reason: "The workbook is empty: no sheet that is shown has anything in it."}
}

var (
	notAWorkbook = &Refusal{Reason: "This is no Excel workbook that can be read. Open it, choose Save As, then Excel Workbook or CSV UTF-8, without a password, and upload that file."}
	largeBook    = &Refusal{Reason: fmt.Sprintf("The workbook is larger than %d MB. Save it as CSV UTF-8 and upload that file, or split it.", MaxWorkbook>>20)}
)

// copySheet writes the rows of a sheet, and says whether there were any. Blank rows are written too, so that
// the others keep their numbers.
func copySheet(out *csv.Writer, book *excelize.File, name string) (found bool, err error) {
	rows, err := book.Rows(name)
	if err != nil {
		return false, damaged(name)
	}
	defer rows.Close() // of a temporary file that was only read
	blank := 0
	for rows.Next() {
		cells, err := rows.Columns()
		if err != nil {
			return found, damaged(name)
		}
		if isBlank(cells) {
			blank++
			continue
		}
		for ; blank > 0; blank-- {
			if err := out.Write(nil); err != nil {
				return found, err
			}
		}
		found = true
		if err := out.Write(trimmed(cells)); err != nil {
			return found, err
		}
	}
	if rows.Error() != nil {
		return found, damaged(name)
	}
	out.Flush()
	return found, out.Error()
}

// trimmed are the cells up to the last with anything in it: a sheet may be coloured to its right end.
func trimmed(cells []string) []string {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

func damaged(sheet string) error {
	return &Refusal{Reason: fmt.Sprintf("The sheet %q of the workbook is damaged. Open it in Excel, save it again, and upload that file.", sheet)}
}

// bounded reads a file up to the largest that is taken, and remembers what went wrong with it, since who
// reads it says only that it cannot be read.
type bounded struct {
	file io.Reader
	left int64
	err  error
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.file.Read(p)
	if b.left -= int64(n); b.left < 0 {
		err = largeBook
	}
	if err != nil && !errors.Is(err, io.EOF) {
		b.err = err
	}
	return n, err
}
