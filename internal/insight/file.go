package insight

import (
	"io"
	"time"

	"parley/internal/audience/sheet"
	"parley/internal/outreach"
)

// piece is how many rows of a long file are read in one transaction: who downloads may be slow, and
// nothing waits for them.
const piece = 500

// file is a CSV file being written. Its first error ends it; the rows that follow go nowhere.
type file struct {
	out *sheet.Writer
	err error
}

// newFile begins a file with its headings.
func newFile(w io.Writer, headings ...string) *file {
	f := &file{}
	f.out, f.err = sheet.NewWriter(w)
	f.row(headings...)
	return f
}

func (f *file) row(cells ...string) {
	if f.err == nil {
		f.err = f.out.Write(cells...)
	}
}

// flush hands over what was written so far and returns the first error.
func (f *file) flush() error {
	if f.err == nil {
		f.err = f.out.Flush()
	}
	return f.err
}

// answerHeading heads the latest answer to a campaign's yes or no question, which said has in words; it
// is empty in every other campaign, so that all files have the same columns.
const answerHeading = "Answer to yes or no"

var said = map[outreach.Answer]string{outreach.SaidYes: "Yes", outreach.SaidNo: "No", outreach.SaidOther: "Other"}

// moment is a time as files show it: in the organization's zone, which inZone names in the heading.
func (d Desk) moment(t time.Time) string { return t.In(d.zone).Format(time.DateTime) }

func (d Desk) inZone(heading string) string { return heading + " (" + d.zone.String() + ")" }
