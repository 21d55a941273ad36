package sheet_test

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/japanese"
	"pgregory.net/rapid"

	"parley/internal/audience/sheet"
)

var commas = sheet.Format{Encoding: sheet.UTF8, Separator: ","}

func readAll(t *testing.T, r *sheet.Reader) (rows []sheet.Row) {
	t.Helper()
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
}

func TestReader(t *testing.T) {
	t.Parallel()
	row := func(n int, cells ...string) sheet.Row { return sheet.Row{Number: n, Cells: cells} }
	tests := map[string]struct {
		file string
		want []sheet.Row
	}{
		"plain":                   {"a,b\nc,d\n", []sheet.Row{row(1, "a", "b"), row(2, "c", "d")}},
		"no line end at the end":  {"a,b\nc,", []sheet.Row{row(1, "a", "b"), row(2, "c", "")}},
		"blank rows are numbered": {"a\n\n , \n\nb\n", []sheet.Row{row(1, "a"), row(5, "b")}},
		"a break inside a cell":   {"\"a\nb\",c\nd\n", []sheet.Row{row(1, "a\nb", "c"), row(2, "d")}},
		"doubled quotes":          {`"a ""b"" c",""` + "\nd\n", []sheet.Row{row(1, `a "b" c`, ""), row(2, "d")}},
		"careless quotes":         {`"a "b" c",d "e" f` + "\n", []sheet.Row{row(1, `a "b" c`, `d "e" f`)}},
		"quoted to the end":       {`a,"b"`, []sheet.Row{row(1, "a", "b")}},
		"three kinds of line end": {"a\r\nb\rc\n\"d\"\r\n", []sheet.Row{row(1, "a"), row(2, "b"), row(3, "c"), row(4, "d")}},
		"Excel's hint":            {"sep=,\r\na,b\n", []sheet.Row{row(1, "a", "b")}},
		"a mark at the beginning": {"\uFEFFa,b\n", []sheet.Row{row(1, "a", "b")}},
		"NUL":                     {"a\x00,b\n", []sheet.Row{{Number: 1, Cells: []string{"a\x00", "b"}, Flaw: sheet.NUL}}},
		"no characters":           {"a\xFF,b\nc\n", []sheet.Row{{Number: 1, Cells: []string{"a\xFF", "b"}, Flaw: sheet.Undecoded}, row(2, "c")}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole := readAll(t, sheet.NewReader(strings.NewReader(test.file), commas))
			if diff := cmp.Diff(test.want, whole); diff != "" {
				t.Error(diff)
			}
			trickled := readAll(t, sheet.NewReader(iotest.OneByteReader(strings.NewReader(test.file)), commas))
			if diff := cmp.Diff(test.want, trickled); diff != "" {
				t.Errorf("byte by byte: %s", diff)
			}
		})
	}
}

func TestGiantCellsAreCutAndFlagged(t *testing.T) {
	t.Parallel()
	for name, cell := range map[string]string{
		"plain":  strings.Repeat("x", 3<<20),
		"quoted": `"` + strings.Repeat("x", 3<<20) + `"`,
	} {
		rows := readAll(t, sheet.NewReader(strings.NewReader("a,"+cell+",b\nc\n"), commas))
		if len(rows) != 2 || rows[0].Flaw != sheet.Giant || len(rows[0].Cells[1]) != sheet.MaxCell || rows[1].Cells[0] != "c" {
			t.Errorf("%s: %d rows, flaw %q", name, len(rows), rows[0].Flaw)
		}
	}
	rows := readAll(t, sheet.NewReader(strings.NewReader(strings.Repeat("a,", 1000)+"\nb\n"), commas))
	if len(rows) != 2 || rows[0].Flaw != sheet.TooMany || len(rows[0].Cells) != sheet.MaxColumns {
		t.Errorf("too many cells: %d, flaw %q", len(rows[0].Cells), rows[0].Flaw)
	}
}

func TestUnclosedQuoteIsRefusedWithItsRow(t *testing.T) {
	t.Parallel()
	r := sheet.NewReader(strings.NewReader("a\nb,\"c\nd\n"+strings.Repeat("e\n", 1<<20)), commas)
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	_, err := r.Next()
	var refusal *sheet.Refusal
	if !errors.As(err, &refusal) || refusal.Row != 2 {
		t.Errorf("%v", err)
	}
}

