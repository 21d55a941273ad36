package sheet

import (
	"bytes"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
)

const (
	headSize = 64 << 10
	// How many rows are looked at to find the separator.
	sniffedRows = 50
	// The confidence from which another encoding is worth a person's look.
	doubtFrom = 0.9
)

// Sniffer finds out how a file is to be read. The whole file is written to it in order, as it goes
// by; it keeps the beginning.
type Sniffer struct {
	size    int64
	head    []byte
	carry   []byte // the beginning of a character whose rest is still to come
	wide    int64  // characters of several bytes that are UTF-8
	invalid int64  // bytes that are not
}

// Write never fails.
func (s *Sniffer) Write(b []byte) (int, error) {
	s.size += int64(len(b))
	if room := headSize - len(s.head); room > 0 {
		s.head = append(s.head, b[:min(room, len(b))]...)
	}
	s.count(b)
	return len(b), nil
}

func (s *Sniffer) count(b []byte) {
	if len(s.carry) > 0 {
		b = append(s.carry, b...)
		s.carry = nil
	}
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
		if !utf8.FullRune(b) {
			s.carry = slices.Clone(b)
			return
		}
		_, size := utf8.DecodeRune(b)
		if size == 1 {
			s.invalid++
		} else {
			s.wide++
		}
		b = b[size:]
	}
}

// Format says how the file that was written is to be read, or, as a *Refusal, why it cannot be.
func (s *Sniffer) Format() (Format, error) {
	if reason := foreign(s.head); reason != "" {
		return Format{}, &Refusal{Reason: reason}
	}
	f := Format{Encoding: s.encoding(), Separator: Separators[0]}
	if f.Encoding == Windows1252 {
		f.Doubt = doubt(s.head)
	}
	if (f.Encoding == UTF8 || f.Encoding == Windows1252) && bytes.Count(s.head, []byte{0}) > len(s.head)/20 {
		return Format{}, &Refusal{Reason: "This is no table of text. Save it as CSV in the program that made it and upload that file."}
	}
	f.Separator = separator(s.rows, f)
	first := s.rows(f, 1)
	if len(first) == 0 {
		return Format{}, &Refusal{Reason: "The file is empty."}
	}
	f.Header = isHeader(first[0].Cells)
	return f, nil
}

// foreign tells by their first bytes the files that people take for a CSV file.
func foreign(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xD0\xCF\x11\xE0")): // Excel before 2007, and whatever has a password
		return notAWorkbook.Reason
	case bytes.HasPrefix(head, []byte("%PDF")):
		return "This is a PDF. Upload the table as a CSV file, saved from a spreadsheet program."
	}
	return ""
}

// encoding goes by the byte order mark, then by where the zero bytes of UTF-16 stand, then by
// whether the whole file is UTF-8. Windows-1252 is what Excel writes as plain "CSV" in the Americas.
func (s *Sniffer) encoding() Encoding {
	switch {
	case bytes.HasPrefix(s.head, []byte("\xEF\xBB\xBF")):
		return UTF8
	case bytes.HasPrefix(s.head, []byte("\xFF\xFE")):
		return UTF16LE
	case bytes.HasPrefix(s.head, []byte("\xFE\xFF")):
		return UTF16BE
	}
	even, odd := zeros(s.head)
	pairs := len(s.head) / 2
	switch invalid := s.invalid + int64(len(s.carry)); {
	case odd > pairs/2 && even < pairs/10:
		return UTF16LE
	case even > pairs/2 && odd < pairs/10:
		return UTF16BE
	case invalid*10 > s.wide:
		return Windows1252
	}
	return UTF8 // also with a few broken characters among many whole ones: their rows are refused
}

func zeros(b []byte) (even, odd int) {
	for i, c := range b {
		if c == 0 {
			even += 1 - i%2
			odd += i % 2
		}
	}
	return even, odd
}

