package audience

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"parley/internal/account"
	"parley/internal/audience/sheet"
	"parley/internal/postgres"
	"parley/internal/sms"
)

// ImportColumn is one column of a file as a page shows it.
type ImportColumn struct {
	Heading string
	Samples []string // the first rows' cells
	Target  Target
	Blank   int // in how many rows it is empty, once checked
}

// Columns are the import's columns from left to right.
func (i Import) Columns() []ImportColumn {
	columns := make([]ImportColumn, len(i.Header))
	for n, heading := range i.Header {
		c := ImportColumn{Heading: heading}
		for _, row := range i.Sample {
			c.Samples = append(c.Samples, row[n])
		}
		if n < len(i.Mapping) {
			c.Target = i.Mapping[n]
		}
		if n < len(i.Blanks) {
			c.Blank = i.Blanks[n]
		}
		columns[n] = c
	}
	return columns
}

// propose says what each column is likely to become: as last time, if a file with the same header was
// imported before, else by its heading.
func propose(ctx context.Context, tx *postgres.Tx, p sheet.Preview, country string) ([]Target, error) {
	if last := len(p.Header) - 1; p.Header[last] == reasonHeading { // a file of rejected rows, corrected
		p.Header = p.Header[:last]
		mapping, err := propose(ctx, tx, p, country)
		return append(mapping, LeaveOut), err
	}
	last, err := remembered(ctx, tx, p.Header)
	if err == nil && len(last) == len(p.Header) {
		return last, nil
	}
	if err != nil && !errors.Is(err, postgres.ErrNotFound) {
		return nil, err
	}
	return guess(p, country), nil
}

// remembered is the mapping that was last chosen for this header.
func remembered(ctx context.Context, tx *postgres.Tx, header []string) ([]Target, error) {
	mapping, err := postgres.Value[[]Target](ctx, tx, `
		select mapping from contact_import
		where org_id = @org and header = @header and state in ('checking', 'checked', 'importing', 'imported')
		order by id desc
		limit 1`, postgres.Args{"header": header})
	if err != nil {
		return nil, fmt.Errorf("look for an earlier file with this header: %w", err)
	}
	return mapping, nil
}

// Remembered says whether the proposal for this header comes from an earlier file.
func (d Desk) Remembered(ctx context.Context, i Import) (bool, error) {
	found := false
	err := d.look(ctx, func(tx *postgres.Tx) (err error) {
		found, err = postgres.Value[bool](ctx, tx, `
			select exists (select from contact_import
				where org_id = @org and header = @header and id < @import and state in ('checking', 'checked', 'importing', 'imported'))`,
			postgres.Args{"header": i.Header, "import": i.ID})
		return err
	})
	return found, err
}

// headings are folded names of columns, in English and Spanish, by what they become.
var headings = map[Target][]string{
	PhoneNumber: {"phone", "cell", "mobile", "cell phone", "mobile phone", "phone number", "cell number", "mobile number",
		"cellphone", "telephone", "sms", "text number", "primary phone", "preferred phone", "home phone", "student phone", "tel",
		"telefono", "telefono movil", "telefono celular", "numero de telefono", "celular", "movil", "numero de celular"},
	FirstName: {"first", "first name", "firstname", "given name", "given", "pref first", "preferred first", "preferred first name",
		"pref first name", "preferred name", "fname", "forename", "nombre", "primer nombre", "nombres", "nombre de pila", "nombre preferido"},
	LastName: {"last", "last name", "lastname", "surname", "family name", "lname", "apellido", "apellidos", "primer apellido"},
	Email:    {"email", "e mail", "email address", "e mail address", "mail", "correo", "correo electronico"},
	Language: {"language", "lang", "preferred language", "idioma", "lengua", "idioma preferido"},
	ZIP:      {"zip", "zip code", "zipcode", "home zip", "postal code", "postcode", "postal", "mailing zip", "codigo postal"},
	TimeZone: {"time zone", "timezone", "tz", "zona horaria", "huso horario"},
}

// byHeading is headings turned round, in the form of sms.FieldName.
var byHeading = func() map[string]Target {
	m := map[string]Target{}
	for target, names := range headings {
		for _, name := range names {
			m[sms.FieldName(name)] = target
		}
	}
	return m
}()

// guess goes by the headings; no two columns become the same. Without a known heading of a phone
// number it takes the column whose cells are phone numbers. A column that is empty in all sample rows
// is left out, any other becomes a custom field of its heading.
func guess(p sheet.Preview, country string) []Target {
	mapping := make([]Target, len(p.Header))
	for i, heading := range p.Header {
		if target, known := byHeading[sms.FieldName(heading)]; known && !slices.Contains(mapping, target) {
			mapping[i] = target
		}
	}
	if i := phoneLike(p, country); !slices.Contains(mapping, PhoneNumber) && i >= 0 {
		mapping[i] = PhoneNumber
	}
	for i, heading := range p.Header {
		target := Custom(heading)
		if mapping[i] == LeaveOut && target.check() == "" && !slices.Contains(mapping, target) && !isEmptyColumn(p, i) {
			mapping[i] = target
		}
	}
	return mapping
}

// phoneLike is the first column most of whose cells in the sample are phone numbers, or -1.
func phoneLike(p sheet.Preview, country string) int {
	for i := range p.Header {
		phones := 0
		for _, row := range p.Rows {
			if _, err := sms.ParsePhone(sheet.Alive(row[i]), country); err == nil {
				phones++
			}
		}
		if phones*2 > len(p.Rows) {
			return i
		}
	}
	return -1
}

func isEmptyColumn(p sheet.Preview, i int) bool {
	return !slices.ContainsFunc(p.Rows, func(row []string) bool { return strings.TrimSpace(row[i]) != "" })
}

// checkMapping returns what is wrong with a mapping, by "column:0", "column:1" ...
func checkMapping(mapping []Target, header []string) error {
	v := account.Invalid{}
	if len(mapping) != len(header) {
		return account.Invalid{"": "Choose what each column becomes."}
	}
	seen := map[Target]int{}
	for i, target := range mapping {
		field := fmt.Sprintf("column:%d", i)
		if problem := target.check(); problem != "" {
			v.Add(field, problem)
		}
		if first, twice := seen[target]; twice && target != LeaveOut {
			v.Add(field, fmt.Sprintf("The column %q becomes this already. Leave one of them out.", header[first]))
			continue
		}
		seen[target] = i
	}
	if _, ok := seen[PhoneNumber]; !ok {
		v.Add("", "Choose the column that has the phone numbers.")
	}
	return v.Err()
}
