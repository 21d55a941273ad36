package audience

import (
	"context"
	"errors"
	"fmt"
	"io"

	"parley/internal/audience/sheet"
	"parley/internal/sms"
)

const (
	// batchSize is how many rows one transaction takes: 0.1 to 0.2 s of work, so that locks are
	// short and a kill costs little.
	batchSize = 2000
	// MaxRows is how many rows a file may have: what bounds the memory of an import, whose largest
	// part is one entry a row to know the numbers that the file has named.
	MaxRows = 2_000_000
)

// batch is a run of lines, and the place in the file where it ends.
type batch struct {
	from, upTo int // rows before the first line and up to the last
	bytes      int64
	lines      []line
	blanks     []int // empty cells by column, in these lines
	last       bool
}

// phones are the numbers of the lines that have one.
func (b batch) phones() []sms.Phone {
	phones := make([]sms.Phone, 0, len(b.lines))
	for _, l := range b.lines {
		if l.problem == nil {
			phones = append(phones, l.person.phone)
		}
	}
	return phones
}

// batches reads the rest of a file behind the cursor and hands it on. What stands before is read too,
// because its numbers are taken. The error is a *sheet.Refusal where the file makes no sense.
func batches(ctx context.Context, file *stored, i Import, r *reading, out chan<- batch) error {
	rows := sheet.NewReader(file, i.Format)
	if i.Format.Header {
		if _, err := rows.Next(); err != nil {
			return fmt.Errorf("read the header of import %d: %w", i.ID, err)
		}
	}
	b := batch{from: i.RowsRead, upTo: 0}
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			b.last = true
			return hand(ctx, out, b, file, r)
		}
		if err != nil {
			return err
		}
		if b.upTo++; b.upTo > MaxRows {
			return &sheet.Refusal{Row: row.Number, Reason: fmt.Sprintf(
				"The file has more than %d rows. Split it and upload the parts one by one.", MaxRows)}
		}
		l := r.read(row)
		if b.upTo <= b.from {
			clear(r.blanks)
			continue
		}
		if b.lines = append(b.lines, l); len(b.lines) < batchSize {
			continue
		}
		if err := hand(ctx, out, b, file, r); err != nil {
			return err
		}
		b = batch{from: b.upTo, upTo: b.upTo}
	}
}

func hand(ctx context.Context, out chan<- batch, b batch, file *stored, r *reading) error {
	b.bytes = file.read
	b.blanks = append([]int(nil), r.blanks...)
	clear(r.blanks)
	select {
	case out <- b:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// known is a contact to whom a row of the batch belongs.
type known struct {
	RowPhone sms.Phone
	Former   bool // the row has a number that a person has replaced by hand
	Version  string
	Contact
}

// verdict is what a batch does to the contacts.
type verdict struct {
	counts  Counts
	add     []draft
	update  []update
	stay    []ContactID // on whom nothing changes; they join the list all the same
	rejects []line
}

type update struct {
	id      ContactID
	version string // of the contact's row when it was looked at
	person  draft
	// renumber gives the contact the row's number, which a person had replaced.
	renumber bool
}

// judge gives each line its one outcome.
func (b batch) judge(contacts map[sms.Phone]known, overwriteCorrected bool) verdict {
	var v verdict
	touched := map[ContactID]bool{}
	for _, l := range b.lines {
		if l.problem != nil {
			v.reject(l)
			continue
		}
		k, exists := contacts[l.person.phone]
		if !exists {
			v.counts.New++
			v.add = append(v.add, l.person)
			continue
		}
		now, changed := draftOf(k.Contact).amend(l.person)
		renumber := k.Former && overwriteCorrected
		if k.Former && !overwriteCorrected || touched[k.ID] || !changed && !renumber {
			v.counts.Unchanged++
			v.stay = append(v.stay, k.ID)
			continue
		}
		if renumber {
			now.phone = l.person.phone
		}
		touched[k.ID] = true
		v.counts.Updated++
		v.update = append(v.update, update{k.ID, k.Version, now, renumber})
	}
	return v
}

func (v *verdict) reject(l line) {
	if l.problem.Kind == twiceInFile {
		v.counts.Duplicate++
	} else {
		v.counts.Rejected++
	}
	v.rejects = append(v.rejects, l)
}