// doubt names the encoding that a detector finds likelier than Windows-1252, if it is of a script
// that would be unreadable.
func doubt(head []byte) string {
	found := chardet.Detect(head)
	for _, latin := range []string{"", "ascii", "utf-8", "windows-125", "iso-8859-1", "iso-8859-9", "macintosh", "macroman"} {
		if name := strings.ToLower(found.Encoding); name == latin || latin != "" && strings.HasPrefix(name, latin) && name != "windows-1251" {
			return ""
		}
	}
	if found.Confidence < doubtFrom {
		return ""
	}
	return found.Encoding
}

// rows reads up to n rows of the beginning.
func (s *Sniffer) rows(f Format, n int) []Row {
	head := s.head
	if s.size > int64(len(head)) {
		if end := bytes.LastIndexByte(head, '\n'); end > 0 {
			head = head[:end]
		}
	}
	var rows []Row
	reader := NewReader(bytes.NewReader(head), f)
	for len(rows) < n {
		row, err := reader.Next()
		if err != nil {
			break
		}
		rows = append(rows, row)
	}
	return rows
}

// separator is the one that cuts most rows into as many cells as the first has, more than one.
func separator(rows func(Format, int) []Row, f Format) string {
	best, bestScore := Separators[0], 0
	for _, f.Separator = range Separators {
		sample := rows(f, sniffedRows)
		score := 0
		for _, row := range sample {
			if n := len(row.Cells); n > 1 && n == len(sample[0].Cells) {
				score += n - 1
			}
		}
		if score > bestScore {
			best, bestScore = f.Separator, score
		}
	}
	return best
}

// isHeader says whether the first row can be names of columns: none has seven digits, as a phone
// number does, or is an e-mail address.
func isHeader(cells []string) bool {
	for _, cell := range cells {
		digits := 0
		for _, c := range cell {
			if '0' <= c && c <= '9' {
				digits++
			}
		}
		if digits >= 7 || strings.Contains(strings.TrimSpace(cell), "@") {
			return false
		}
	}
	return true
}

// Preview is the beginning of a table.
type Preview struct {
	Header []string   // "Column A", "Column B" ... where the file has no names
	Rows   [][]string // as many cells as Header, each
}

// Peek reads the header and up to n rows of a file. A file without any row below its header, with
// too many columns, or unreadable is a *Refusal.
func Peek(file io.Reader, format Format, n int) (Preview, error) {
	reader := NewReader(file, format)
	first, err := reader.Next()
	if err == io.EOF {
		return Preview{}, &Refusal{Reason: "The file is empty."}
	}
	if err != nil {
		return Preview{}, err
	}
	if first.Flaw != "" {
		return Preview{}, &Refusal{Row: first.Number, Reason: "Row 1 cannot be read: " + first.Flaw.Explain()}
	}
	p := Preview{Header: first.Cells}
	if !format.Header {
		p = Preview{Header: letters(len(first.Cells)), Rows: [][]string{first.Cells}}
	}
	for len(p.Rows) < n {
		row, err := reader.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return Preview{}, err
		}
		p.Rows = append(p.Rows, fit(row.Cells, len(p.Header)))
	}
	if len(p.Rows) == 0 {
		return Preview{}, &Refusal{Reason: "The file has the names of its columns but no rows below them."}
	}
	return p, nil
}

// Explain completes the sentence that a row cannot be read.
func (f Flaw) Explain() string {
	switch f {
	case Giant:
		return "a cell of it has more characters than a spreadsheet can hold."
	case NUL:
		return "it holds a NUL character, which no text has."
	case TooMany:
		return "it has more than 256 columns."
	}
	return "it holds bytes that are no characters in this encoding."
}

func fit(cells []string, n int) []string {
	fitted := make([]string, n)
	copy(fitted, cells)
	return fitted
}

// letters are the names that a spreadsheet program gives to columns.
func letters(n int) []string {
	names := make([]string, n)
	for i := range names {
		name := string(rune('A' + i%26))
		if i >= 26 {
			name = string(rune('A'+i/26-1)) + name
		}
		names[i] = "Column " + name
	}
	return names
}
