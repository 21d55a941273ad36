package sheet

import (
	"bufio"
	"fmt"
	"io"
	"slices"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Encoding names how the characters of a file are written as bytes.
type Encoding string

// The encodings that spreadsheet programs write.
const (
	UTF8        Encoding = "UTF-8"
	UTF16LE     Encoding = "UTF-16LE"
	UTF16BE     Encoding = "UTF-16BE"
	Windows1252 Encoding = "Windows-1252"
)

// Encodings are all that a file can be read in, the likeliest first.
var Encodings = []Encoding{UTF8, Windows1252, UTF16LE, UTF16BE}

// Separators are all that may stand between the cells of a row, the likeliest first.
var Separators = []string{",", ";", "\t"}

// Format is how a file is to be read.
type Format struct {
	Encoding  Encoding `json:"encoding"`
	Separator string   `json:"separator"` // one of Separators
	Header    bool     `json:"header"`    // the first row has the names of the columns
	// Doubt names another encoding that the file may be written in, one that cannot be read here;
	// empty where there is no doubt. A person should look at the preview before going on.
	Doubt string `json:"doubt,omitempty"`
	// Workbook says that the text is the table of an Excel workbook, as CopyWorkbook has written it.
	Workbook bool `json:"workbook,omitempty"`
}

// Check returns an error if the format is none that a file can be read in.
func (f Format) Check() error {
	if !slices.Contains(Encodings, f.Encoding) {
		return fmt.Errorf("read a file in the encoding %q: not one of %v", f.Encoding, Encodings)
	}
	if !slices.Contains(Separators, f.Separator) {
		return fmt.Errorf("read a file with the separator %q: not one of %q", f.Separator, Separators)
	}
	return nil
}

// decoded returns the file's text as UTF-8 without a byte order mark. Bytes that are no UTF-8 pass
// through a UTF-8 file as they are, so that the reader can say in which row they stand.
func (f Format) decoded(file io.Reader) *bufio.Reader {
	var decoder *encoding.Decoder
	switch f.Encoding {
	case UTF16LE:
		decoder = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()
	case UTF16BE:
		decoder = unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder()
	case Windows1252:
		decoder = charmap.Windows1252.NewDecoder()
	default:
		text := bufio.NewReaderSize(file, bufferSize)
		if mark, err := text.Peek(3); err == nil && string(mark) == "\xEF\xBB\xBF" {
			_, _ = text.Discard(3) // just peeked
		}
		return text
	}
	return bufio.NewReaderSize(transform.NewReader(file, decoder), bufferSize)
}

const bufferSize = 64 << 10

// String says how the file is read, in words: "Comma, Windows-1252, first row has the names."
func (f Format) String() string {
	separator := map[string]string{",": "Comma", ";": "Semicolon", "\t": "Tab"}[f.Separator]
	words := separator + ", " + string(f.Encoding)
	if f.Workbook {
		words = "Excel workbook"
	}
	if f.Header {
		words += ", first row has the names"
	}
	return words + "."
}
