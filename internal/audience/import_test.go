package audience_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"parley/internal/account"
	"parley/internal/audience"
	"parley/internal/postgres"
	"parley/internal/sms"
)

func (o office) byPhone(t *testing.T, phone sms.Phone) (c audience.Contact) {
	t.Helper()
	o.in(t, func(tx *postgres.Tx) (err error) {
		c, err = audience.Find(t.Context(), tx, phone)
		return err
	})
	return c
}

func TestI2_EveryEncodingIsRecognised(t *testing.T) {
	t.Parallel()
	const table = "Teléfono;Nombre;Apellido;Código postal\n(208) 555-0173;José;Muñoz;83702\n208.555.0174;Zoë;O’Dell;2138\n"
	latin, err := charmap.Windows1252.NewEncoder().String(table)
	if err != nil {
		t.Fatal(err)
	}
	utf16 := func(e unicode.Endianness, bom unicode.BOMPolicy, text string) string {
		s, err := unicode.UTF16(e, bom).NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	tests := map[string]struct{ file, format string }{
		"UTF-8":                   {table, "UTF-8 ;"},
		"UTF-8 with mark":         {"\uFEFF" + table, "UTF-8 ;"},
		"UTF-16 LE with mark":     {utf16(unicode.LittleEndian, unicode.UseBOM, table), "UTF-16LE ;"},
		"UTF-16 BE with mark":     {utf16(unicode.BigEndian, unicode.UseBOM, table), "UTF-16BE ;"},
		"UTF-16 LE without":       {utf16(unicode.LittleEndian, unicode.IgnoreBOM, table), "UTF-16LE ;"},
		"Windows-1252":            {latin, "Windows-1252 ;"},
		"comma":                   {strings.ReplaceAll(table, ";", ","), "UTF-8 ,"},
		"tab":                     {strings.ReplaceAll(table, ";", "\t"), "UTF-8 \t"},
		"Windows line ends":       {strings.ReplaceAll(table, "\n", "\r\n"), "UTF-8 ;"},
		"old Macintosh line ends": {strings.ReplaceAll(table, "\n", "\r"), "UTF-8 ;"},
		"Excel's hint":            {"sep=;\r\n" + table, "UTF-8 ;"},
		"no line end at the end":  {strings.TrimSuffix(table, "\n"), "UTF-8 ;"},
		"blank rows":              {strings.ReplaceAll(table, "\n", "\n;;;\n\n"), "UTF-8 ;"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			i := o.importFile(t, test.file, audience.Choice{ListName: "All"})
			if got := string(i.Format.Encoding) + " " + i.Format.Separator; got != test.format || !i.Format.Header {
				t.Errorf("read as %q, header %v; want %q", got, i.Format.Header, test.format)
			}
			if diff := cmp.Diff(audience.Counts{New: 2}, i.Counts); diff != "" {
				t.Error(diff)
			}
			a, b := o.byPhone(t, "+12085550173"), o.byPhone(t, "+12085550174")
			got := []string{a.Name(), a.ZIP, b.Name(), b.ZIP}
			if diff := cmp.Diff([]string{"José Muñoz", "83702", "Zoë O’Dell", "02138"}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestI2_UnusableFileIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	tests := []struct{ name, file, want string }{
		{"empty.csv", "", "The file is empty."},
		{"blank.csv", "\n\n , ,\n", "The file is empty."},
		{"head.csv", "Phone,First\n", "names of its columns but no rows"},
		{"people.xlsx", "PK\x03\x04...", "CSV UTF-8"},
		{"renamed.csv", "PK\x03\x04....", "CSV UTF-8"},
		{"old.xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1....", "without a password"},
		{"empty.xlsx", workbook(t, nil), "The workbook is empty"},
		{"head.xlsx", workbook(t, [][]any{{"Phone", "First"}}), "names of its columns but no rows"},
		{"picture.csv", "\x89PNG\x00\x00\x00\x00\x00\x01\x02\x00\x00", "no table of text"},
		{"wide.csv", strings.Repeat("a,", 300) + "\n1\n", "more than 256 columns"},
	}
	for _, test := range tests {
		_, err := o.admin.Upload(t.Context(), test.name, strings.NewReader(test.file), int64(len(test.file)))
		var invalid account.Invalid
		if !errors.As(err, &invalid) || !strings.Contains(invalid["file"], test.want) {
			t.Errorf("%s: %v, want %q", test.name, err, test.want)
		}
	}
	if _, err := o.admin.Upload(t.Context(), "big.csv", strings.NewReader(""), audience.MaxUpload+1); err == nil || !strings.Contains(err.Error(), "200 MB") {
		t.Errorf("too large: %v", err)
	}
	if n := o.number(t, "select count(*) from contact_import where org_id = @org"); n != 0 {
		t.Errorf("%d refused files are kept", n)
	}
}

func TestI2_BrokenRowsAreRejectedOneByOne(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	rows := []string{
		`Phone,First,Last,Note`,
		`2085550101,Ada,Lovelace,fine`,                  // 2
		`2085550102,"Ada ""the Countess""",Byron,"a,b"`, // 3: quotes and a separator inside
		`2085550103,"Bo "Bob" Bee",Smith,`,              // 4: careless quotes
		`2085550104,Cy`,                                 // 5: too short is fine
		`2085550105,Di,Doe,x,y,z`,                       // 6: too many cells
		``,                                              // 7: blank, but a row on the screen
		`208-555-17,Eli,Short,`,                         // 8
		`n/a,Fay,Word,`,                                 // 9
		`,Gil,Empty,`,                                   // 10
		"2085550106,Hal,\"two\nlines\",",                // 11
		"2085550107,Ivy,N\x00UL,",                       // 12
		`2085550108,Jo,` + strings.Repeat("x", 200_000) + `,`, // 13: giant
		`2085550109,Kim,` + strings.Repeat("y", 300) + `,`,    // 14: too long for a name
		`(208) 555-0101,Ada,Twice,`,                           // 15
	}
	i := o.importFile(t, strings.Join(rows, "\n"), audience.Choice{})
	if diff := cmp.Diff(audience.Counts{New: 5, Duplicate: 1, Rejected: 7}, i.Counts); diff != "" {
		t.Error(diff)
	}
	page, err := o.admin.Rejects(t.Context(), i.ID, audience.RejectQuery{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range page.Rejects {
		got = append(got, fmt.Sprintf("%d %s: %s", r.RowNumber, r.Kind, r.Reason))
	}
	want := []string{
		"6 Too many cells: The row has 6 cells, but the file has 4 columns. Look for a separator inside a cell.",
		"8 Number too short: The number has 8 digits. A US number has 10.",
		"9 Not a phone: This is a word, not a phone number.",
		"10 No number: There is no phone number in this row.",
		"12 Row cannot be read: The row cannot be read: it holds a NUL character, which no text has.",
		"13 Row cannot be read: The row cannot be read: a cell of it has more characters than a spreadsheet can hold.",
		"14 Value too long: The last name has 300 characters; 200 is the most.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	twice, err := o.admin.Rejects(t.Context(), i.ID, audience.RejectQuery{Kind: audience.Duplicates})
	if err != nil || len(twice.Rejects) != 1 || twice.Rejects[0].Reason != "Row 2 has the same phone number." {
		t.Errorf("duplicates: %+v, %v", twice.Rejects, err)
	}
	names := []string{o.byPhone(t, "+12085550102").Name(), o.byPhone(t, "+12085550103").Name(), o.byPhone(t, "+12085550106").LastName}
	if diff := cmp.Diff([]string{`Ada "the Countess" Byron`, `Bo "Bob" Bee Smith`, "two lines"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestI2_UnclosedQuoteFailsWithItsRow(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	_, err := o.admin.Upload(t.Context(), "people.csv", strings.NewReader("Phone,First\n2085550101,Ada\n2085550102,\"Bo\n2085550103,Cy\n"), -1)
	if err == nil || !strings.Contains(err.Error(), "opens in row 3 is never closed") {
		t.Errorf("a quote at the beginning of the file: %v", err)
	}
	file := "Phone,First\n" + strings.Repeat("2085550101,Ada\n", 20) + "2085550102,\"Bo\n2085550103,Cy\n"
	i := o.check(t, o.upload(t, "people.csv", file), audience.Choice{})
	if i.State != audience.Failed || !strings.Contains(i.Error, "opens in row 22 is never closed") {
		t.Errorf("state %s, error %q", i.State, i.Error)
	}
	if err := o.admin.Start(t.Context(), i.ID); err == nil {
		t.Error("a file that failed its check can be imported")
	}
}

func TestS16_OnePersonWrittenThreeWaysIsOneContact(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	i := o.importFile(t, "Cell Phone,Pref First\n208.555.0173,Marisol\n(208) 555-0173,Mari\n1-208-555-0173,M.\n", audience.Choice{ListName: "Admits"})
	if diff := cmp.Diff(audience.Counts{New: 1, Duplicate: 2}, i.Counts); diff != "" {
		t.Error(diff)
	}
	if name := o.byPhone(t, "+12085550173").FirstName; name != "Marisol" {
		t.Errorf("the name is %q, want that of the first row", name)
	}
	list, err := o.admin.List(t.Context(), *i.ListID)
	if err != nil || list.Contacts != 1 {
		t.Errorf("list: %+v, %v", list, err)
	}
}

func TestReimportChangesWhatTheFileChanged(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.importFile(t, "Phone,First,Last,Advisor\n2085550101,Ada,Byron,Ruiz\n2085550102,Bo,Bee,Okonkwo\n2085550103,Cy,Cole,Ruiz\n", audience.Choice{})
	again := o.importFile(t, "Phone,First,Last,Advisor,Major\n2085550101,Ada,Lovelace,,Math\n2085550102,Bo,Bee,Okonkwo,\n2085550104,Di,Doe,,\n", audience.Choice{ListName: "Second"})
	if diff := cmp.Diff(audience.Counts{New: 1, Updated: 1, Unchanged: 1}, again.Counts); diff != "" {
		t.Error(diff)
	}
	ada := o.byPhone(t, "+12085550101")
	if ada.LastName != "Lovelace" {
		t.Errorf("last name %q", ada.LastName)
	}
	if diff := cmp.Diff(map[string]string{"advisor": "Ruiz", "major": "Math"}, ada.Fields); diff != "" {
		t.Errorf("an empty cell takes away what is known, or a new one is lost: %s", diff)
	}
	if list, err := o.admin.List(t.Context(), *again.ListID); err != nil || list.Contacts != 3 {
		t.Errorf("list: %+v, %v", list, err)
	}
	fields, err := o.agent.Fields(t.Context())
	if diff := cmp.Diff([]string{"advisor", "major"}, fields); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestStaleFileLeavesCorrectedNumber(t *testing.T) {
	t.Parallel()
	const stale = "Phone,First,Last\n2085550101,Ada,Byron\n"
	for _, overwrite := range []bool{false, true} {
		t.Run(fmt.Sprint("overwrite ", overwrite), func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.importFile(t, stale, audience.Choice{})
			id := o.byPhone(t, "+12085550101").ID
			if err := o.admin.EditContact(t.Context(), id, audience.Person{Phone: "208 555 0199", FirstName: "Ada", LastName: "Lovelace"}); err != nil {
				t.Fatal(err)
			}
			i := o.importFile(t, stale, audience.Choice{ListName: "Again", OverwriteCorrected: overwrite})
			if n := o.number(t, "select count(*) from contact where org_id = @org"); n != 1 {
				t.Fatalf("%d contacts, want the one person", n)
			}
			card, err := o.agent.Contact(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			want := audience.Counts{Unchanged: 1}
			phone, name := sms.Phone("+12085550199"), "Ada Lovelace"
			if overwrite {
				want, phone, name = audience.Counts{Updated: 1}, "+12085550101", "Ada Byron"
			}
			if diff := cmp.Diff(want, i.Counts); diff != "" {
				t.Error(diff)
			}
			if card.Phone != phone || card.Name() != name {
				t.Errorf("%s %s, want %s %s", card.Name(), card.Phone, name, phone)
			}
			if len(card.Lists) != 1 || (card.PhoneCorrectedAt == nil) != overwrite {
				t.Errorf("lists %v, corrected %v", card.Lists, card.PhoneCorrectedAt)
			}
		})
	}
}

func TestColumnsAreGuessedAndRemembered(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const header = "Cell Phone,Pref First,Surname,Home ZIP,Advisor,Notes2\n"
	i := o.upload(t, "admits.csv", header+"208.555.0173,Marisol,Vega,83702,Ms. Ruiz,\n")
	want := []audience.Target{audience.PhoneNumber, audience.FirstName, audience.LastName, audience.ZIP, "field:advisor", audience.LeaveOut}
	if diff := cmp.Diff(want, i.Mapping); diff != "" {
		t.Error(diff)
	}
	chosen := append([]audience.Target(nil), want...)
	chosen[4], chosen[5] = audience.LeaveOut, "field:remark"
	o.check(t, i, audience.Choice{Mapping: chosen})
	next := o.upload(t, "admits2.csv", header+"208.555.0174,Ada,Byron,83702,x,y\n")
	if diff := cmp.Diff(chosen, next.Mapping); diff != "" {
		t.Errorf("not as last time: %s", diff)
	}
	if known, err := o.admin.Remembered(t.Context(), next); err != nil || !known {
		t.Errorf("remembered: %v, %v", known, err)
	}

	spanish := o.upload(t, "lista.csv", "Celular;Nombre;Apellidos;Correo electrónico;Idioma;Zona horaria\n2085550175;Ana;Paz;a@b.mx;Español;Central\n")
	want = []audience.Target{audience.PhoneNumber, audience.FirstName, audience.LastName, audience.Email, audience.Language, audience.TimeZone}
	if diff := cmp.Diff(want, spanish.Mapping); diff != "" {
		t.Error(diff)
	}
	bare := o.upload(t, "bare.csv", "Ana,2085550176\nBo,2085550177\n")
	if diff := cmp.Diff([]audience.Target{"field:column_a", audience.PhoneNumber}, bare.Mapping); diff != "" || bare.Format.Header {
		t.Error(diff, bare.Format)
	}
}

func TestColumnsRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	i := o.upload(t, "a.csv", "Phone,First\n2085550101,Ada\n")
	if _, err := o.admin.MakeList(t.Context(), "Taken"); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		choice audience.Choice
		field  string
	}{
		"no phone":      {audience.Choice{Mapping: []audience.Target{"", audience.FirstName}}, ""},
		"twice":         {audience.Choice{Mapping: []audience.Target{audience.PhoneNumber, audience.PhoneNumber}}, "column:1"},
		"unknown":       {audience.Choice{Mapping: []audience.Target{audience.PhoneNumber, "id"}}, "column:1"},
		"fixed as own":  {audience.Choice{Mapping: []audience.Target{audience.PhoneNumber, "field:email"}}, "column:1"},
		"not folded":    {audience.Choice{Mapping: []audience.Target{audience.PhoneNumber, "field:My Field"}}, "column:1"},
		"too few":       {audience.Choice{Mapping: []audience.Target{audience.PhoneNumber}}, ""},
		"list is taken": {audience.Choice{Mapping: i.Mapping, ListName: " Taken "}, "list_name"},
	}
	for name, test := range tests {
		var invalid account.Invalid
		if err := o.admin.Columns(t.Context(), i.ID, test.choice); !errors.As(err, &invalid) || invalid[test.field] == "" {
			t.Errorf("%s: %v, want the field %q", name, err, test.field)
		}
	}
}

func TestRereadForgetsTheCheck(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	i := o.check(t, o.upload(t, "a.csv", "Phone,First\n2085550101,Jos\u00e9\n12,Bo\n"), audience.Choice{})
	format := i.Format
	format.Encoding = "Windows-1252"
	if err := o.admin.Reread(t.Context(), i.ID, format); err != nil {
		t.Fatal(err)
	}
	i = o.load(t, i.ID)
	if i.State != audience.Uploaded || i.Rows() != 0 || i.Sample[0][1] != "JosÃ©" {
		t.Errorf("state %s, rows %d, sample %q", i.State, i.Rows(), i.Sample)
	}
	page, err := o.admin.Rejects(t.Context(), i.ID, audience.RejectQuery{})
	if err != nil || len(page.Rejects) != 0 {
		t.Errorf("rejected rows: %+v, %v", page.Rejects, err)
	}
	format.Encoding = "EBCDIC"
	var invalid account.Invalid
	if err := o.admin.Reread(t.Context(), i.ID, format); !errors.As(err, &invalid) {
		t.Errorf("unknown encoding: %v", err)
	}
}