func TestSniffer(t *testing.T) {
	t.Parallel()
	shift, err := japanese.ShiftJIS.NewEncoder().String("電話番号,名前\n" + strings.Repeat("2085550101,山田太郎\n2085550102,鈴木花子です\n", 40))
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		file string
		want sheet.Format
	}{
		"one column":            {"Phone\n2085550101\n", sheet.Format{Encoding: sheet.UTF8, Separator: ",", Header: true}},
		"semicolon with commas": {"Name;Phone\n\"Vega, M.\";1\n\"Doe, J.\";2\n", sheet.Format{Encoding: sheet.UTF8, Separator: ";", Header: true}},
		"no header":             {"2085550101\tAda\n2085550102\tBo\n", sheet.Format{Encoding: sheet.UTF8, Separator: "\t"}},
		"no header, an address": {"ada@example.edu,Ada\n", sheet.Format{Encoding: sheet.UTF8, Separator: ","}},
		"few broken characters": {"Name\n" + strings.Repeat("José\n", 30) + "Jos\xE9\n", sheet.Format{Encoding: sheet.UTF8, Separator: ",", Header: true}},
		"Windows-1252":          {"Name,City\nJos\xE9,\x93X\x94\n", sheet.Format{Encoding: sheet.Windows1252, Separator: ",", Header: true}},
		"late wide characters":  {"Name\n" + strings.Repeat("Ada\n", 40_000) + "Jos\xE9\n", sheet.Format{Encoding: sheet.Windows1252, Separator: ",", Header: true}},
		"another script":        {shift, sheet.Format{Encoding: sheet.Windows1252, Separator: ",", Header: true, Doubt: "SHIFT_JIS"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var s sheet.Sniffer
			if _, err := io.Copy(&s, iotest.HalfReader(strings.NewReader(test.file))); err != nil {
				t.Fatal(err)
			}
			got, err := s.Format()
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestI6_InertAndAliveAreExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`['=+\-@\t\r\n a1"]*`).Draw(t, "cell")
		inert := sheet.Inert(cell)
		phone := regexp.MustCompile(`^\+[0-9]*$`).MatchString(cell)
		if inert != "" && !phone && strings.ContainsRune("=+-@\t\r\n", rune(inert[0])) {
			t.Fatalf("%q is alive as %q", cell, inert)
		}
		if got := sheet.Alive(inert); got != cell {
			t.Fatalf("%q came back as %q", cell, got)
		}
	})
}

func TestI6_APhoneNumberStaysOne(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{"+12085550142": "+12085550142", "+1+cmd|' /C calc'!A0": "'+1+cmd|' /C calc'!A0", "+123": "'+123"} {
		if got := sheet.Inert(cell); got != want || sheet.Alive(got) != cell {
			t.Errorf("%q is written as %q, want %q", cell, got, want)
		}
	}
	if got := sheet.Alive("'+12085550142"); got != "+12085550142" {
		t.Errorf("a number from an older file is read as %q", got)
	}
}

func TestI6_WhatIsWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	cell := rapid.OneOf(rapid.StringMatching(`[a-z=+'",;\n\t @-]{0,8}`), rapid.StringMatching(`[áñ漢🙂x]{1,4}`))
	rapid.Check(t, func(t *rapid.T) {
		table := rapid.SliceOfN(rapid.SliceOfN(cell, 2, 5), 1, 5).Draw(t, "table")
		var file bytes.Buffer
		out, err := sheet.NewWriter(&file)
		if err != nil {
			t.Fatal(err)
		}
		var want [][]string
		for _, row := range table {
			row = append([]string{"x"}, row...) // blank rows are passed over
			if err := out.Write(row...); err != nil {
				t.Fatal(err)
			}
			want = append(want, row)
		}
		if err := out.Flush(); err != nil {
			t.Fatal(err)
		}
		var got [][]string
		for r := sheet.NewReader(&file, commas); ; {
			row, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			for i, cell := range row.Cells {
				row.Cells[i] = sheet.Alive(cell)
			}
			got = append(got, row.Cells)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}
