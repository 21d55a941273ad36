package sheet

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

const (
	// MaxCell is the longest cell that is read, in bytes: Excel's own limit is 32,767 characters.
	MaxCell = 32767 * utf8.UTFMax
	// MaxColumns is how many columns a table may have.
	MaxColumns = 256
	// maxRow bounds what one row may take in memory.
	maxRow = 1 << 20
)

// Flaw is what makes the text of a row unusable, whatever its columns mean.
type Flaw string

// The flaws.
const (
	Giant     Flaw = "giant"      // a cell longer than MaxCell, or a row longer than 1 MB; the cells are cut
	NUL       Flaw = "nul"        // a character that no text has
	Undecoded Flaw = "undecoded"  // bytes that are no characters in the file's encoding
	TooMany   Flaw = "many cells" // more than MaxColumns cells; those beyond are dropped
)

// Row is one row of a table.
type Row struct {
	Number int // as the spreadsheet program shows it: the first is 1, blank rows count
	Cells  []string
	Flaw   Flaw
}

// Refusal says why a file cannot be read and where, in words for the person who brought it.
type Refusal struct {
	Row    int // 0: the file as a whole
	Reason string
}

func (r *Refusal) Error() string { return r.Reason }

// Reader reads the rows of a file in order. Its memory does not grow with the file, nor with a cell
// that never ends.
type Reader struct {
	text      *bufio.Reader
	separator byte
	number    int

	// The row being read: its cells one after another in line, each ending where ends says.
	line  []byte
	ends  []int
	flaw  Flaw
	start int // of the cell being read
}

// NewReader reads file, which must be at its beginning, as format says. With format.Header the
// first row that Next gives is the header.
func NewReader(file io.Reader, format Format) *Reader {
	r := &Reader{text: format.decoded(file), separator: format.Separator[0]}
	if hint, err := r.text.Peek(6); err == nil && strings.HasPrefix(string(hint), "sep=") && (hint[5] == '\r' || hint[5] == '\n') {
		_, _ = r.text.ReadString('\n') // Excel's own hint, which it does not show as a row
	}
	return r
}

// Next returns the next row that has anything in it, or io.EOF after the last. The error is a
// *Refusal where the rest of the file makes no sense.
func (r *Reader) Next() (Row, error) {
	for {
		row, err := r.row()
		if err != nil || !isBlank(row.Cells) {
			return row, err
		}
	}
}

func isBlank(cells []string) bool {
	for _, cell := range cells {
		if strings.TrimSpace(cell) != "" {
			return false
		}
	}
	return true
}

func (r *Reader) row() (Row, error) {
	r.line, r.ends, r.flaw, r.start = r.line[:0], r.ends[:0], "", 0
	r.number++
	for first := true; ; first = false {
		last, err := r.cell()
		if errors.Is(err, io.EOF) && first && len(r.line) == 0 {
			return Row{}, io.EOF
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return Row{}, err
		}
		if last || err != nil {
			return r.finish(), nil
		}
	}
}

// finish makes the row of what was gathered. All cells share one string.
func (r *Reader) finish() Row {
	if r.flaw == "" && !utf8.Valid(r.line) {
		r.flaw = Undecoded
	}
	text := string(r.line)
	row := Row{Number: r.number, Cells: make([]string, len(r.ends)), Flaw: r.flaw}
	start := 0
	for i, end := range r.ends {
		row.Cells[i] = text[start:end]
		start = end
	}
	return row
}

// cell reads one cell with the separator or line break behind it, and says whether it was the row's
// last. At the end of the file the cell is kept and the error is io.EOF.
func (r *Reader) cell() (last bool, err error) {
	defer r.endCell()
	c, err := r.text.ReadByte()
	if err != nil {
		return true, err
	}
	if c == '"' {
		return r.quoted()
	}
	return r.plain(c)
}

// plain reads the rest of a cell that began with c and no quotation mark.
func (r *Reader) plain(c byte) (last bool, err error) {
	for {
		switch c {
		case r.separator:
			return false, nil
		case '\n':
			return true, nil
		case '\r':
			r.skip('\n')
			return true, nil
		}
		r.add(c)
		if c, err = r.text.ReadByte(); err != nil {
			return true, err
		}
	}
}

// quoted reads the rest of a cell after its opening quotation mark. A mark inside that is not
// doubled, as careless programs write it, is text unless the cell can end there.
func (r *Reader) quoted() (last bool, err error) {
	for {
		c, err := r.text.ReadByte()
		if errors.Is(err, io.EOF) {
			return true, &Refusal{Row: r.number, Reason: fmt.Sprintf(
				"A quotation mark that opens in row %d is never closed, so the rows after it cannot be told apart. Close or remove it there.", r.number)}
		}
		if err != nil {
			return true, err
		}
		if c != '"' {
			r.add(c)
			continue
		}
		next, err := r.text.ReadByte()
		if err != nil {
			return true, err
		}
		switch next {
		case '"':
			r.add('"')
		case r.separator, '\n', '\r':
			return r.plain(next)
		default:
			r.add('"')
			_ = r.text.UnreadByte() // just read
		}
	}
}

func (r *Reader) skip(c byte) {
	if next, err := r.text.ReadByte(); err == nil && next != c {
		_ = r.text.UnreadByte() // just read
	}
}

func (r *Reader) add(c byte) {
	if len(r.line)-r.start >= MaxCell || len(r.line) >= maxRow {
		r.flaw = Giant
		return
	}
	if c == 0 {
		r.flaw = NUL
	}
	r.line = append(r.line, c)
}

func (r *Reader) endCell() {
	if len(r.ends) == MaxColumns {
		r.line = r.line[:r.start]
		r.flaw = TooMany
		return
	}
	r.ends = append(r.ends, len(r.line))
	r.start = len(r.line)
}
