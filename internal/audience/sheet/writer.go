package sheet

import (
	"encoding/csv"
	"io"
	"regexp"
	"strings"
)

// Writer writes a CSV file that spreadsheet programs open without asking: UTF-8 with a byte order
// mark, commas, and every cell inert.
type Writer struct{ csv *csv.Writer }

// NewWriter writes to w. What is written arrives there by Flush at the latest.
func NewWriter(w io.Writer) (*Writer, error) {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return nil, err
	}
	return &Writer{csv: csv.NewWriter(w)}, nil
}

// Write writes one row.
func (w *Writer) Write(cells ...string) error {
	inert := make([]string, len(cells))
	for i, cell := range cells {
		inert[i] = Inert(cell)
	}
	return w.csv.Write(inert)
}

// Flush sends what was gathered and returns the first error of any write.
func (w *Writer) Flush() error {
	w.csv.Flush()
	return w.csv.Error()
}

// Inert returns cell so that no spreadsheet program runs it as a formula: with an apostrophe before
// what such programs take for the beginning of one (OWASP, CSV injection), and before an apostrophe,
// so that Alive gives back exactly what was there. A phone number is left as it is: as a formula it is
// a number.
func Inert(cell string) string {
	if startsFormula(cell) && !e164.MatchString(cell) || strings.HasPrefix(cell, "'") {
		return "'" + cell
	}
	return cell
}

// Alive undoes Inert: it takes away an apostrophe that stands before a formula or another apostrophe.
func Alive(cell string) string {
	if rest, quoted := strings.CutPrefix(cell, "'"); quoted && (startsFormula(rest) || strings.HasPrefix(rest, "'")) {
		return rest
	}
	return cell
}

// e164 is how phone numbers are written everywhere in files of ours.
var e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

func startsFormula(cell string) bool {
	return cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0]))
}
