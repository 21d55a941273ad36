package knowledge

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"parley/internal/account"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// The columns of an exported file, and what else an imported one may call them.
var columns = []struct {
	name    string
	aliases []string
}{
	{"title", []string{"question", "titulo", "pregunta"}},
	{"text", []string{"answer", "texto", "respuesta"}},
	{"language", []string{"idioma"}},
	{"office", []string{"department", "oficina"}},
	{"on", []string{"enabled"}},
	{"variants", []string{"wordings", "variantes"}},
	{"valid_from", []string{"desde"}},
	{"valid_to", []string{"hasta"}},
}

// Export writes the answers that the actor may see as a CSV file, by title, which Import reads back
// without a change. The variants stand one a line in one cell. It begins with a byte order mark, by
// which Excel knows UTF-8.
func (d Desk) Export(ctx context.Context, w io.Writer) error {
	var answers []Answer
	err := d.read(ctx, func(tx *postgres.Tx) (err error) {
		answers, err = postgres.Rows[Answer](ctx, tx, answerSQL+` and `+visible+`
			order by a.title_key, a.id`, d.offices(postgres.Args{}))
		return err
	})
	if err != nil {
		return fmt.Errorf("export the answers: %w", err)
	}
	heading := make([]string, len(columns))
	for i, c := range columns {
		heading[i] = c.name
	}
	heading[0] = byteOrderMark + heading[0]
	out := csv.NewWriter(w)
	records := [][]string{heading}
	for _, a := range answers {
		records = append(records, a.record())
	}
	return out.WriteAll(records)
}

const byteOrderMark = "\uFEFF"

func (a Answer) record() []string {
	on := "yes"
	if !a.Enabled {
		on = "no"
	}
	record := []string{a.Title, a.Text, string(a.Language), a.OfficeName, on, joinLines(a.content().Variants), string(a.ValidFrom), string(a.ValidTo)}
	for i, cell := range record {
		record[i] = inert(cell)
	}
	return record
}

// A spreadsheet takes a cell that begins with one of these for a formula, which whoever wrote the
// text could make it fetch or send something with: OWASP, "CSV Injection". An apostrophe before it
// makes it text.
const formulaStart = "=+-@\t\r"

func inert(cell string) string {
	if startsFormula(strings.TrimLeft(cell, "'")) {
		return "'" + cell
	}
	return cell
}

// live undoes inert.
func live(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && startsFormula(strings.TrimLeft(rest, "'")) {
		return rest
	}
	return cell
}

func startsFormula(s string) bool { return s != "" && strings.ContainsRune(formulaStart, rune(s[0])) }

// sheet is an imported file: its rows, and where its columns stand.
type sheet struct {
	at   map[string]int
	rows []row
}

// row is one row that is not blank.
type row struct {
	number int // as a spreadsheet counts, the heading being 1 and blank rows too
	cells  []string
}

// readSheet reads a file as spreadsheets write it: UTF-8, UTF-16 with a byte order mark or
// Windows-1252; commas, semicolons or tabs. What is wrong with it as a whole is account.Invalid.
func readSheet(file []byte) (sheet, error) {
	text, err := decode(file)
	if err != nil {
		return sheet{}, account.Invalid{"file": "This file is not text. Save it as CSV and try again."}
	}
	rows, err := readRows(text)
	if err != nil {
		return sheet{}, err
	}
	if len(rows) == 0 {
		return sheet{}, account.Invalid{"file": "This file is empty."}
	}
	s := sheet{at: headings(rows[0].cells), rows: rows[1:]}
	if len(s.rows) > maxAnswers {
		return sheet{}, account.Invalid{"file": fmt.Sprintf("This file has %d rows. The most is %d.", len(s.rows), maxAnswers)}
	}
	for _, name := range []string{"title", "text"} {
		if _, ok := s.at[name]; !ok {
			return sheet{}, account.Invalid{"file": fmt.Sprintf("The first line names no column “%s”.", name)}
		}
	}
	return s, nil
}

// readRows leaves out blank rows.
func readRows(text string) ([]row, error) {
	in := csv.NewReader(strings.NewReader(text))
	in.Comma = separator(text)
	in.FieldsPerRecord = -1
	var rows []row
	next := 1 // the line after the last row, up to which the reader passes over blank ones
	for number := 1; ; number++ {
		cells, err := in.Read()
		if err == io.EOF {
			return rows, nil
		}
		var broken *csv.ParseError
		if errors.As(err, &broken) {
			return nil, account.Invalid{"file": fmt.Sprintf(
				"Line %d cannot be read: a quotation mark is missing or stands alone.", broken.Line)}
		}
		if err != nil {
			return nil, fmt.Errorf("read the file: %w", err)
		}
		line, _ := in.FieldPos(0)
		number += line - next
		next = line + 1 + lineBreaks(cells)
		if strings.TrimSpace(strings.Join(cells, "")) != "" {
			rows = append(rows, row{number: number, cells: cells})
		}
	}
}

func lineBreaks(cells []string) int {
	n := 0
	for _, cell := range cells {
		n += strings.Count(cell, "\n")
	}
	return n
}

func headings(row []string) map[string]int {
	at := map[string]int{}
	for i, heading := range row {
		name := sms.FieldName(heading)
		for _, c := range columns {
			for _, known := range append(c.aliases, c.name) {
				if _, taken := at[c.name]; name == known && !taken {
					at[c.name] = i
				}
			}
		}
	}
	return at
}

// cell is empty where the file has no such column or the row ends before it.
func (s sheet) cell(r row, name string) string {
	i, ok := s.at[name]
	if !ok || i >= len(r.cells) {
		return ""
	}
	return live(r.cells[i])
}

// separator is what the first line is most often parted by.
func separator(text string) rune {
	first, _, _ := strings.Cut(text, "\n")
	best := ','
	for _, r := range ";\t" {
		if strings.Count(first, string(r)) > strings.Count(first, string(best)) {
			best = r
		}
	}
	return best
}

func decode(file []byte) (string, error) {
	switch {
	case bytes.HasPrefix(file, []byte{0xFF, 0xFE}), bytes.HasPrefix(file, []byte{0xFE, 0xFF}):
		decoded, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(file)
		return string(decoded), err
	case bytes.IndexByte(file, 0) >= 0:
		return "", errors.New("the file holds zero bytes")
	case utf8.Valid(file):
		return string(bytes.TrimPrefix(file, []byte(byteOrderMark))), nil
	}
	decoded, err := charmap.Windows1252.NewDecoder().Bytes(file)
	return string(decoded), err
}
