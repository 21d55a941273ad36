package audience

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"parley/internal/audience/sheet"
	"parley/internal/sms"
)

// twiceInFile is the kind of a row whose number an earlier row has. Such rows are no rejected ones.
const twiceInFile = "Twice in this file"

// line is a row of a file that has been read: a person, or what is wrong with it.
type line struct {
	row     sheet.Row
	person  draft
	problem *problem
}

// reading turns rows into lines as the mapping says. The first row of a number wins, so the rows must
// come in the order of the file, all of them.
type reading struct {
	country     string
	width       int
	phone       int
	fixed       []fixedColumn
	custom      []customColumn
	corrections map[int]string    // phone numbers by row number, typed by a person
	seen        map[uint64]uint32 // by phone, the row that has it: 16 bytes a row, at most MaxRows
	blanks      []int
}

type fixedColumn struct {
	column int
	field  fixedField
}

type customColumn struct {
	column int
	name   string
}

func newReading(mapping []Target, country string, corrections map[int]string) *reading {
	r := &reading{country: country, width: len(mapping), corrections: corrections,
		seen: map[uint64]uint32{}, blanks: make([]int, len(mapping))}
	for i, target := range mapping {
		if target == PhoneNumber {
			r.phone = i
		}
		if name := target.Field(); name != "" {
			r.custom = append(r.custom, customColumn{i, name})
		}
		for _, field := range fixedFields {
			if field.target == target {
				r.fixed = append(r.fixed, fixedColumn{i, field})
			}
		}
	}
	return r
}

func (r *reading) read(row sheet.Row) line {
	l := line{row: row, problem: r.unusable(row)}
	if l.problem != nil {
		return l
	}
	cells := make([]string, r.width)
	for i := range cells {
		if i < len(row.Cells) {
			cells[i] = sheet.Alive(row.Cells[i])
		}
		if strings.TrimSpace(cells[i]) == "" {
			r.blanks[i]++
		}
	}
	if correction, ok := r.corrections[row.Number]; ok {
		cells[r.phone] = correction
	}
	if l.person, l.problem = r.person(cells); l.problem == nil {
		l.problem = r.claim(l.person.phone, row.Number)
	}
	return l
}

func (r *reading) unusable(row sheet.Row) *problem {
	if row.Flaw != "" {
		return &problem{"Row cannot be read", "The row cannot be read: " + row.Flaw.Explain()}
	}
	for _, extra := range row.Cells[min(r.width, len(row.Cells)):] {
		if strings.TrimSpace(extra) != "" {
			return &problem{"Too many cells", fmt.Sprintf("The row has %d cells, but the file has %d columns. Look for a separator inside a cell.",
				len(row.Cells), r.width)}
		}
	}
	return nil
}

func (r *reading) person(cells []string) (draft, *problem) {
	phone, err := sms.ParsePhone(oneLine(cells[r.phone]), r.country)
	if err != nil {
		return draft{}, phoneProblem(err)
	}
	d := draft{phone: phone}
	for _, c := range r.fixed {
		value, problem := c.field.clean(cells[c.column], r.country)
		if problem != nil {
			return draft{}, problem
		}
		*c.field.in(&d) = value
	}
	if len(r.custom) > 0 {
		d.fields = make(map[string]string, len(r.custom))
	}
	for _, c := range r.custom {
		value, problem := cleanCustom(c.name, cells[c.column])
		if problem != nil {
			return draft{}, problem
		}
		if value != "" {
			d.fields[c.name] = value
		}
	}
	return d, nil
}

func phoneProblem(err error) *problem {
	var phone *sms.PhoneError
	if errors.As(err, &phone) {
		return &problem{phone.Problem.String(), phone.Reason}
	}
	return &problem{"Not a phone", err.Error()}
}

// claim gives the number to this row, unless an earlier row has it.
func (r *reading) claim(phone sms.Phone, row int) *problem {
	key, _ := strconv.ParseUint(string(phone[1:]), 10, 64) // E.164: a plus and at most 15 digits
	if first, taken := r.seen[key]; taken {
		return &problem{twiceInFile, fmt.Sprintf("Row %d has the same phone number.", first)}
	}
	r.seen[key] = uint32(row)
	return nil
}
