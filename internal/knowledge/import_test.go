package knowledge

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"
)

func export(t *testing.T, d Desk) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := d.Export(t.Context(), &file); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestExportAndImportRoundTrip(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	aid := o.office("Financial Aid")
	o.save(Draft{Title: "=SUM(A1)", Text: "-5 degrees, \"bring\" a coat;\nand a hat", Enabled: true, Variants: "+1 for parking\n@home, or not"})
	o.save(Draft{Title: "'=already quoted", Text: "'", Language: "es", Variants: "á, é; í"})
	o.save(Draft{Title: "Aid?", Text: "Yes.", Office: aid, Enabled: true})
	file := export(t, o.Desk)
	for _, line := range strings.Split(string(file), "\n") {
		if strings.HasPrefix(line, "=") || strings.Contains(line, ",+") || strings.Contains(line, ",@") || strings.Contains(line, "\"-") {
			t.Errorf("a formula: %s", line)
		}
	}
	done, err := o.Import(t.Context(), file)
	if diff := cmp.Diff(Import{Unchanged: 3}, done); err != nil || diff != "" {
		t.Errorf("into itself: %v (-want +got):\n%s", err, diff)
	}

	other := newOrg(t)
	other.office("FINANCIAL AID")
	done, err = other.Import(t.Context(), file)
	if diff := cmp.Diff(Import{Added: 3}, done); err != nil || diff != "" {
		t.Errorf("into another: %v (-want +got):\n%s", err, diff)
	}
	copied := strings.Replace(string(export(t, other.Desk)), "FINANCIAL AID", "Financial Aid", 1)
	if diff := cmp.Diff(string(file), copied); diff != "" {
		t.Errorf("the copy's export (-want +got):\n%s", diff)
	}
}

func TestImportTellsOfEachRow(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	o.teach("Old", "old text", "")
	o.teach("Same", "same text", "")
	file := "Question;Answer;Office;On;Variants\n" +
		"Old;new text;;;\n" +
		"\n" +
		"Same;same text;;yes;\n" +
		"New;\"two\nlines\";;no;\"a\nb\"\n" +
		";no title;;;\n" +
		"NEW;again;;;\n" +
		";;;;\n" +
		"Elsewhere;x;Moon base;;\n" +
		"Maybe;x;;perhaps;\n" +
		"Rival;x;;;old\n"
	done, err := o.Import(t.Context(), []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	want := Import{Added: 1, Changed: 1, Unchanged: 1, Rejected: []RejectedRow{
		{6, "", "Type a title: the question in plain words."},
		{7, "NEW", "Row 5 has this title already."},
		{9, "Elsewhere", "You have no office “Moon base”. Leave the cell empty for the whole organization."},
		{10, "Maybe", "Write yes or no in the column “on”, not “perhaps”."},
		{11, "Rival", "“Old” already asks for “Old”. Keep it in one of the two."},
	}}
	if diff := cmp.Diff(want, done); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if done.Rows() != 8 {
		t.Errorf("%d rows, want 8", done.Rows())
	}
	list, err := o.Answers(t.Context(), Filter{State: Off})
	if err != nil || len(list.Items) != 1 || list.Items[0].Text != "two\nlines" || list.Items[0].Variants != 3 {
		t.Errorf("the new one: %+v, %v", list.Items, err)
	}
}

func TestImportReadsWhatSpreadsheetsWrite(t *testing.T) {
	t.Parallel()
	const plain = "título\trespuesta\tidioma\n¿Dónde?\tAquí.\tes\n"
	latin, err := charmap.Windows1252.NewEncoder().String(plain)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(plain)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{
		"UTF-8": plain, "UTF-8 with mark": "\uFEFF" + plain, "UTF-16": wide, "Windows-1252": latin,
		"commas": strings.ReplaceAll(plain, "\t", ","), "semicolons": strings.ReplaceAll(plain, "\t", ";"),
		"carriage returns": strings.ReplaceAll(plain, "\n", "\r\n"),
	} {
		o := newOrg(t)
		if done, err := o.Import(t.Context(), []byte(file)); err != nil || done.Added != 1 {
			t.Errorf("%s: %+v, %v", name, done, err)
			continue
		}
		if list, _ := o.Answers(t.Context(), Filter{}); list.Items[0].Title != "¿Dónde?" || list.Items[0].Text != "Aquí." {
			t.Errorf("%s: %+v", name, list.Items)
		}
	}
}

func TestImportRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	o := newOrg(t)
	for name, tc := range map[string]struct{ file, sentence string }{
		"empty":      {"", "This file is empty."},
		"picture":    {"\x89PNG\x00\x00", "This file is not text. Save it as CSV and try again."},
		"no heading": {"a,b\nc,d\n", "The first line names no column “title”."},
		"quote":      {"title,text\n\"a,b\n", "Line 2 cannot be read: a quotation mark is missing or stands alone."},
		"large":      {strings.Repeat("x", MaxImport+1), "This file is too large. The largest is 8 MB."},
		"long":       {"title,text\n" + strings.Repeat("a,b\n", 5001), "This file has 5001 rows. The most is 5000."},
	} {
		_, err := o.Import(t.Context(), []byte(tc.file))
		t.Run(name, func(t *testing.T) { wantInvalid(t, err, "file", tc.sentence) })
	}
}

func TestInertCellsComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`['=+@\-\ta]{0,5}`).Draw(t, "cell")
		written := inert(cell)
		if written != "" && strings.ContainsRune(formulaStart, rune(written[0])) {
			t.Fatalf("%q is written as the formula %q", cell, written)
		}
		if back := live(written); back != cell {
			t.Fatalf("%q is written as %q and read as %q", cell, written, back)
		}
	})
}
